import type { ErrorCode } from "../errors.ts";
import type { Content } from "../file-system/content.ts";
import type { LossCause } from "../file-system/events.ts";
import type { Entry, SimFile } from "../file-system/inodes.ts";
import type { Actor } from "./actor.ts";
import type { OpenFile } from "./open-file.ts";

/** Bytes of a file that are lost. `content` has them still; paths are found from `entry` by `pathOf`. */
export interface ContentLoss {
  readonly file: SimFile;
  readonly content: Content;
  /** The name that it is about; null for an open file that has none. */
  readonly entry: Entry | null;
  readonly cause: LossCause;
  readonly actor: Actor;
}

/** Gets told what becomes of content, at the moment it happens. */
export interface DiskObserver {
  contentLost?(loss: ContentLoss): void;
  /** Something was renamed to `entry`, or got it as a name. `from`: its path before; null where it had none. */
  placed?(entry: Entry, from: string | null, actor: Actor): void;
  /** Something was made, or got one more name: `entry`. */
  made?(entry: Entry, actor: Actor): void;
  /** A name is removed, or another file is about to get it; `entry` is there still. */
  taken?(entry: Entry, actor: Actor, cause: "removed" | "replaced"): void;
  /** A write took room of a disk. */
  grown?(actor: Actor): void;
  /** A process has opened a file by which it can write to it; somebody has changed the bytes of an open file. */
  opened?(file: OpenFile, actor: Actor): void;
  changed?(file: OpenFile, actor: Actor): void;
  /** The system refuses a call of a process about a path. */
  refused?(path: string, code: ErrorCode): void;
}
