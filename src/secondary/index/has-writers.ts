import type { OpenedFile } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";

/** Opens a file for a moment to see whether somebody writes to it. Throws DiskError. */
export async function statOpened(disk: Disk, path: string): Promise<OpenedFile> {
  const fd = await disk.open(path, "read");
  try {
    return { stat: await disk.fstat(fd), hasWriters: disk.hasWriters(fd) };
  } finally {
    await disk.close(fd);
  }
}
