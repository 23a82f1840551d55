/** Milliseconds for which nothing more may come, while something should, until another server is tried. */
export const STARVED_MS = 2000;
/** Seconds ahead of what is played that are enough for waiting: nothing is lost yet. */
const ENOUGH_AHEAD_S = 8;
/** Seconds at the end that count as the end: what a file says of its length is not exact. */
const END_TOLERANCE_S = 0.5;
/** Milliseconds in which an attempt must begin to play. */
const START_TIMEOUT_MS = 8000;
/** Milliseconds without an attempt that plays, after which nobody can send it. */
export const GIVE_UP_MS = 60_000;
/** Milliseconds between two attempts: twice as long each time, within these bounds. */
const [MIN_PAUSE_MS, MAX_PAUSE_MS] = [250, 4000];

/** How a medium is at a time, in seconds of it. */
export interface PlaybackSample {
  readonly position: number;
  /** Up to where it can be played without a gap. */
  readonly bufferedEnd: number;
  /** Not finite: not known yet. */
  readonly duration: number;
  /** Whether the browser is fetching more of it. */
  readonly isFetching: boolean;
}

/** What is to be done: nothing; play it from another server; or say that nobody sends it. */
export type PlaybackStep = "wait" | "replace" | "give up";

/**
 * Says when a medium is to be taken from another server: the browser itself asks for minutes the one that it was sent to
 * first, also when that one is dead. Each time that it is fetched is an attempt. Sans-I/O: times are milliseconds.
 */
export class PlaybackWatch {
  /** Up to where it could be played the last time; null: nothing was seen of it yet. */
  private farthest: number | null = null;
  /** When more has come the last time. */
  private grownAt: number;
  /** When the first attempt failed after the last one that played; null: it plays. */
  private failingSince: number | null = null;
  /** When the attempt that is to replace what fails has begun; null: there is none. */
  private retriedAt: number | null = null;
  private pause = MIN_PAUSE_MS;
  private notBefore = 0;

  constructor(now: number) {
    this.grownAt = now;
  }

  /** Whether something else is wanted than what is shown. */
  get isFailing(): boolean {
    return this.failingSince !== null;
  }

  /** `sample`: of what is shown. */
  update(sample: PlaybackSample, now: number): PlaybackStep {
    const before = this.farthest;
    this.farthest = Math.max(before ?? 0, sample.bufferedEnd);
    if (before !== null && sample.bufferedEnd > before) {
      this.grownAt = now;
      // It has come back by itself, and there is no need for another attempt.
      if (this.retriedAt === null) this.failingSince = null;
    }
    if (this.failingSince === null && !this.isStarving(sample, now)) return "wait";
    return this.next(now);
  }

  /** What is shown cannot go on. */
  failed(now: number): PlaybackStep {
    return this.next(now);
  }

  /** An attempt that was to replace what is shown has failed. */
  replacementFailed(now: number): PlaybackStep {
    this.retriedAt = null;
    return this.next(now);
  }

  /** What plays from now on is the last attempt. */
  replaced(now: number): void {
    this.farthest = null;
    this.grownAt = now;
    this.failingSince = null;
    this.retriedAt = null;
    this.pause = MIN_PAUSE_MS;
    this.notBefore = 0;
  }

  private isStarving({ position, bufferedEnd, duration, isFetching }: PlaybackSample, now: number): boolean {
    if (!isFetching || now - this.grownAt < STARVED_MS) return false;
    const isWhole = Number.isFinite(duration) && bufferedEnd >= duration - END_TOLERANCE_S;
    return !isWhole && bufferedEnd - position < ENOUGH_AHEAD_S;
  }

  private next(now: number): PlaybackStep {
    this.failingSince ??= now;
    if (now - this.failingSince >= GIVE_UP_MS) return "give up";
    if (this.retriedAt !== null && now - this.retriedAt < START_TIMEOUT_MS) return "wait";
    if (now < this.notBefore) return "wait";
    this.retriedAt = now;
    this.notBefore = now + this.pause;
    this.pause = Math.min(2 * this.pause, MAX_PAUSE_MS);
    return "replace";
  }
}
