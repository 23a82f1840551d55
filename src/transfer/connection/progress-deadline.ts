/** Milliseconds in which a source that owes something must have made progress. */
const LIMIT = 20_000;
/** Bytes that are progress. A source that needs longer for them delivers less than a kilobyte a second. */
const STEP = 16 * 1024;
/** Milliseconds between looks. */
export const LOOK_PERIOD = 1000;

/**
 * How long a source may owe answers: in each span of {@link LIMIT} it must finish one, or send {@link STEP} bytes. A sign of
 * life, such as a pong, is none. Pure; times in milliseconds.
 */
export class ProgressDeadline {
  private since: number;
  private looked: number;
  private bytes = 0;

  constructor(now: number) {
    this.since = now;
    this.looked = now;
  }

  /** Bytes of an answer came. */
  received(bytes: number, now: number): void {
    this.bytes += bytes;
    if (this.bytes >= STEP) this.renew(now);
  }

  /** An answer is finished. */
  renew(now: number): void {
    this.since = now;
    this.bytes = 0;
  }

  /** Why the source is to be given up, or null. To be called every {@link LOOK_PERIOD} while it owes something. */
  over(now: number): string | null {
    // A late look means that this thread itself was held up: what the source sent meanwhile is still to be read.
    if (now - this.looked > 2 * LOOK_PERIOD) this.renew(now);
    this.looked = now;
    if (now - this.since < LIMIT) return null;
    return `has not answered for ${LIMIT / 1000} s`;
  }
}
