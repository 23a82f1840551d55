import fs from "node:fs";
import path from "node:path";
import { runCommand } from "./command.ts";

/** A hidden file that takes the room; hidden files are not shared. */
const BALLAST = ".ballast";

/** A tmpfs at a folder, small enough to be filled. */
export class SmallDisk {
  constructor(
    readonly folder: string,
    /** In MiB. */
    size: number,
  ) {
    fs.mkdirSync(folder);
    runCommand("mount", "-t", "tmpfs", "-o", `size=${size}m`, "none", folder);
  }

  /** Fills it to the last byte. */
  fill(): void {
    const fd = fs.openSync(path.join(this.folder, BALLAST), "w");
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
    fs.rmSync(path.join(this.folder, BALLAST), { force: true });
  }
}

/** Whether an operation failed for want of room. */
export function isNoRoom(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}
