import type { Cancel, Clock } from "../clock.ts";
import type { Allowance, Wait } from "./allowance.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** Milliseconds for which a limit must not have held anything back before it counts as one that does not... */
const UNBOUND_MS = 2000;
/** ...and between two checks, at most: what happened between others is not known. */
const MAX_CHECK_GAP_MS = 1000;
/** Milliseconds after which those who wait hear of another rate, which another thread may have set. */
const MAX_SLEEP_MS = 100;

export interface RateLimiterDeps {
  readonly clock: Pick<Clock, "after">;
  /** Milliseconds on a clock that all threads which share the bucket have in common. */
  now(): number;
}

interface WaitingBytes {
  readonly place: number;
  readonly run: () => void;
}

/** A limit as one thread keeps to it: those who wait have one timer between them. */
export class RateLimiter implements Allowance {
  /** In the order of their places. */
  private readonly waiting: WaitingBytes[] = [];
  private cancelTimer: Cancel | null = null;
  /** When somebody last asked whether it holds anything back, and when it did, or might have. */
  private checkedAt = Number.NEGATIVE_INFINITY;
  private boundAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly deps: RateLimiterDeps,
    /** What it shares with other threads. */
    readonly bucket: TokenBucket,
  ) {}

  get rate(): number | null {
    return this.bucket.rate;
  }

  get quantum(): number | null {
    return this.bucket.quantum;
  }

  /** Whether it is this limit that holds bytes back, or may be: to be asked a few times a second. */
  holdsBack(): boolean {
    if (this.bucket.rate === null) return false;
    const now = this.deps.now();
    if (now - this.checkedAt > MAX_CHECK_GAP_MS || this.bucket.isBinding(now)) this.boundAt = now;
    this.checkedAt = now;
    return now - this.boundAt < UNBOUND_MS;
  }

  /** Bytes for each second; null: no limit. One thread alone sets it. */
  setRate(rate: number | null): void {
    this.bucket.setRate(rate, this.deps.now());
    this.release();
  }

  consume(bytes: number): Wait | null {
    if (this.bucket.rate === null) return null;
    const now = this.deps.now();
    const place = this.bucket.consume(bytes, now);
    if (place === null || this.bucket.waitMs(place, now) <= 0) return null;
    return (run) => this.wait({ place, run });
  }

  private wait(waiting: WaitingBytes): Cancel {
    const { waiting: all } = this;
    const before = all.findLastIndex(({ place }) => place <= waiting.place);
    all.splice(before + 1, 0, waiting);
    if (before < 0) this.schedule();
    return () => {
      const index = all.indexOf(waiting);
      if (index >= 0) all.splice(index, 1);
    };
  }

  private release(): void {
    const now = this.deps.now();
    for (let [first] = this.waiting; first && this.bucket.waitMs(first.place, now) <= 0; [first] = this.waiting) {
      this.waiting.shift();
      first.run();
    }
    this.schedule();
  }

  private schedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    const [first] = this.waiting;
    if (!first) return;
    const ms = this.bucket.waitMs(first.place, this.deps.now());
    this.cancelTimer = this.deps.clock.after(Math.min(MAX_SLEEP_MS, Math.max(1, ms)), () => this.release());
  }
}
