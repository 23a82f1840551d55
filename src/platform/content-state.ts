import { say } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import type { FileStat } from "./disk/disk.ts";
import { SECOND_NS } from "./units.ts";

/** The state of an open file that shows, without reading it, whether its content was changed. */
export type ContentState = Readonly<Pick<FileStat, "size" | "mtimeNs" | "inode">>;

/** The state of a file at a path that shows the same, and when something else took its place. */
export type Fingerprint = Readonly<Pick<FileStat, "size" | "mtimeNs" | "ctimeNs" | "inode">>;

/** That state alone. */
export function contentState({ size, mtimeNs, inode }: ContentState): ContentState {
  return { size, mtimeNs, inode };
}

/** Milliseconds of the longest step in which a file system counts its times, that of FAT: later changes within it do not show. */
export const LONGEST_TIME_STEP_MS = 2000;

/**
 * Whether a time of a file, in nanoseconds, is of a file system that counts in seconds (FAT, HFS+, ext3): what happens
 * later in the same step of a second or two has the same time there.
 */
export function isCoarseTime(timeNs: bigint): boolean {
  return timeNs % SECOND_NS === 0n;
}

/** Whether nothing has changed the content between two observations. Unlinking or renaming moves the change time alone. */
export function sameContent(left: ContentState, right: ContentState): boolean {
  return left.size === right.size && left.mtimeNs === right.mtimeNs && left.inode === right.inode;
}

/** A file is not any more as it was when it was verified. */
export class ContentChanged extends SentenceError {
  constructor() {
    super(say("the file was changed while it was read"));
  }
}
