import type { SourceState } from "./source-state.ts";

/**
 * What a second copy must gain: it must be here in less than a `part` of the first one's time, and at least `least`
 * milliseconds sooner.
 */
interface HedgeThreshold {
  readonly part: number;
  readonly least: number;
}

const GAINS = {
  free: { part: 0.7, least: 50 },
  /** Others go on beyond a late piece. */
  ordered: { part: 0.5, least: 50 },
  /** What comes twice to one copy is missed by another one, and nobody waits for a single piece. */
  shared: { part: 0.7, least: 2000 },
} as const satisfies Record<string, HedgeThreshold>;

export type HedgePolicy = keyof typeof GAINS;

/** The pieces in flight. */
export interface Flying {
  /** Each with those who are asked for it. */
  readonly askers: ReadonlyMap<number, ReadonlySet<SourceState>>;
  /** Those that nobody else may be asked for. */
  readonly alone: ReadonlySet<number>;
  /** Bytes in a piece. */
  readonly length: (piece: number) => number;
}

/**
 * Of the pieces in flight, the one that an idle source should be asked for as well: the one that would come last, or the
 * first one when they are wanted in order. Null when it would have none clearly sooner. Nothing is asked for twice that
 * will be here in `rest` milliseconds, which the download needs in any case.
 */
export function pickHedge(
  idle: SourceState,
  { askers: flying, alone, length }: Flying,
  manner: HedgePolicy,
  rest: number,
  now: number,
): number | null {
  const { part, least } = GAINS[manner];
  let best: number | null = null;
  let longest = 0;
  for (const [piece, askers] of flying) {
    if (!idle.can(piece, now) || alone.has(piece)) continue;
    let theirs = Number.POSITIVE_INFINITY;
    for (const line of askers) theirs = Math.min(theirs, line.remaining(piece, now));
    const rank = manner === "ordered" ? 1 / (piece + 1) : theirs;
    if (rank <= longest || theirs < rest) continue;
    // A source of which nothing is known may well be slow, and is idle anyway.
    const mine = idle.eta(length(piece), now) ?? (idle.flying === 0 ? idle.roundTrip : Number.POSITIVE_INFINITY);
    if (mine >= theirs * part || theirs - mine < least) continue;
    longest = rank;
    best = piece;
  }
  return best;
}
