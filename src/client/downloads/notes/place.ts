import { shortDuration } from "../../../text/shown/numbers.ts";
import { texts } from "../../../text/texts.ts";
import type { TransferredAmount } from "../../batch/transfers-total.ts";

/** A place among those that wait, for people. `of`: how many wait; null where that is not known, as `seconds` until its turn. */
export function placeText(position: number, of: number | null, seconds: number | null): string {
  const text = texts().downloads;
  const place = of === null ? text.place(position) : text.placeOf(position, of);
  return seconds === null ? place : `${place}  ${text.about(shortDuration(seconds))}`;
}

/** Seconds until one of those that run makes room for the waiting one of this index; null where that cannot be told. */
export function secondsUntil(index: number, running: readonly TransferredAmount[]): number | null {
  const ends = running.flatMap(({ done, total, rate }) => (total !== null && rate > 0 ? [(total - done) / rate] : []));
  // Of the later ones it is not known how long those before them take.
  return ends.length === running.length ? (ends.sort((left, right) => left - right)[index] ?? null) : null;
}
