import type { DepartureReason } from "../../protocol/messages/kept.ts";
import type { FileRecord } from "../index/file-record.ts";

/** A free path, on the disk of the shared folder, for a file that leaves it. One of `kept` and `unused` ends it. */
export interface KeptSlot {
  readonly path: string;
  /** Makes what is there by now survive a power loss. */
  sync(): Promise<void>;
  /** The file is there, under no other name. */
  commit(): void;
  /** It did not come to that, and nothing is there. */
  cancel(): Promise<void>;
}

/** Takes what leaves the shared folder by the program's own doing. */
export interface KeptSlots {
  /** Where a file goes; null when it is not to be kept. Rejects with DiskError when the disk refuses. */
  reserve(file: FileRecord, why: DepartureReason): Promise<KeptSlot | null>;
}

/** Nothing is kept. */
export const keepNothing: KeptSlots = { reserve: async () => null };
