import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import type { FolderGuard } from "./folder/folder-guard.ts";

/** Milliseconds until a folder that is there and could not be read is tried again. */
const RETRY = 5000;

export interface AvailabilityDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly guard: FolderGuard;
  /** The folder is there for the first time in this run: resolves once its files are known. Rejects with DiskError. */
  begin(): Promise<void>;
  /** It is there again: the same. */
  resume(): Promise<void>;
  /** It is not there any more: nothing may be read from it or written to it. */
  suspend(): void;
  /** Whether it is shared has changed: why it is not, or null when it is. */
  tell(reason: string | null): void;
}

/** Leads a secondary through the times in which its folder is there, and those in which it is not. */
export class Availability {
  private readonly deps: AvailabilityDeps;
  private begun: Promise<void> | null = null;
  /** Counts the changes: what was begun before the last one tells nobody any more. */
  private turn = 0;
  private unavailable: string | null = null;

  constructor(deps: AvailabilityDeps) {
    this.deps = deps;
  }

  /** Why the folder is not shared; null when it is. */
  get reason(): string | null {
    return this.unavailable;
  }

  /** The guard has opened the folder. Resolves once its files are known, or it is known not to be there. Rejects with DiskError. */
  async start(): Promise<void> {
    const { guard } = this.deps;
    guard.watch((there) => this.changed(there));
    if (guard.isPresent) await this.share(this.turn);
    else this.tell(guard.reason);
  }

  private changed(there: boolean): void {
    const { guard, suspend } = this.deps;
    this.turn += 1;
    if (there) {
      this.tell("its disk is back, and its files are being compared with what is known of them");
      this.shareSoon(this.turn);
    } else {
      suspend();
      this.tell(guard.reason);
    }
  }

  private shareSoon(turn: number): void {
    this.share(turn).catch((error: Error) => {
      const { log, clock } = this.deps;
      if (turn !== this.turn) return;
      log.error("unreadable", `cannot read the shared folder: ${error.message}; trying again`);
      clock.after(RETRY, () => turn === this.turn && this.shareSoon(turn));
    });
  }

  private async share(turn: number): Promise<void> {
    const { guard } = this.deps;
    try {
      await this.know();
    } catch (error) {
      if (await guard.checkPresent()) throw error;
    }
    if (turn === this.turn && guard.isPresent) this.tell(null);
  }

  /** Gets the files of the folder known. */
  private async know(): Promise<void> {
    const { begin, resume } = this.deps;
    if (this.begun) {
      await this.begun;
      return resume();
    }
    this.begun = begin();
    try {
      await this.begun;
    } catch (error) {
      this.begun = null;
      throw error;
    }
  }

  private tell(reason: string | null): void {
    this.unavailable = reason;
    this.deps.tell(reason);
  }
}
