import { plural } from "../../platform/units.ts";

/** Secondaries of which nobody knows what they keep, in a refusal. */
export function noAnswerFrom(silent: readonly number[]): string {
  const which = plural(silent.length, "secondary", "secondaries").replace(/^\d+ /, "");
  return `${which} ${silent.join(", ")} gave no answer, or the disk is missing there`;
}
