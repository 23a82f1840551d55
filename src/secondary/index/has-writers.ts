import type { Opened } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";

/** Opens a file for a moment to see whether somebody writes to it. Throws DiskError. */
export async function writersOf(disk: Disk, path: string): Promise<Opened> {
  const fd = await disk.open(path, "read");
  try {
    return { stat: await disk.fstat(fd), writing: disk.beingWritten(fd) };
  } finally {
    await disk.close(fd);
  }
}
