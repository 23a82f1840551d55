import { Extents } from "../hashing/extents.ts";
import { Bitmap } from "../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash, pieceLength } from "../protocol/versions/version.ts";
import type { PieceRequest } from "./connection/messages.ts";
import type { Order } from "./scheduling/scheduler.ts";
import type { Sink } from "./sinks/sink.ts";

type FetchOrder = Extract<Order, { kind: "fetch" }>;

/** What lanes are told of the pieces of one version that they are to fetch into a sink which has begun. */
export class FetchBuilder {
  private readonly extents: Extents;
  /** Pieces in whose place there may be something that is not verified. */
  private readonly touched: Bitmap;

  constructor(
    private readonly size: number,
    private readonly hashes: Uint8Array,
    private readonly sink: Sink,
    zeros: Bitmap,
  ) {
    this.extents = new Extents(size, zeros);
    this.touched = new Bitmap(pieceCount(size));
  }

  build({ piece, gather }: FetchOrder): PieceRequest {
    const { size, sink } = this;
    const hole = sink.fresh && !this.touched.has(piece);
    if (!gather) this.touched.add(piece);
    return {
      piece,
      length: pieceLength(size, piece),
      position: sink.position(piece),
      extent: this.extents.of(piece),
      hole,
      mark: sink.markPosition(piece),
      // Not slice(): of a Buffer it would be a view, and all of it would be cloned for the lane's thread.
      hash: new Uint8Array(pieceHash(this.hashes, piece)),
      gather,
    };
  }
}
