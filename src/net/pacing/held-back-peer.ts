import { HELD_BACK_TIMEOUT_MS } from "../../protocol/timing.ts";

/** Whether a peer is worth waiting for that says that its limit holds it back: not for ever. Sans-I/O; times in milliseconds. */
export class HeldBackPeer {
  /** Since when it has said nothing else. */
  private since: number | null = null;

  /** Whether it has said so, and nothing else since. */
  get isHeldBack(): boolean {
    return this.since !== null;
  }

  /** Something of what is waited for has come. */
  progressed(): void {
    this.since = null;
  }

  /** It says so. Gives whether that counts as progress. */
  saidSo(now: number): boolean {
    this.since ??= now;
    return now - this.since < HELD_BACK_TIMEOUT_MS;
  }
}
