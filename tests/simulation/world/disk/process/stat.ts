import type { FileStat } from "../../../../../src/platform/disk/disk.ts";
import { PAGE_BYTES } from "../file-system/content.ts";
import type { Inode } from "../file-system/inodes.ts";

/** Bytes that stat shows for a folder. */
const FOLDER_BYTES = 4096;

export function toStat(inode: Inode): FileStat {
  const { kind, mtimeNs, ctimeNs, volume, number } = inode;
  const own =
    kind === "file"
      ? { size: inode.content.size, allocated: inode.content.held * PAGE_BYTES }
      : {
          size: kind === "folder" ? FOLDER_BYTES : inode.target.length,
          allocated: kind === "folder" ? FOLDER_BYTES : 0,
        };
  return { kind, mtimeNs, ctimeNs, inode: BigInt(number), device: volume.device, ...own };
}
