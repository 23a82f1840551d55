import type { Messages } from "../../protocol/messages/messages.ts";
import { removeOrder, type Tombstone } from "./tombstone.ts";
import type { Tombstones } from "./tombstones.ts";

/** Tombstones that are sent before the secondary has applied some of them: it reads them all, and others wait. */
const MAX_UNAPPLIED = 2_000;
/** Milliseconds after which more are sent all the same: one that a disk refuses must not hold up the others. */
const APPLY_TIMEOUT_MS = 5_000;

/** Which tombstones one secondary was sent, and which it has applied. Sans-I/O. */
export class TombstoneDelivery {
  private sentSerial: number;
  /** When the last ones were sent (milliseconds). */
  private sentAt = Number.NEGATIVE_INFINITY;

  constructor(private lastApplied: number) {
    this.sentSerial = lastApplied;
  }

  /** The last serial number that the secondary has applied. What its disk refused of earlier ones, it has announced again. */
  get appliedSerial(): number {
    return this.lastApplied;
  }

  hasApplied({ serial }: Tombstone): boolean {
    return this.lastApplied >= serial;
  }

  markApplied(serial: number): void {
    this.lastApplied = Math.max(this.lastApplied, serial);
  }

  /** Whether the secondary was sent all tombstones so far. */
  isUpToDate(tombstones: Tombstones): boolean {
    return tombstones.after(this.sentSerial, 1).length === 0;
  }

  /** The next tombstone was sent, apart from {@link issueNext}. */
  markSent({ serial }: Tombstone): void {
    this.sentSerial = serial;
  }

  /** The next orders to remove files, in their order; they count as sent. `now`: milliseconds, infinite where unknown. */
  issueNext(tombstones: Tombstones, now: number): Messages["remove"][] {
    const next = tombstones.after(this.sentSerial, MAX_UNAPPLIED);
    const last = next.at(-1);
    if (!last) return [];
    this.sentAt = Math.min(this.sentAt, now);
    if (this.lastApplied < this.sentSerial && now - this.sentAt < APPLY_TIMEOUT_MS) return [];
    this.sentSerial = last.serial;
    this.sentAt = now;
    return next.map((tombstone) => removeOrder(tombstone, tombstone.id));
  }
}
