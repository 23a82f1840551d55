import type { Bitmap } from "../../protocol/versions/bitmap.ts";

/** What is there when a sink has begun. */
export interface InitialPieces {
  readonly have: Bitmap;
  /** Other pieces that may be there: `check` reads them. */
  readonly unverified: Bitmap;
}

/** Where verified pieces go. Connections write through the descriptors; the sink knows where. */
export interface Sink {
  /** Descriptors that connections write to: the file, the same past the page cache where that can be, its journal if any. */
  readonly file: number;
  readonly direct: number | null;
  readonly journal: number | null;
  /** Piece hashes that an earlier try left, already checked against the version. */
  readonly hashes: Uint8Array | null;
  /** Pieces come in order, at most so many ahead of what was consumed; null: in any order. */
  readonly windowPieces: number | null;
  /** Where what arrived is kept for another try, once it was left; null where nothing is. */
  readonly resumablePath: string | null;
  /** Whether its file had nothing in it: what was not written since reads as zeros. */
  readonly fresh: boolean;
  /** Makes ready to be written to. The pieces of `zeros`, which hold nothing else, are there then. Throws DiskError. */
  begin(hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces>;
  /** Begins to read what `begin` called unread. Nobody writes to such a piece before the user was told of it. */
  verifyUnread(): void;
  /** Byte position of a piece in the file. */
  position(piece: number): number;
  /** Byte position of a piece's mark in the journal. */
  markPosition(piece: number): number;
  /** Whom to tell what becomes of the pieces. */
  setListener(user: SinkListener): void;
  /** A piece is in its position, verified. */
  pieceWritten(piece: number): void;
  /** All pieces have arrived and no connection writes any more. Throws DiskError or SinkError. */
  finish(): Promise<void>;
  /** Leaves what is there for another try. To be called exactly once when `finish` was not. */
  abandon(): Promise<void>;
}

export interface SinkListener {
  /** With a window: so many pieces from the first on have left it. */
  consumed(count: number): void;
  /** It is known now whether an unread piece is there. */
  pieceChecked(piece: number, there: boolean): void;
  /** Nothing more can be taken. */
  failed(error: Error): void;
}

/** The destination cannot be used, for a reason that the user can mend. */
export class SinkError extends Error {}
