import { type Clock, delay } from "../platform/clock.ts";
import type { LogLimiter } from "../platform/log/log-limiter.ts";
import type { Effect } from "./registry/effect.ts";

/** Milliseconds until something is stored that could not be. */
const RETRY_MS = 1000;

export interface CommitQueueDeps {
  readonly clock: Clock;
  readonly log: Pick<LogLimiter, "error">;
  execute(effects: readonly Effect[]): void;
}

/**
 * Carries out decisions in their order, each once what it rests upon is stored. What the store does not take now, since
 * its disk is full, is tried again until it does: what was told to others and not stored would be undone by a restart.
 */
export class CommitQueue {
  private pendingCount = 0;
  private last: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly deps: CommitQueueDeps) {}

  /** Whether decisions wait, which later ones must not overtake. */
  get busy(): boolean {
    return this.pendingCount > 0;
  }

  /** Resolves once it is stored and carried out. */
  commit(store: () => Promise<unknown>, effects: readonly Effect[]): Promise<void> {
    // At once where nothing waits.
    const begun = this.pendingCount === 0 ? store() : null;
    this.pendingCount += 1;
    this.last = this.last.then(async () => {
      await this.retryUntilStored(store, begun);
      this.pendingCount -= 1;
      if (!this.stopped) this.deps.execute(effects);
    });
    return this.last;
  }

  /** Nothing is carried out any more. */
  stop(): void {
    this.stopped = true;
  }

  private async retryUntilStored(store: () => Promise<unknown>, begun: Promise<unknown> | null): Promise<void> {
    let next = begun;
    do {
      try {
        await (next ?? store());
        return;
      } catch (error) {
        const text = `cannot store: ${(error as Error).message}; decisions wait until that is possible`;
        this.deps.log.error("store-failed", text);
      }
      next = null;
      await delay(this.deps.clock, RETRY_MS);
    } while (!this.stopped);
  }
}
