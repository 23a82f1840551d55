import type { Messages } from "../../protocol/messages/messages.ts";
import type { Member } from "../registry/member.ts";
import { removeOrder } from "./tombstone.ts";
import type { Tombstones } from "./tombstones.ts";

/** Removals that a secondary is told of before it has carried some of them out: it reads them all, and others wait. */
const AT_ONCE = 2_000;
/** Milliseconds after which more follow although it has not: one that its disk refuses must not hold up the others. */
const PATIENCE = 5_000;

/** Whether a member was told of all removals so far. */
export function isTold(member: Member, removals: Tombstones): boolean {
  return removals.after(member.ordered.serial, 1).length === 0;
}

/**
 * The next removals that a member has still to hear of, in their order; marks them as told. `now`: milliseconds, infinite
 * where it is not known.
 */
export function owedRemovals(member: Member, removals: Tombstones, now: number): Messages["remove"][] {
  const { serial } = member.ordered;
  const owed = removals.after(serial, AT_ONCE);
  const last = owed.at(-1);
  if (!last) return [];
  const at = Math.min(member.ordered.at, now);
  if (member.removal < serial && now - at < PATIENCE) {
    member.ordered = { serial, at };
    return [];
  }
  member.ordered = { serial: last.serial, at: now };
  return owed.map((removal) => removeOrder(removal, removal.id));
}
