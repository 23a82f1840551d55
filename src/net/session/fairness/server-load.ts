import type { Cancel, Clock } from "../../../platform/clock.ts";
import type { LogLimiter } from "../../../platform/log/log-limiter.ts";
import { MAX_SERVER_BACKLOG_BYTES, MESSAGES_PER_SECOND } from "../../../protocol/limits.ts";

/** What the sessions of one server share: turns of those that send much, and the memory for what waits. */
export class ServerLoad {
  private readonly queue = new Set<() => void>();
  private scheduled = false;
  private bytes = 0;

  /** `log`: bounded; null where nothing is logged. */
  constructor(
    private readonly clock: Clock,
    private readonly log: Pick<LogLimiter, "warn"> | null = null,
  ) {}

  /** A peer sends more messages than it may, and waits. */
  slowed(host: string): void {
    this.log?.warn("slowed", `${host} sends more than ${MESSAGES_PER_SECOND} messages a second, and is slowed`);
  }

  /** Calls `run` when it is its turn: one at a time, and everybody else between two of them. */
  waitForTurn(run: () => void): Cancel {
    this.queue.add(run);
    this.schedule();
    return () => void this.queue.delete(run);
  }

  /** So many more bytes, or fewer, wait in memory. */
  add(bytes: number): void {
    this.bytes += bytes;
  }

  /** Whether more waits in memory than may. */
  get isFull(): boolean {
    return this.bytes > MAX_SERVER_BACKLOG_BYTES;
  }

  private schedule(): void {
    if (this.scheduled || this.queue.size === 0) return;
    this.scheduled = true;
    this.clock.nextTurn(() => {
      this.scheduled = false;
      const [next] = this.queue;
      if (next === undefined) return;
      this.queue.delete(next);
      try {
        next();
      } finally {
        this.schedule();
      }
    });
  }
}
