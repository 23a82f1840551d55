import { KIB } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { shownRate } from "../../text/shown/numbers.ts";
import { shown } from "../../text/shown/sentence.ts";
import { parseSize } from "../flags/size.ts";

/** Bytes for each second; null: no limit. */
export type Rate = number | null;

/** With less, what others wait for would take longer than they wait. */
const LEAST_RATE = KIB;

/** What a rate looks like, for people. */
export const RATE_FORM = say("bytes a second such as 500K, 10M or 1.5G (K is 1024), 1K or more; 0 or off: no limit");

/** The rate that a text says, such as `10M` or `off`; undefined where it says none. */
export function parseRate(text: string): Rate | undefined {
  const word = text.toLowerCase();
  if (word === "off" || word === "none") return null;
  const bytes = parseSize(word.endsWith("/s") ? text.slice(0, -2) : text);
  if (bytes === 0) return null;
  return bytes !== null && bytes >= LEAST_RATE ? bytes : undefined;
}

export function rateText(rate: Rate): string {
  return rate === null ? shown(say("no limit")) : shownRate(rate);
}
