import type { Cancel } from "../../platform/clock.ts";
import { Settling } from "./stability-tracker.ts";

/**
 * queued: waits for its turn to be looked at. looking: the disk is asked. resting: waits until it has been quiet long
 * enough. hashing: waits to be read, or is read. done: nothing more comes of it.
 */
export type TaskState = "queued" | "looking" | "resting" | "hashing" | "done";

const NEXT: Readonly<Record<TaskState, readonly TaskState[]>> = {
  queued: ["looking", "done"],
  looking: ["resting", "hashing", "done"],
  resting: ["queued", "done"],
  hashing: ["resting", "done"],
  done: [],
};

/** The way of one name from a hint to a finding. */
export class Task {
  readonly name: string;
  readonly settling = new Settling();
  /** Whether something was heard of the name since it was looked at. */
  heard = false;
  /** Of the file that is to be read, while the name is not known. */
  inode: bigint | null = null;
  /** How often it waited for the file's new name to be read. */
  deferred = 0;
  private current: TaskState = "queued";
  private cancel: Cancel = () => {};

  constructor(name: string) {
    this.name = name;
  }

  get state(): TaskState {
    return this.current;
  }

  /** Throws when the table above does not allow it. `cancel` ends a timer of the new state, when it is left. */
  move(to: TaskState, cancel: Cancel = () => {}): void {
    if (!NEXT[this.current].includes(to)) throw new Error(`a task cannot go from ${this.current} to ${to}`);
    this.cancel();
    this.current = to;
    this.cancel = cancel;
  }
}
