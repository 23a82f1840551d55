import type { Disk, FileStat } from "../../base/disk.ts";

/** A file as it is once opened. */
export interface Opened {
  readonly stat: FileStat;
  /** Whether somebody has it open for writing; null where the system cannot tell. */
  readonly writing: boolean | null;
}

/** Opens a file for a moment to see whether somebody writes to it. Throws DiskError. */
export async function writersOf(disk: Disk, path: string): Promise<Opened> {
  const fd = await disk.open(path, "read");
  try {
    return { stat: await disk.fstat(fd), writing: disk.beingWritten(fd) };
  } finally {
    await disk.close(fd);
  }
}
