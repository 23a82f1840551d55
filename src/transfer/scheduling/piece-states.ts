import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { invariant } from "./invariant.ts";

/**
 * Exactly one of these is true of each piece of a download:
 *
 * - `UNVERIFIED`: it may be on the disk already, and is not fetched until that is known. So is every piece at first, and one
 *   that is given up until its place is free.
 * - `MISSING`: it has to be fetched, and no source is asked for it.
 * - `REQUESTED`: at least one source is asked for it. It is kept in memory until it is verified, so more may be asked.
 * - `EXCLUSIVE`: one source is asked for it, and no other may be: its bytes are written to the disk as they come.
 * - `HELD`: it is on the disk, verified. Only what is kept for readers is given up again.
 *
 * A piece is in {@link PiecesInFlight} if and only if it is `REQUESTED` or `EXCLUSIVE`.
 */
export type PieceState = typeof UNVERIFIED | typeof MISSING | typeof REQUESTED | typeof EXCLUSIVE | typeof HELD;

export const UNVERIFIED = 0;
export const MISSING = 1;
export const REQUESTED = 2;
export const EXCLUSIVE = 3;
export const HELD = 4;

const TRANSITIONS: Readonly<Record<PieceState, readonly PieceState[]>> = {
  [UNVERIFIED]: [MISSING, HELD],
  [MISSING]: [REQUESTED, EXCLUSIVE, HELD],
  [REQUESTED]: [MISSING, HELD],
  [EXCLUSIVE]: [MISSING, HELD],
  [HELD]: [UNVERIFIED],
};

/** What is known of the file's pieces when the download begins. */
export interface InitialState {
  readonly held: Bitmap;
  /** Pieces that may be held, and are not fetched until that is known. */
  readonly unverified: Bitmap;
  /** Into how many ranges the file is cut at first, at least one: the number of sources that are expected. */
  readonly ranges: number;
  /** Which of these ranges is begun first: copies that run at the same time begin at different ones. */
  readonly firstRange: number;
}

/** The state of each piece, and what is counted from the states. */
export class PieceStates {
  private readonly states: Uint8Array;
  /** How many pieces are held. */
  private heldCount = 0;
  private missing = 0;
  private contiguous = 0;

  constructor(
    readonly count: number,
    /** Bytes in a piece. */
    readonly length: (piece: number) => number,
    /** Is called when a piece becomes missing, and when it stops being so. */
    private readonly missingChanged: (piece: number, missing: boolean) => void,
  ) {
    this.states = new Uint8Array(count);
  }

  /** Bytes of all missing pieces. */
  get missingBytes(): number {
    return this.missing;
  }

  /** All pieces below this one are held. */
  get contiguousHeld(): number {
    return this.contiguous;
  }

  get allHeld(): boolean {
    return this.heldCount === this.count;
  }

  is(piece: number, state: PieceState): boolean {
    return this.states[piece] === state;
  }

  /** The only place where a state changes. Throws at a change that the table does not allow. */
  change(piece: number, next: PieceState): void {
    const before = (this.states[piece] ?? HELD) as PieceState;
    if (!TRANSITIONS[before].includes(next)) throw new Error(`piece ${piece} cannot go from ${before} to ${next}`);
    this.states[piece] = next;
    if (next === HELD) {
      this.heldCount += 1;
      while (this.states[this.contiguous] === HELD) this.contiguous += 1;
    }
    if (before === HELD) {
      this.heldCount -= 1;
      this.contiguous = Math.min(this.contiguous, piece);
    }
    if (before !== MISSING && next !== MISSING) return;
    this.missing += next === MISSING ? this.length(piece) : -this.length(piece);
    this.missingChanged(piece, next === MISSING);
  }

  /** Compares every counter with the states. For tests. */
  assertConsistent(): void {
    let held = 0;
    let missing = 0;
    for (let piece = 0; piece < this.count; piece++) {
      if (this.states[piece] === HELD) held += 1;
      if (this.states[piece] === MISSING) missing += this.length(piece);
    }
    const firstNotHeld = this.states.findIndex((state) => state !== HELD);
    const contiguous = firstNotHeld < 0 ? this.count : firstNotHeld;
    invariant(held === this.heldCount, () => `${held} pieces are held, ${this.heldCount} are counted`);
    invariant(missing === this.missing, () => `${missing} bytes are missing, ${this.missing} are counted`);
    invariant(contiguous === this.contiguous, () => `${contiguous} pieces in a row are held, not ${this.contiguous}`);
  }
}
