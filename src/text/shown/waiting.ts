import type { Hindrance } from "../../protocol/shown/hindrance.ts";
import { texts } from "../texts.ts";

/** Most secondaries that are named: more would leave no room for anything else. */
const MAX_NAMED = 3;

/** What is waited for, in a few words. */
export function waitingNote(hindrance: Hindrance): string {
  const { notes } = texts().downloads;
  switch (hindrance.kind) {
    case "sources":
      return secondariesNote(hindrance.numbers);
    case "limit":
      return notes.heldBack;
    case "reader":
      return notes.reader;
    case "disk":
      return notes.checking;
  }
}

/** None is known by its number: anyone is waited for. */
function secondariesNote(numbers: readonly number[]): string {
  const { notes } = texts().downloads;
  const [first] = numbers;
  if (first === undefined) return notes.noSecondary;
  if (numbers.length > MAX_NAMED) return notes.manySecondaries(numbers.length);
  return numbers.length === 1 ? notes.oneSecondary(first) : notes.secondaries(numbers.join(", "));
}
