import type { FileStat } from "./disk/disk.ts";

/** The state of an open file that shows, without reading it, whether its content was changed. */
export type ContentState = Readonly<Pick<FileStat, "size" | "mtimeNs" | "inode">>;

/** That state alone. */
export function contentState({ size, mtimeNs, inode }: ContentState): ContentState {
  return { size, mtimeNs, inode };
}

/** Whether nothing has changed the content between two observations. Unlinking or renaming moves the change time alone. */
export function sameContent(left: ContentState, right: ContentState): boolean {
  return left.size === right.size && left.mtimeNs === right.mtimeNs && left.inode === right.inode;
}
