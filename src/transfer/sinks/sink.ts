import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { Demand } from "../scheduling/demand.ts";

/** What is there when a sink has begun. */
export interface InitialPieces {
  readonly have: Bitmap;
  /** Other pieces that may be there: `verifyUnread` reads them. */
  readonly unverified: Bitmap;
}

/** A file as it can be written past the page cache. */
export interface DirectFile {
  /** A descriptor of its own. */
  readonly fd: number;
  /** How each piece is written, on which all threads agree (`write-modes.ts`). */
  readonly writeModes: SharedArrayBuffer;
}

/** Where verified pieces go. Connections write through the descriptors; the sink knows where. */
export interface Sink {
  /** Descriptors that connections write to: the file, the same past the page cache where that can be, its journal if any. */
  readonly file: number;
  readonly direct: DirectFile | null;
  readonly journal: number | null;
  /** Piece hashes that an earlier try left, already checked against the version. */
  readonly hashes: Uint8Array | null;
  /** Pieces must come in order, at most so many ahead of the consumed ones; null: in any order. */
  readonly windowPieces: number | null;
  /** Readers, for whom alone anything is fetched; absent: the whole file is. */
  readonly reading?: SinkReading;
  /** After `abandon`, the file that another try can go on with; null where there is none. */
  readonly resumablePath: string | null;
  /** Bytes of pieces that were copied from an older file here; absent where there is none. */
  readonly reusedBytes?: number;
  /** Whether the file was empty: bytes that were not written since then read as zeros. */
  readonly fresh: boolean;
  /** Makes the file ready for writes. Afterwards the pieces `zeros`, which are all zeros, are there. Throws DiskError. */
  begin(hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces>;
  /** Begins to read the pieces that `begin` returned as unverified. Nobody writes to one before `pieceChecked` was called. */
  verifyUnread?(): void;
  /** Byte position of a piece in the file. */
  position(piece: number): number;
  /** Byte position of a piece's mark in the journal. */
  markPosition(piece: number): number;
  /** Sets the listener, in place of an earlier one. */
  setListener(user: SinkListener): void;
  /** A verified piece is written at its position. */
  pieceWritten(piece: number): void;
  /** All pieces have arrived and no connection writes any more. Throws DiskError or SinkError. */
  finish(): Promise<void>;
  /** Keeps what is there for another try. To be called exactly once when `finish` was not. */
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

/** The readers of a sink that keeps pieces for them. */
export interface SinkReading {
  /** What they want. */
  readonly demand: Demand;
  /** Gives the sink the download that fetches for it. */
  setFetcher(fetcher: Fetcher): void;
  /**
   * The disk has failed with `error`, and no connection writes any more: what comes from now on goes to another file. Says
   * whether there is one. Rejects with DiskError.
   */
  move(error: Error): Promise<boolean>;
}

/** A download, as a sink has it that is read while it grows. */
export interface Fetcher {
  /** Readers want other pieces now. */
  demandChanged(): void;
  /** Gives up a piece; says whether it did. It is not fetched again before `pieceChecked` says that it is not there. */
  evict(piece: number): boolean;
  /** The readers have had all of the file: the download is done. */
  complete(): void;
}

/** The destination cannot be used, for a reason that the user can remove. */
export class SinkError extends SentenceError {}
