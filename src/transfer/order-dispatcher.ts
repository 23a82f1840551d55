import { Extents } from "../hashing/extents.ts";
import { Bitmap } from "../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash, pieceLength } from "../protocol/versions/version.ts";
import type { PieceRequest } from "./connection/messages.ts";
import type { Order } from "./scheduling/scheduler.ts";
import type { Sink } from "./sinks/sink.ts";
import type { SourceSet } from "./source-set.ts";

/** Passes the scheduler's orders on to the connections of the sources, with all that these need to carry them out. */
export class OrderDispatcher {
  private readonly extents: Extents;
  /** Pieces in whose place there may be something that is not verified. */
  private readonly touched: Bitmap;

  /** `sink` has begun. `zeros`: the pieces that hold nothing but zeros. */
  constructor(
    private readonly size: number,
    private readonly hashes: Uint8Array,
    private readonly sink: Sink,
    private readonly sources: SourceSet,
    zeros: Bitmap,
  ) {
    this.extents = new Extents(size, zeros);
    this.touched = new Bitmap(pieceCount(size));
  }

  dispatch(orders: readonly Order[]): void {
    const requests = new Map<number, PieceRequest[]>();
    for (const order of orders) {
      if (order.kind === "cancel") {
        this.sources.get(order.source)?.send({ kind: "cancel", piece: order.piece });
        continue;
      }
      const request = this.requestFor(order.piece, order.inMemory);
      const others = requests.get(order.source);
      if (others) others.push(request);
      else requests.set(order.source, [request]);
    }
    // One command for all requests to a source: each command is a message to another thread.
    for (const [source, fetches] of requests) this.sources.get(source)?.send({ kind: "fetch", fetches });
  }

  private requestFor(piece: number, inMemory: boolean): PieceRequest {
    const { size, sink } = this;
    const hole = sink.fresh && !this.touched.has(piece);
    if (!inMemory) this.touched.add(piece);
    return {
      piece,
      length: pieceLength(size, piece),
      position: sink.position(piece),
      extent: this.extents.of(piece),
      hole,
      markPosition: sink.markPosition(piece),
      // Not slice(): of a Buffer it would be a view, and all of it would be cloned for the connection's thread.
      hash: new Uint8Array(pieceHash(this.hashes, piece)),
      inMemory,
    };
  }
}
