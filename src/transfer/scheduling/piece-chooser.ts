import type { WantedPieces } from "./demand.ts";
import { pickHedge } from "./hedging.ts";
import type { PieceAvailability } from "./piece-availability.ts";
import { MISSING, type PieceStates } from "./piece-states.ts";
import type { PiecesInFlight } from "./pieces-in-flight.ts";
import type { RangeAssignment } from "./range-assignment.ts";
import type { SourceState } from "./source-state.ts";

/** Which piece a source is asked for next. Sans-I/O; `now` in milliseconds. */
export class PieceChooser {
  constructor(
    private readonly pieces: PieceStates,
    private readonly sources: ReadonlyMap<number, SourceState>,
    private readonly inFlight: PiecesInFlight,
    private readonly availability: PieceAvailability,
    private readonly ranges: RangeAssignment,
    /** Whether a limit of our own holds the sources back now. */
    private readonly isLimited: () => boolean = () => false,
  ) {}

  /**
   * A missing piece, or with `mayHedge` one in flight that the source will have clearly sooner. `wanted`: null for all, in
   * any order.
   */
  next(source: SourceState, wanted: WantedPieces | null, now: number, mayHedge = true): number | null {
    return this.missing(source, wanted, now) ?? (mayHedge ? this.hedge(source, wanted, now) : null);
  }

  private missing(source: SourceState, wanted: WantedPieces | null, now: number): number | null {
    const { missingBytes } = this.pieces;
    if (missingBytes === 0) return null;
    if (wanted) return this.firstWanted(source, wanted, now);
    const piece = this.missingInAnyOrder(source, now);
    if (piece === null || this.isWorthAsking(source, piece, missingBytes, now)) return piece;
    // It is left to the other sources, and so is all that would have come after it.
    this.ranges.release(source);
    return null;
  }

  /**
   * The first piece that the other sources would not have sooner, although they fetch all that comes before it as well.
   */
  private firstWanted(source: SourceState, wanted: WantedPieces, now: number): number | null {
    let bytes = 0;
    for (const piece of wanted.inOrder()) {
      if (!this.pieces.is(piece, MISSING)) continue;
      bytes += this.pieces.length(piece);
      if (this.inFlight.canBeAsked(piece, source, now) && this.isWorthAsking(source, piece, bytes, now)) return piece;
    }
    return null;
  }

  private missingInAnyOrder(source: SourceState, now: number): number | null {
    if (source.hasNothingMissing) return null;
    if (this.availability.hasPartialSources) {
      const canBeAsked = (piece: number) => source.canBeAskedFor(piece, now);
      if (source.holds) return this.availability.rarest(canBeAsked);
      // What partial sources have is left to them as long as there is anything else.
      const unheld = this.availability.nextUnheld(canBeAsked, this.timeForRest(now), now);
      if (unheld.kind === "wait") return null;
      if (unheld.kind === "piece") return unheld.own || source.isNearlyIdle(now) ? unheld.piece : null;
    }
    return this.ranges.next(source, now);
  }

  /**
   * No when the other sources would have the piece sooner, although they fetch all of the missing `bytes` as well. Those that
   * have sent nothing yet are taken to be as fast as the fastest, or whoever comes first would be asked for all of a small file.
   */
  private isWorthAsking(source: SourceState, piece: number, bytes: number, now: number): boolean {
    const length = this.pieces.length(piece);
    const mine = source.deliveryTime(length, now);
    if (mine === null) return true;
    const fastest = this.fastestRate(now);
    const onlyPartial = source.holds !== null && this.availability.reservesFullSources;
    let soonest = Number.POSITIVE_INFINITY;
    let rates = 0;
    let outstanding = bytes;
    for (const other of this.sources.values()) {
      if (other === source || !other.canBeAskedFor(piece, now) || (onlyPartial && !other.holds)) continue;
      const rate = other.rate(now) ?? fastest;
      soonest = Math.min(soonest, other.deliveryTime(length, now, rate) ?? soonest);
      rates += rate;
      outstanding += other.outstandingBytes;
    }
    return mine <= soonest || mine <= outstanding / rates;
  }

  private fastestRate(now: number): number {
    let fastest = 0;
    for (const source of this.sources.values()) fastest = Math.max(fastest, source.rate(now) ?? 0);
    return fastest;
  }

  private hedge(source: SourceState, wanted: WantedPieces | null, now: number): number | null {
    const { pieces, inFlight } = this;
    if (this.isLimited()) return pickHedge(source, inFlight, pieces, "underLimit", 0, now);
    if (wanted) return pickHedge(source, inFlight, pieces, "inOrder", 0, now, (piece) => wanted.urgency(piece));
    const policy = this.availability.isPartitioned ? "amongCopies" : "anyOrder";
    return pickHedge(source, inFlight, pieces, policy, this.timeForRest(now), now);
  }

  /** Milliseconds that all sources together need for what is still to come. */
  private timeForRest(now: number): number {
    let rates = 0;
    let bytes = this.pieces.missingBytes;
    for (const source of this.sources.values()) {
      rates += source.rate(now) ?? 0;
      bytes += source.outstandingBytes;
    }
    return rates > 0 ? bytes / rates : 0;
  }
}
