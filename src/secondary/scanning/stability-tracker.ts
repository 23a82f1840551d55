import type { Fingerprint } from "../../platform/content-state.ts";
import { hidesChangesFor, sameFingerprint } from "../folder/fingerprint.ts";

/** The same where the system cannot tell whether somebody still has the file open for writing. */
export const SETTLE_WITHOUT_LEASES_MS = 3_000;
/** Milliseconds between checks of a file that somebody has open for writing. */
export const WRITER_POLL_MS = 500;

/**
 * Decides for one name when it has come to rest. The file's own times are believed only where they say that it was
 * quiet long ago; a time in the future, or a wall clock that jumped, costs one period of waiting and nothing more. A file
 * that could be changed without its fingerprint is not at rest either.
 */
export class StabilityTracker {
  private last: Fingerprint | null | undefined;
  private since = 0;
  /** On the steady clock: from then on each change shows in the fingerprint. */
  private hidesChangesUntil = 0;
  /** Whether the system has noticed a change since the last observation. */
  private touched = false;

  /** Whether it was ever seen to change. */
  changed = false;

  /** Whether a file was there at the last observation. */
  get present(): boolean {
    return this.last !== null && this.last !== undefined;
  }

  /** The system notices a change, at `now` on the steady clock in milliseconds. */
  touch(now: number): void {
    if (this.last === undefined) return;
    this.since = Math.max(this.since, now);
    this.touched = true;
    this.changed = true;
  }

  /**
   * What the disk tells of the name: a fingerprint, or null when nothing is there. `now` in milliseconds on the steady
   * clock, `wall` since 1970.
   */
  observe(found: Fingerprint | null, now: number, wall: number): void {
    if (this.last === undefined) this.since = now - (found ? age(found, wall) : 0);
    else if (!same(this.last, found)) {
      // Where the system has noticed the last change, and the file's own times agree, the file rests since then.
      this.since = found && this.touched ? Math.max(this.since, now - age(found, wall)) : now;
      this.changed = true;
    }
    this.hidesChangesUntil = found ? now + hidesChangesFor(found, wall) : 0;
    this.last = found;
    this.touched = false;
  }

  /** Milliseconds still to wait until it has been as it is for `quiet`, and a change would show; 0 when it has. */
  remaining(now: number, quiet: number): number {
    if (this.last === undefined) return 0;
    return Math.max(0, this.since + quiet - now, this.hidesChangesUntil - now);
  }
}

/** Milliseconds for which a file has not changed, as far as its own times can be believed. */
function age(fingerprint: Fingerprint, wall: number): number {
  const newest = Math.max(Number(fingerprint.mtimeNs), Number(fingerprint.ctimeNs)) / 1e6;
  return Math.max(0, wall - newest);
}

function same(left: Fingerprint | null, right: Fingerprint | null): boolean {
  if (left === null || right === null) return left === right;
  return sameFingerprint(left, right);
}
