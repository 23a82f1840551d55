import type { Disk, FileId } from "../../platform/disk/disk.ts";
import { pieceCount } from "../../protocol/versions/version.ts";

/**
 * An id of the time in which marks of a file of `size` bytes can be believed without reading it: in one boot of the machine
 * and one attachment of its disk the page cache is whole, so that what was written before a mark is there. After a power
 * loss, or when a disk was pulled out, it may not be. Null where that is unknown, and where reading the file costs little.
 */
export async function markSession(disk: Disk, { device }: FileId, size: number): Promise<string | null> {
  if (pieceCount(size) <= 1) return null;
  const boot = await disk.bootId();
  return boot === null ? null : `${boot} ${await disk.diskSequence(device)}`;
}
