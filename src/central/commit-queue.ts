import { type Clock, delay } from "../platform/clock.ts";
import type { LogLimiter } from "../platform/log/log-limiter.ts";
import type { Effect } from "./registry/effect.ts";

/** Milliseconds until the store is tried again: a full disk lasts longer, and a moment of it is not noticed. */
const RETRY_MS = 1000;

export interface CommitQueueDeps {
  readonly clock: Clock;
  readonly log: Pick<LogLimiter, "error">;
  execute(effects: readonly Effect[]): void;
}

/**
 * Executes effects in their order, each after everything that it depends on is stored. Storing is tried again until it
 * succeeds, for example while the disk is full: what was sent to others and not stored would be undone by a restart.
 */
export class CommitQueue {
  private pendingCount = 0;
  private last: Promise<void> = Promise.resolve();
  private readonly ended = new AbortController();

  constructor(private readonly deps: CommitQueueDeps) {}

  /** Whether effects wait, which later ones must not overtake. */
  get busy(): boolean {
    return this.pendingCount > 0;
  }

  get isStopped(): boolean {
    return this.ended.signal.aborted;
  }

  /** Resolves when it is stored and executed. */
  commit(store: () => Promise<unknown>, effects: readonly Effect[]): Promise<void> {
    // Begun at once where nothing waits.
    const begun = this.pendingCount === 0 ? store() : null;
    this.pendingCount += 1;
    this.last = this.last.then(async () => {
      await this.retryUntilStored(store, begun);
      this.pendingCount -= 1;
      if (!this.isStopped) this.deps.execute(effects);
    });
    return this.last;
  }

  /** Nothing is executed any more. */
  stop(): void {
    this.ended.abort();
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
      await delay(this.deps.clock, RETRY_MS, this.ended.signal);
    } while (!this.isStopped);
  }
}
