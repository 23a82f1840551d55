import { invariant } from "./invariant.ts";
import { EXCLUSIVE, type PieceStates, REQUESTED } from "./piece-states.ts";
import type { SourceState } from "./source-state.ts";

/**
 * All requests for pieces, each for one piece and to one source. {@link SourceState} has the same requests by source;
 * only this class changes the two.
 *
 * A request that is cancelled is over for the scheduler, but the source's connection may still be writing the piece to
 * its place. That place is used for another piece only when the connection has confirmed the cancellation, or has
 * ended.
 */
export class PiecesInFlight {
  /** The sources that are asked for a piece; no empty sets. */
  private readonly sourcesOf = new Map<number, Set<SourceState>>();
  /** Sources whose connection has not confirmed yet that a request for a piece is cancelled; no empty sets. */
  private readonly unconfirmed = new Map<number, Set<SourceState>>();

  /** Whether no source is asked for anything. */
  get isEmpty(): boolean {
    return this.sourcesOf.size === 0;
  }

  /** Each piece with the sources that are asked for it, in the order of their first request. */
  entries(): IterableIterator<[number, ReadonlySet<SourceState>]> {
    return this.sourcesOf.entries();
  }

  add(piece: number, bytes: number, source: SourceState, now: number): void {
    source.addRequest(piece, bytes, now);
    addTo(this.sourcesOf, piece, source);
  }

  /** A request has ended without the piece. Says whether it was the last one for the piece. */
  remove(piece: number, source: SourceState, now: number): boolean {
    source.removeRequest(piece, now);
    return removeFrom(this.sourcesOf, piece, source);
  }

  /**
   * A piece is held: all requests for it are over. Gives the sources, other than the one that sent it, to cancel it at.
   */
  complete(piece: number, sender: number | null, now: number): SourceState[] {
    const others: SourceState[] = [];
    for (const source of this.sourcesOf.get(piece) ?? []) {
      source.removeRequest(piece, now);
      if (source.id === sender) continue;
      addTo(this.unconfirmed, piece, source);
      others.push(source);
    }
    this.sourcesOf.delete(piece);
    return others;
  }

  /** Nobody wants a piece any more: all requests for it are over. Gives the sources to cancel it at. */
  abandon(piece: number, now: number): SourceState[] {
    return this.complete(piece, null, now);
  }

  /** Whether a connection may still write the piece to its place, although its request is cancelled. */
  isUnconfirmed(piece: number): boolean {
    return this.unconfirmed.has(piece);
  }

  /** Whether the source can be asked for the piece: not before it has confirmed that an earlier request is cancelled. */
  canBeAsked(piece: number, source: SourceState, now: number): boolean {
    return source.canBeAskedFor(piece, now) && this.unconfirmed.get(piece)?.has(source) !== true;
  }

  /** The source's connection writes nothing of the piece any more. */
  confirm(piece: number, source: SourceState): void {
    removeFrom(this.unconfirmed, piece, source);
  }

  /** A source's connection has ended. Gives the pieces that nobody is asked for any more. */
  removeSource(source: SourceState): number[] {
    for (const piece of [...this.unconfirmed.keys()]) removeFrom(this.unconfirmed, piece, source);
    return [...source.requestedPieces()].filter((piece) => removeFrom(this.sourcesOf, piece, source));
  }

  /**
   * How many of the first `count` pieces, all of them held, nobody writes any more: those before the first unconfirmed
   * one.
   */
  contiguousWritten(count: number): number {
    let written = count;
    for (const piece of this.unconfirmed.keys()) if (piece < written) written = piece;
    return written;
  }

  /** Compares the requests with the states of the pieces and with those of the sources. For tests. */
  assertConsistent(pieces: PieceStates, sources: ReadonlyMap<number, SourceState>): void {
    for (let piece = 0; piece < pieces.count; piece++) {
      const inFlight = pieces.is(piece, REQUESTED) || pieces.is(piece, EXCLUSIVE);
      invariant(inFlight === this.sourcesOf.has(piece), () => `piece ${piece} is in flight: ${inFlight}`);
    }
    for (const [piece, asked] of this.sourcesOf) {
      invariant(
        asked.size > 0 && (asked.size === 1 || pieces.is(piece, REQUESTED)),
        () => `${asked.size} sources are asked for piece ${piece}`,
      );
      for (const source of asked) {
        const known = sources.get(source.id) === source && source.isAskedFor(piece);
        invariant(known, () => `source ${source.id} does not know that it is asked for piece ${piece}`);
      }
    }
    for (const source of sources.values()) {
      for (const piece of source.requestedPieces()) {
        invariant(this.sourcesOf.get(piece)?.has(source) === true, () => `piece ${piece} of ${source.id} is unknown`);
      }
    }
    for (const [piece, waiting] of this.unconfirmed) {
      for (const source of waiting) {
        const cancelled = sources.get(source.id) === source && !source.isAskedFor(piece);
        invariant(cancelled, () => `piece ${piece} of ${source.id} is not cancelled`);
      }
    }
  }
}

function addTo(sets: Map<number, Set<SourceState>>, piece: number, source: SourceState): void {
  const set = sets.get(piece);
  if (set) set.add(source);
  else sets.set(piece, new Set([source]));
}

/** Says whether the piece has no source any more because of this. */
function removeFrom(sets: Map<number, Set<SourceState>>, piece: number, source: SourceState): boolean {
  const set = sets.get(piece);
  return set?.delete(source) === true && set.size === 0 && sets.delete(piece);
}
