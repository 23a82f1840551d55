import type { UserWriter } from "../../world/disk/machine/user-files.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";

/** A content that was once under a name in some shared folder. */
export interface KnownContent {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Simulated milliseconds. */
  readonly firstAt: number;
  /** Whether a person made it as a whole; else it is a state in between, or what a fault has left. */
  readonly whole: boolean;
}

/** A file that was removed from the whole cluster. */
export interface Removal {
  readonly name: string;
  /** The version that the central had when it was told. */
  readonly id: string;
  /** Simulated milliseconds: when it was told to the central, and when that had done it; null: not yet, or it failed. */
  readonly at: number;
  doneAt: number | null;
}

/** A bit of a file has flipped on the disk of a secondary. */
export interface Damage {
  readonly secondary: SimSecondary;
  readonly name: string;
  /** Of the content before the first bit flipped. */
  readonly id: string;
  /** Simulated milliseconds. */
  readonly at: number;
}

/** A file that a person has open and is writing over: what it has is neither the old content nor the new one. */
export interface Unfinished {
  readonly secondary: SimSecondary;
  readonly name: string;
  /** Of what it has while it is open. */
  readonly id: string;
  readonly writer: UserWriter;
}

/** A file as it was before a fault. */
export interface PastFile {
  readonly id: string;
  /** Whether somebody put the content there again that its secondary has stored. */
  readonly isPutAgain: boolean;
}

/** How a person puts bytes in the place of a file. */
export type PutWay =
  /** Writes over it, and cuts it to its new length. */
  | "in place"
  /** Writes another file beside it, under a name that is not shared, and renames that. */
  | "by rename";
