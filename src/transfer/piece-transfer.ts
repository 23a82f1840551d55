import { zeroPieces } from "../hashing/zero-pieces.ts";
import { MIB } from "../platform/units.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import { pieceCount, pieceLength, type Version } from "../protocol/versions/version.ts";
import { ByteCounts } from "./byte-counts.ts";
import type { DownloadEvents } from "./download-spec.ts";
import { OrderDispatcher } from "./order-dispatcher.ts";
import { partitionFor } from "./scheduling/partition.ts";
import { Scheduler } from "./scheduling/scheduler.ts";
import type { Sink } from "./sinks/sink.ts";
import type { Source } from "./source.ts";
import type { SourceSet } from "./source-set.ts";
import { Silence } from "./waiting/silence.ts";

/** Bytes of memory for the pieces of one download that are not verified yet: ten sources with 4 MiB each. */
const PIECE_MEMORY_BYTES = 40 * MIB;

/**
 * The pieces of one download: asks sources for them as the scheduler says, and counts what arrives. Times in
 * milliseconds.
 */
export class PieceTransfer {
  readonly scheduler: Scheduler;
  readonly counts = new ByteCounts();
  readonly silence = new Silence();
  /** Null until the sink has begun: no piece is fetched before. */
  private dispatcher: OrderDispatcher | null = null;
  private begins = false;

  constructor(
    private readonly version: Version,
    private readonly sink: Sink,
    private readonly sources: SourceSet,
    private readonly events: Pick<DownloadEvents, "pieceAvailable">,
    isLimited?: () => boolean,
  ) {
    this.scheduler = new Scheduler({
      pieces: pieceCount(version.size),
      length: (piece) => pieceLength(version.size, piece),
      windowPieces: sink.windowPieces,
      demand: sink.reading?.demand,
      memoryBytes: PIECE_MEMORY_BYTES,
      isLimited,
    });
  }

  /** What was done so far. Pieces of an older file were checked like those of an earlier download, and are told apart here. */
  get stats(): ByteCounts["stats"] & { readonly reusedBytes: number } {
    const { stats } = this.counts;
    const { reusedBytes = 0 } = this.sink;
    return { ...stats, resumedBytes: stats.resumedBytes - reusedBytes, reusedBytes };
  }

  /** Whether pieces can be fetched. */
  get hasBegun(): boolean {
    return this.dispatcher !== null;
  }

  /** While the sink is made ready, or all that is missing may be on the disk and is still read, no source can be asked. */
  get busyHere(): boolean {
    return this.hasBegun ? this.scheduler.onlyChecking : this.begins;
  }

  /** Makes the sink ready. `first` differs between copies that run at the same time. Rejects when the disk refuses. */
  async begin(hashes: Uint8Array, first: number): Promise<void> {
    const { version, sink, sources } = this;
    this.begins = true;
    const zeros = await zeroPieces(version, hashes);
    const { have, unverified } = await sink.begin(hashes, zeros);
    this.counts.setInitial(have, zeros, version.size);
    this.scheduler.begin({ held: have, unverified, ranges: Math.max(1, sources.size), firstRange: first });
    this.dispatcher = new OrderDispatcher(version.size, hashes, sink, sources, zeros);
  }

  /** While those who read the output want nothing more, no source is to blame, and readers who may seek need none. */
  isHeldUpByReaders(readySources: number): boolean {
    const needsNone = this.sink.reading ? this.hasBegun : readySources > 0;
    return needsNone && this.scheduler.blocked;
  }

  /** Copies are made at some of these addresses too: each begins with other pieces. `copier`: the number of who copies here. */
  shareOut(copier: number, addresses: readonly SourceAddress[]): void {
    const others = addresses.filter(({ partial }) => partial).map(({ number }) => number);
    this.scheduler.setPartition(partitionFor(this.version.id, copier, others));
  }

  /** `attentive`: see {@link Scheduler.next}. */
  requestMore(now: number, attentive: boolean): void {
    this.dispatcher?.dispatch(this.scheduler.next(now, attentive));
  }

  /** The readers of the sink want other pieces. */
  demandChanged(now: number): void {
    this.dispatcher?.dispatch(this.scheduler.demandChanged(now));
  }

  /** A piece that an earlier download may have left was read. */
  pieceChecked(piece: number, held: boolean): void {
    this.scheduler.pieceChecked(piece, held);
    if (!held) return;
    this.counts.addResumed(pieceLength(this.version.size, piece));
    this.events.pieceAvailable(piece);
  }

  bytesReceived(source: Source, piece: number, bytes: number, now: number): void {
    source.bytes += bytes;
    // None come where a limit holds them back.
    if (bytes > 0) this.silence.broken(now);
    this.counts.receivedBytes += bytes;
    this.scheduler.bytesReceived(source.number, piece, bytes, now);
  }

  pieceVerified(source: Source, piece: number, now: number): void {
    const isNew = !this.scheduler.has(piece);
    this.dispatcher?.dispatch(this.scheduler.pieceVerified(source.number, piece, now));
    if (!isNew) return;
    this.counts.doneBytes += pieceLength(this.version.size, piece);
    this.sink.pieceWritten(piece);
    this.events.pieceAvailable(piece);
  }

  requestFailed(source: Source, piece: number, now: number): void {
    this.counts.retries += 1;
    this.scheduler.requestFailed(source.number, piece, now);
  }

  sourceEnded(source: Source): void {
    this.counts.retries += this.scheduler.requestCount(source.number);
    this.scheduler.removeSource(source.number);
  }
}
