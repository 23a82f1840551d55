import { type Stamp, sameStamp } from "./file-record.ts";

/** Milliseconds without a change after which a file counts as finished, and a vanished one as gone. */
export const SETTLE = 1_000;
/** The same where the system cannot tell whether somebody still has the file open for writing. */
export const BLIND_SETTLE = 3_000;
/** Milliseconds between looks at a file that somebody has open for writing. */
export const WRITER_POLL = 500;

/**
 * Decides for one name when it has come to rest. The file's own times are believed only where they say that it was
 * quiet long ago; a time in the future, or a wall clock that jumped, costs one period of watching and nothing more.
 */
export class Settling {
  private last: Stamp | null | undefined;
  private since = 0;

  /** Whether a look has ever found something else than the look before it. */
  changed = false;

  /**
   * What a look found: a stamp, or null for nothing there. `now` in milliseconds on the steady clock, `wall` since 1970.
   */
  see(found: Stamp | null, now: number, wall: number): void {
    if (this.last === undefined) this.since = now - (found ? age(found, wall) : 0);
    else if (!same(this.last, found)) {
      this.since = now;
      this.changed = true;
    }
    this.last = found;
  }

  /** Milliseconds still to wait until it has been as it is for `quiet`; 0 when it has. */
  remaining(now: number, quiet: number): number {
    return Math.max(0, this.since + quiet - now);
  }
}

/** Milliseconds for which a file has not changed, as far as its own times can be believed. */
function age(stamp: Stamp, wall: number): number {
  const newest = Math.max(Number(stamp.mtimeNs), Number(stamp.ctimeNs)) / 1e6;
  return Math.max(0, wall - newest);
}

function same(left: Stamp | null, right: Stamp | null): boolean {
  if (left === null || right === null) return left === right;
  return sameStamp(left, right);
}
