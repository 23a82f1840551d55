import type { Line } from "./line.ts";

/** A second copy is asked for when it will be here in less than this part of the first one's time... */
const GAIN = 0.7;
/** ...in order, where others go on beyond it... */
const ORDERED_GAIN = 0.5;
/** ...and at least this many milliseconds sooner. */
const LEAST = 50;

/** A piece in flight, and who is asked for it. */
export interface Asked {
  readonly piece: number;
  readonly bytes: number;
  readonly lines: readonly Line[];
}

/**
 * Of the pieces that are asked of others, the one that an idle source should be asked for as well: the one that would
 * come last, or the first one when they are wanted in order. Null when it would have none clearly sooner. Nothing is
 * asked for twice that will be here in `rest` milliseconds, which the download needs in any case.
 */
export function chooseHedge(
  idle: Line,
  flying: Iterable<Asked>,
  ordered: boolean,
  rest: number,
  now: number,
): number | null {
  let best: number | null = null;
  let longest = 0;
  for (const { piece, bytes, lines } of flying) {
    if (!idle.can(piece, now)) continue;
    const theirs = Math.min(...lines.map((line) => line.remaining(piece, now)));
    const rank = ordered ? 1 / (piece + 1) : theirs;
    if (rank <= longest || theirs < rest) continue;
    // A source of which nothing is known may well be slow, and is idle anyway.
    const mine = idle.eta(bytes, now) ?? (idle.flying === 0 ? idle.roundTrip : Number.POSITIVE_INFINITY);
    if (mine >= theirs * (ordered ? ORDERED_GAIN : GAIN) || theirs - mine < LEAST) continue;
    longest = rank;
    best = piece;
  }
  return best;
}
