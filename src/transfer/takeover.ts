import type { Line } from "./line.ts";

/** A second copy is asked for when it will be here in less than this part of the first one's time... */
const HEDGE_GAIN = 0.7;
/** ...in order, where others go on beyond it... */
const ORDERED_GAIN = 0.5;
/** ...and at least this many milliseconds sooner. */
const HEDGE_LEAST = 50;
/** The same for a piece that the first source has not begun to send: nothing comes twice then. */
const MOVE_GAIN = 0.9;
const MOVE_LEAST = 20;

/** A piece in flight, and who is asked for it. */
export interface Asked {
  readonly piece: number;
  readonly bytes: number;
  readonly lines: readonly Line[];
}

export interface Takeover {
  readonly piece: number;
  /** Whom it is taken from; null: both go on, and whoever is first wins. */
  readonly from: Line | null;
}

/**
 * Of the pieces that are asked of others, the one that an idle source should be asked for as well or instead: the one
 * that would come last, or the first one when they are wanted in order. Null when it would have none clearly sooner.
 * Nothing is asked for twice that will be here in `rest` milliseconds, which the download needs in any case.
 */
export function chooseTakeover(
  idle: Line,
  flying: Iterable<Asked>,
  ordered: boolean,
  rest: number,
  now: number,
): Takeover | null {
  let best: Takeover | null = null;
  let longest = 0;
  for (const { piece, bytes, lines } of flying) {
    if (!idle.can(piece, now)) continue;
    const theirs = Math.min(...lines.map((line) => line.remaining(piece, now)));
    const rank = ordered ? 1 / (piece + 1) : theirs;
    if (rank <= longest) continue;
    const only = lines.length === 1 ? lines[0] : undefined;
    const from = only?.revocable(piece, now) ? only : null;
    if (!from && theirs < rest) continue;
    // A source of which nothing is known may well be slow, and is idle anyway.
    const mine = idle.eta(bytes, now) ?? (idle.flying === 0 ? idle.roundTrip : Number.POSITIVE_INFINITY);
    const [gain, least] = from ? [MOVE_GAIN, MOVE_LEAST] : [ordered ? ORDERED_GAIN : HEDGE_GAIN, HEDGE_LEAST];
    if (mine >= theirs * gain || theirs - mine < least) continue;
    longest = rank;
    best = { piece, from };
  }
  return best;
}
