import { type Cancel, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import { StabilityTracker } from "./stability-tracker.ts";

/**
 * queued: waits for its turn to be checked. checking: the disk is asked. resting: waits until it has been quiet long
 * enough. hashing: waits to be read, or is read. done: nothing more comes of it.
 */
export type PendingFileState = "queued" | "checking" | "resting" | "hashing" | "done";

const NEXT: Transitions<PendingFileState> = {
  queued: ["checking", "resting", "hashing", "done"],
  checking: ["resting", "hashing", "done"],
  resting: ["queued", "done"],
  hashing: ["resting", "done"],
  done: [],
};

/** A name that may have changed, until it has its record. */
export class PendingFile {
  readonly name: string;
  readonly stability = new StabilityTracker();
  /** Whether something may have happened to the name since the disk was asked. */
  notified = false;
  /** Of the file that is to be read, while the name has no record. */
  inode: bigint | null = null;
  /** How often it waited for the file's new name to be read. */
  deferrals = 0;
  private readonly machine = new StateMachine<PendingFileState>("a pending file", NEXT, "queued");
  private cancel: Cancel = NOTHING_TO_CANCEL;

  constructor(name: string) {
    this.name = name;
  }

  get state(): PendingFileState {
    return this.machine.state;
  }

  /** Throws when the table above does not allow it. `cancel` ends a timer of the new state, when it is left. */
  become(next: PendingFileState, cancel: Cancel = NOTHING_TO_CANCEL): void {
    this.machine.become(next);
    this.cancel();
    this.cancel = cancel;
  }
}
