import type { Cancel } from "../../platform/clock.ts";
import { StabilityTracker } from "./stability-tracker.ts";

/**
 * queued: waits for its turn to be looked at. looking: the disk is asked. resting: waits until it has been quiet long
 * enough. hashing: waits to be read, or is read. done: nothing more comes of it.
 */
export type PendingFileState = "queued" | "looking" | "resting" | "hashing" | "done";

const NEXT: Readonly<Record<PendingFileState, readonly PendingFileState[]>> = {
  queued: ["looking", "done"],
  looking: ["resting", "hashing", "done"],
  resting: ["queued", "done"],
  hashing: ["resting", "done"],
  done: [],
};

/** The way of one name from a hint to a finding. */
export class PendingFile {
  readonly name: string;
  readonly stability = new StabilityTracker();
  /** Whether something was heard of the name since it was looked at. */
  notified = false;
  /** Of the file that is to be read, while the name is not known. */
  inode: bigint | null = null;
  /** How often it waited for the file's new name to be read. */
  deferred = 0;
  private current: PendingFileState = "queued";
  private cancel: Cancel = () => {};

  constructor(name: string) {
    this.name = name;
  }

  get state(): PendingFileState {
    return this.current;
  }

  /** Throws when the table above does not allow it. `cancel` ends a timer of the new state, when it is left. */
  become(to: PendingFileState, cancel: Cancel = () => {}): void {
    if (!NEXT[this.current].includes(to)) throw new Error(`a task cannot go from ${this.current} to ${to}`);
    this.cancel();
    this.current = to;
    this.cancel = cancel;
  }
}
