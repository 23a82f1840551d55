import { type Sentence, say } from "../../sentences/sentence.ts";
/** Milliseconds in which a source must make progress while it has requests to answer. */
export const PROGRESS_TIMEOUT_MS = 20_000;
/** Bytes that are progress. A source that needs longer for them delivers less than a kilobyte a second. */
const MIN_PROGRESS_BYTES = 16 * 1024;
/** Milliseconds between two checks. */
export const CHECK_INTERVAL_MS = 1000;

/**
 * How long a source may take for its answers: in each span of {@link PROGRESS_TIMEOUT_MS} it must finish one, or send
 * {@link MIN_PROGRESS_BYTES} bytes. A pong does not count. Sans-I/O; times in milliseconds.
 */
export class ProgressDeadline {
  private since: number;
  private lastCheck: number;
  private bytes = 0;

  constructor(now: number) {
    this.since = now;
    this.lastCheck = now;
  }

  /** Bytes of an answer came. */
  received(bytes: number, now: number): void {
    this.bytes += bytes;
    if (this.bytes >= MIN_PROGRESS_BYTES) this.renew(now);
  }

  /** An answer is finished. */
  renew(now: number): void {
    this.since = now;
    this.bytes = 0;
  }

  /**
   * Why the source is to be given up, or null. To be called every {@link CHECK_INTERVAL_MS} while it has requests to
   * answer.
   */
  check(now: number): Sentence | null {
    // A late check means that this thread was blocked: what the source sent meanwhile is still to be read.
    if (now - this.lastCheck > 2 * CHECK_INTERVAL_MS) this.renew(now);
    this.lastCheck = now;
    if (now - this.since < PROGRESS_TIMEOUT_MS) return null;
    return say("has not answered for {seconds} s", { seconds: PROGRESS_TIMEOUT_MS / 1000 });
  }
}
