import type { Content } from "./content.ts";
import type { Entry, SimFile, SimFolder } from "./inodes.ts";

/** Why bytes of a file are not there any more. */
export type LossCause =
  /** Its last name was removed. */
  | "removed"
  /** Another file got its last name. */
  | "replaced"
  /** Some of its bytes are being written over, cut off, or erased. */
  | "overwritten"
  /** A power loss took what was not synced. */
  | "power";

/** What a file system tells of what happens in it. */
export interface FileSystemEvents {
  /** A name came, went, or stands for something else, or what it stands for was written to. */
  changed(folder: SimFolder, name: string): void;
  /** Bytes are lost; `content` has them still. `entry`: the name it is about; null for an open file without one. */
  contentLost(file: SimFile, content: Content, entry: Entry | null, cause: LossCause): void;
  /** Something got a name by a rename or as a second name, `entry`. `from`: its path before; null where it had none. */
  placed(entry: Entry, from: string | null): void;
  /** A new name came about: of a file, a folder or a link that was made, or one more of a file. */
  made(entry: Entry): void;
  /** A name is removed, or another file is about to get it; `entry` is there still. */
  taken(entry: Entry, cause: "removed" | "replaced"): void;
  /** A write took room of the file system. */
  grown(): void;
}

export const NO_EVENTS: FileSystemEvents = {
  changed() {},
  contentLost() {},
  placed() {},
  made() {},
  taken() {},
  grown() {},
};
