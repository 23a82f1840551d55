import fs from "node:fs";
import path from "node:path";
import { runCommand } from "./command.ts";
import { SmallDisk } from "./small-disk.ts";

/** What is at the mount point of a shared folder. */
export type Mounted = "own" | "nothing" | "another";

/** A file that stands where the disk was, or on the other disk, and that is none of the cluster's business. */
const STRANGER = "stranger.bin";
/** MiB of the other disk. */
const OTHER_MIB = 4;

/**
 * The disk of a secondary's shared folder: a small tmpfs that can vanish from the secondary's sight and come back. Its
 * content can always be reached at `backing`.
 */
export class SharedDisk {
  /** Where the secondary has it. */
  readonly folder: string;
  /** The same file system where it always is. */
  readonly disk: SmallDisk;
  private readonly other: SmallDisk;
  private mounted: Mounted = "nothing";
  /** When it was mounted last, in milliseconds since 1970. */
  mountedAt = 0;

  constructor(
    root: string,
    readonly number: number,
    /** In MiB. */
    size: number,
  ) {
    this.folder = path.join(root, `shared${number}`);
    fs.mkdirSync(this.folder);
    fs.writeFileSync(path.join(this.folder, STRANGER), `beneath disk ${number}`);
    this.disk = new SmallDisk(path.join(root, `disk${number}`), size);
    this.other = new SmallDisk(path.join(root, `other${number}`), OTHER_MIB);
    fs.writeFileSync(path.join(this.other.folder, STRANGER), `another disk at ${number}`);
    this.mount("own");
  }

  /** Where its content can always be reached. */
  get backing(): string {
    return this.disk.folder;
  }

  /** Puts something else at the mount point, as `umount -l` does: what is open stays open. */
  mount(what: Mounted): void {
    if (this.mounted !== "nothing") runCommand("umount", "-l", this.folder);
    this.mounted = what;
    if (what === "nothing") return;
    this.mountedAt = Date.now();
    runCommand("mount", "--bind", what === "own" ? this.backing : this.other.folder, this.folder);
  }

  /** Mounts its own disk again; gives what was put meanwhile where nothing of the cluster belongs. */
  comeBack(): string[] {
    const intruders = fs.readdirSync(this.folder).filter((name) => name !== STRANGER);
    this.mount("own");
    return intruders;
  }
}
