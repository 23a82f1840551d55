import { createHash } from "node:crypto";
import { closeSync, copyFileSync, mkdirSync, openSync, readSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

const MIB = 1024 ** 2;

/** Makes a file of random bytes; gives the SHA-256 of each MiB. */
export function makeFile(path: string, size: number): string[] {
  const fd = openSync(path, "w");
  const random = openSync("/dev/urandom", "r");
  const block = new Uint8Array(MIB);
  const pieces: string[] = [];
  for (let done = 0; done < size; done += MIB) {
    const part = block.subarray(0, Math.min(MIB, size - done));
    readSync(random, part);
    writeSync(fd, part);
    pieces.push(createHash("sha256").update(part).digest("hex"));
  }
  closeSync(random);
  // A file that somebody has open for writing is not shared.
  closeSync(fd);
  return pieces;
}

/** A folder in memory with room for `size` bytes and a little more, so that no disk is measured; else `workspace`. */
export function memoryFolder(workspace: string, size: number): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize > 1.5 * size ? "/dev/shm" : workspace;
  } catch {
    return workspace;
  }
}

/** Reads files through, so that they are in the page cache: a system may take what it thinks nobody needs out of it. */
export function warm(paths: readonly string[]): void {
  const block = new Uint8Array(MIB);
  for (const path of paths) {
    const fd = openSync(path, "r");
    while (readSync(fd, block) > 0) {
      // Only to have them read.
    }
    closeSync(fd);
  }
}

/** Three folders below `workspace`, each with the same file of random bytes; and the SHA-256 of each MiB of it. */
export function makeShares(workspace: string, name: string, size: number): { folders: string[]; pieces: string[] } {
  const folders = [1, 2, 3].map((number) => join(workspace, `share${number}`));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const [first = "", ...others] = folders;
  const pieces = makeFile(join(first, name), size);
  for (const folder of others) copyFileSync(join(first, name), join(folder, name));
  return { folders, pieces };
}
