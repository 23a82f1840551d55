import type { PieceStates } from "./piece-states.ts";

/**
 * While more than this fraction of what a reader wants is ready to be read, it does not wait for the piece that is late.
 */
const READY_FRACTION = 0.5;

/** Pieces that come in order: from `start`, the next one to be read, so many. */
export interface PieceWindow {
  readonly start: number;
  readonly length: number;
}

/** The pieces that readers want, of a file that is not fetched as a whole. */
export interface WantedPieces {
  /** Each once, the most urgent first. Some may be here already. */
  inOrder(): Iterable<number>;
  /** The more, the sooner a reader needs the piece; 0 while none waits for it. */
  urgency(piece: number): number;
}

/** What one reader wants who reads the whole file from its beginning, and gets each piece in turn. */
export class OneReader implements WantedPieces {
  constructor(
    private readonly pieces: PieceStates,
    private readonly window: PieceWindow,
  ) {}

  *inOrder(): Generator<number> {
    const end = Math.min(this.pieces.count, this.window.start + this.window.length);
    for (let piece = this.pieces.contiguousHeld; piece < end; piece++) yield piece;
  }

  urgency(piece: number): number {
    const { start, length } = this.window;
    return this.pieces.contiguousHeld - start > length * READY_FRACTION ? 0 : 1 / (piece + 1);
  }
}

/**
 * What any number of readers want, each from where it is. It changes whenever one reads on, or somewhere else. The piece
 * that a reader reads next comes before what any of them reads later. Sans-I/O.
 */
export class Demand implements WantedPieces {
  private windows: readonly PieceWindow[] = [];
  /** By piece, in the order in which they should come: how many pieces its nearest reader reads before, of how many. */
  private wanted = new Map<number, { readonly before: number; readonly of: number }>();
  private isOrdered = true;

  /** What the readers want from now on, of a file of `count` pieces. */
  set(windows: readonly PieceWindow[], count: number): void {
    this.windows = windows.map(({ start, length }) => ({ start, length: Math.min(length, count - start) }));
    this.isOrdered = false;
  }

  inOrder(): Iterable<number> {
    return this.ordered().keys();
  }

  wants(piece: number): boolean {
    return this.windows.some(({ start, length }) => start <= piece && piece < start + length);
  }

  urgency(piece: number): number {
    const place = this.ordered().get(piece);
    return place === undefined || place.before > place.of * READY_FRACTION ? 0 : 1 / (place.before + 1);
  }

  private ordered() {
    if (this.isOrdered) return this.wanted;
    this.isOrdered = true;
    this.wanted = new Map();
    const longest = Math.max(0, ...this.windows.map(({ length }) => length));
    for (let before = 0; before < longest; before++) {
      for (const { start, length } of this.windows) {
        const piece = start + before;
        if (before < length && !this.wanted.has(piece)) this.wanted.set(piece, { before, of: length });
      }
    }
    return this.wanted;
  }
}
