import type { DepartureReason } from "../../protocol/messages/kept.ts";
import type { FileRecord } from "../index/file-record.ts";

/** A free path for a file that leaves the shared folder, on the same disk. To be ended by `commit` or `cancel`. */
export interface KeptSlot {
  readonly path: string;
  /** Makes the file at the path survive a power loss. */
  sync(): Promise<void>;
  /** The file is at the path, and has no other name. */
  commit(): void;
  /** The file did not leave the folder, and nothing is at the path. */
  cancel(): Promise<void>;
}

/** Where files go that the program itself removes or replaces. */
export interface KeptSlots {
  /** Null when the file is not to be kept. Rejects with DiskError when the disk refuses. */
  reserve(file: FileRecord, why: DepartureReason): Promise<KeptSlot | null>;
}

/** Nothing is kept. */
export const keepNothing: KeptSlots = { reserve: async () => null };
