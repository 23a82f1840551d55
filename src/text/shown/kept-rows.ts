import { formatTime } from "../../platform/units.ts";
import type { ListedKept } from "../../protocol/messages/orders.ts";
import { noAnswerFrom as noAnswerTold } from "../../protocol/shown/kept-rows.ts";
import { texts } from "../texts.ts";
import { shownBytes } from "./numbers.ts";
import { shown } from "./sentence.ts";

interface KeptRow extends Omit<ListedKept, "id" | "keepers"> {
  readonly keepers: readonly number[];
}

/** The columns of {@link keptRows}. */
export function keptHeaders(): string[] {
  const { file, number, size, since, why, secondaries } = texts().common.columns;
  return [file, number, size, since, why, secondaries];
}

/** Those that a narrow window goes without, the first first: why, where, and size. */
export const KEPT_SPARE: readonly number[] = [4, 5, 2];

/** Kept versions for people, one row each. */
export function keptRows(versions: readonly KeptRow[]): (string | number)[][] {
  const { whyKept } = texts().common;
  return versions.map(({ name, number, size, at, why, keepers }) => {
    return [name, number === 0 ? "-" : number, shownBytes(size), formatTime(at), whyKept[why], keepers.join(", ")];
  });
}

/** Secondaries of which nobody knows what they keep, for people. */
export function noAnswerFrom(silent: readonly number[]): string {
  return shown(noAnswerTold(silent));
}
