import fs from "node:fs";
import path from "node:path";
import { runCommand } from "./command.ts";

/** What is at the mount point of a shared folder. */
export type Mounted = "own" | "nothing" | "another";

/** A file that stands where the disk was, or on the other disk, and that is none of the cluster's business. */
const STRANGER = "stranger.bin";
/** A hidden file that takes the room; hidden files are not shared. */
const BALLAST = ".ballast";

/**
 * The disk of a secondary's shared folder: a small tmpfs that can vanish from the secondary's sight and come back. Its
 * content can always be reached at `backing`.
 */
export class SharedDisk {
  /** Where the secondary has it. */
  readonly folder: string;
  /** The same file system by a path that stays. */
  readonly backing: string;
  private readonly other: string;
  private mounted: Mounted = "nothing";

  constructor(
    root: string,
    readonly number: number,
    /** In MiB. */
    size: number,
  ) {
    this.folder = path.join(root, `shared${number}`);
    this.backing = path.join(root, `disk${number}`);
    this.other = path.join(root, `other${number}`);
    for (const folder of [this.folder, this.backing, this.other]) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(this.folder, STRANGER), `beneath disk ${number}`);
    runCommand("mount", "-t", "tmpfs", "-o", `size=${size}m`, "none", this.backing);
    runCommand("mount", "-t", "tmpfs", "-o", "size=4m", "none", this.other);
    fs.writeFileSync(path.join(this.other, STRANGER), `another disk at ${number}`);
    this.mount("own");
  }

  /** Puts something else at the mount point, as `umount -l` does: what is open stays open. */
  mount(what: Mounted): void {
    if (this.mounted !== "nothing") runCommand("umount", "-l", this.folder);
    this.mounted = what;
    if (what !== "nothing") runCommand("mount", "--bind", what === "own" ? this.backing : this.other, this.folder);
  }

  /** Fills it to the last byte. */
  fill(): void {
    const fd = fs.openSync(path.join(this.backing, BALLAST), "w");
    try {
      const block = new Uint8Array(1024 * 1024);
      while (fs.writeSync(fd, block) > 0) {
        // Until there is no room.
      }
    } catch (error) {
      if (!isNoRoom(error)) throw error;
    } finally {
      fs.closeSync(fd);
    }
  }

  makeRoom(): void {
    fs.rmSync(path.join(this.backing, BALLAST), { force: true });
  }

  /** Mounts its own disk again; gives what was put meanwhile where nothing of the cluster belongs. */
  comeBack(): string[] {
    const intruders = fs.readdirSync(this.folder).filter((name) => name !== STRANGER);
    this.mount("own");
    return intruders;
  }
}

/** Whether an operation failed for want of room. */
export function isNoRoom(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}
