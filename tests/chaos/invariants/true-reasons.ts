import { isDone, type Receipt, reasonOf } from "../clients/receipt.ts";
import { STEADY } from "../people/people.ts";
import type { Invariant, Observed } from "./invariant.ts";

/** Seconds that a fault works on after its end: until everybody has tried again. */
const AFTERMATH = 15;

interface Reason {
  readonly code: number;
  readonly says: RegExp;
  /** Whether it can be true. */
  readonly holds: (observed: Observed, receipt: Receipt) => boolean;
}

type Condition = Reason["holds"];

/** Whether anything was struck about the time of a download; with a target, whether that was. */
function isStruck(wanted?: string): Condition {
  return ({ faults }, { began, ended }) =>
    faults.troubles.some(({ target, from, to }) => {
      return from <= ended && to + AFTERMATH >= began && (wanted === undefined || target === wanted);
    });
}

const mayBeGone: Condition = (_observed, { name }) => !name.startsWith(STEADY);

/** All reasons that a download may give, with what must be so where it gives them. */
const REASONS: readonly Reason[] = [
  { code: 3, says: /there is no file/, holds: mayBeGone },
  { code: 1, says: /was replaced or removed while it was being downloaded/, holds: mayBeGone },
  { code: 1, says: /no secondary has delivered anything for/, holds: isStruck() },
  { code: 1, says: /no secondary is registered|registered, |sharing their folders|has not told/, holds: isStruck() },
  { code: 1, says: /the disk of secondary .* is missing/, holds: isStruck() },
  { code: 1, says: /the disk is full|the disk of .* has .* free/, holds: isStruck("disk of clients") },
  { code: 4, says: /central/, holds: isStruck() },
];

/** A download that fails says why, and that is so. */
export const trueReasons: Invariant = {
  name: "a download that fails has a true reason",
  afterDownload(observed, receipt) {
    const { client, name, code } = receipt;
    if (code === null || isDone(receipt)) return null;
    const reason = reasonOf(receipt);
    const known = REASONS.find((one) => one.code === code && one.says.test(reason));
    if (!known) return `${client}: ${name} failed with exit code ${code} and an unknown reason: ${reason}`;
    return known.holds(observed, receipt) ? null : `${client}: ${name} failed for what is not so: ${reason}`;
  },
};
