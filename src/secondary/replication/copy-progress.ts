import type { Hindrance } from "../../protocol/shown/hindrance.ts";
import { shownBytes, shownDuration, shownRate } from "../../text/shown/numbers.ts";
import { waitingNote } from "../../text/shown/waiting.ts";
import { texts } from "../../text/texts.ts";

/** How far a copy is. Sizes in bytes, the rate in bytes for each second: null where it comes from this same disk. */
export interface CopyProgress {
  readonly name: string;
  readonly size: number;
  readonly doneBytes: number;
  readonly rate: number | null;
  /** What it waits for; absent or null while it goes on. */
  readonly hindrance?: Hindrance | null;
}

/** In one line. */
export function describeProgress({ name, size, doneBytes, rate, hindrance = null }: CopyProgress): string {
  const text = texts().secondary;
  const [done, whole] = [shownBytes(doneBytes), shownBytes(size)];
  if (rate === null) return text.copyingFromHere(name, done, whole);
  if (hindrance !== null) return text.copyingFile(name, done, whole, waitingNote(hindrance));
  const line = text.copyingFile(name, done, whole, shownRate(rate));
  return rate > 0 ? text.leftOf(line, shownDuration((size - doneBytes) / rate)) : line;
}
