import { formatBytes, formatTime, plural } from "../../platform/units.ts";
import type { ListedKept } from "../messages/orders.ts";

interface KeptRow extends Omit<ListedKept, "id" | "keepers"> {
  readonly keepers: readonly number[];
}

/** The columns of {@link keptRows}. */
export const KEPT_HEADERS = ["file", "number", "size", "since", "why", "secondaries"] as const;

/** Kept versions for people, one row each. */
export function keptRows(versions: readonly KeptRow[]): (string | number)[][] {
  return versions.map(({ name, number, size, at, why, keepers }) => {
    return [name, number === 0 ? "-" : number, formatBytes(size), formatTime(at), why, keepers.join(", ")];
  });
}

/** Secondaries of which nobody knows what they keep, for people. */
export function noAnswerFrom(silent: readonly number[]): string {
  const which = plural(silent.length, "secondary", "secondaries").replace(/^\d+ /, "");
  return `${which} ${silent.join(", ")} gave no answer, or the disk is missing there`;
}
