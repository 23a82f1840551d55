import type { Hashing } from "../../hashing/hashing.ts";
import type { StoredExtent } from "../../http/client/backend.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { bytesEqual } from "../../platform/hash.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import { MIB } from "../../platform/units.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import type { PieceRange } from "../../protocol/versions/piece-range.ts";
import { pieceCount, pieceHash, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { errorOf } from "../../sentences/sentence-error.ts";
import { Demand, type PieceWindow } from "../../transfer/scheduling/demand.ts";
import type { Fetcher, InitialPieces, Sink, SinkListener, SinkReading } from "../../transfer/sinks/sink.ts";
import type { KeptPieces, PieceKeeper } from "./kept-pieces.ts";
import type { StoreFile, StreamFiles } from "./store-file.ts";

/** Bytes that are read and hashed with one request: a few milliseconds. */
const MAX_VERIFIED_BYTES = 8 * MIB;

export interface StreamSinkDeps {
  readonly disk: Disk;
  readonly hasher: Hashing;
  readonly kept: KeptPieces;
  readonly files: StreamFiles;
}

/** The sink hears of nothing any more once its download has ended. */
const NO_DOWNLOAD: SinkListener & Fetcher = {
  consumed() {},
  pieceChecked() {},
  failed() {},
  demandChanged() {},
  evict: () => true,
  complete() {},
};

/**
 * Pieces of one version for those who read it at any place. What is wanted by nobody may be given up.
 *
 * A file that an earlier process has left is believed nothing: what is in it is read and compared with its hash once a
 * reader wants it.
 */
export class StreamSink implements Sink, PieceKeeper {
  readonly direct = null;
  readonly journal = null;
  readonly hashes: Uint8Array | null;
  readonly windowPieces = null;
  readonly resumablePath = null;
  readonly fresh = false;
  readonly reading: SinkReading;
  private readonly demand = new Demand();
  private windows: readonly PieceWindow[] = [];
  private listener: SinkListener = NO_DOWNLOAD;
  private fetcher: Fetcher = NO_DOWNLOAD;
  /** Verified, and where they can be read. */
  private readonly here = new Map<number, StoreFile>();
  /** In the file since before, and not verified yet. */
  private readonly unverified: Set<number>;
  private pieceHashes: Uint8Array | null = null;
  /** Nobody sends or writes them. */
  private zeros = new Bitmap(0);
  /** Files on disks that have failed: what is in them may be read, and nothing is written to them any more. */
  private readonly left: StoreFile[] = [];
  /** What reads the file or makes holes in it: its descriptor may not be another file's before. */
  private readonly atWork = new Set<Promise<void>>();

  constructor(
    private readonly deps: StreamSinkDeps,
    private readonly version: Version,
    private store: StoreFile,
    /** A piece can be read now, or the download has ended. */
    private readonly changed: () => void,
    private readonly ended: () => void,
  ) {
    this.hashes = store.hashes;
    this.unverified = new Set(store.pieces);
    for (const piece of store.pieces) deps.kept.used(this, piece, this.lengthOf(piece));
    this.reading = {
      demand: this.demand,
      setFetcher: (fetcher) => {
        this.fetcher = fetcher;
      },
      move: (error) => this.move(error),
    };
  }

  get file(): number {
    return this.store.fd;
  }

  setListener(user: SinkListener): void {
    this.listener = user;
  }

  async begin(hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces> {
    this.pieceHashes = hashes;
    await this.store.storeHashes(hashes);
    const unverified = new Bitmap(zeros.length);
    this.zeros = zeros;
    for (const piece of zeros) {
      this.here.set(piece, this.store);
      // What is all zeros was never written.
      this.unverified.delete(piece);
    }
    for (const piece of this.unverified) unverified.add(piece);
    return { have: zeros, unverified };
  }

  verifyUnread(): void {
    this.verifyWanted();
    this.changed();
  }

  position(piece: number): number {
    return this.store.position(piece);
  }

  markPosition(): number {
    return 0;
  }

  pieceWritten(piece: number): void {
    this.here.set(piece, this.store);
    const { kept, files } = this.deps;
    kept.used(this, piece, this.lengthOf(piece));
    files.trim(kept.bytes);
    kept.shrinkTo(files.limit);
    this.changed();
  }

  async finish(): Promise<void> {
    this.end();
  }

  async abandon(): Promise<void> {
    this.end();
  }

  /** The readers want these pieces now. */
  want(windows: readonly PieceWindow[]): void {
    if (sameWindows(windows, this.windows)) return;
    this.windows = windows;
    this.demand.set(windows, pieceCount(this.version.size));
    this.verifyWanted();
    this.fetcher.demandChanged();
  }

  /** All of it was read. */
  complete(): void {
    this.fetcher.complete();
  }

  /** Where the bytes from `from` on are, piece by piece, to the end of the piece that has `end`; none where the first is not here. */
  extents(from: number, end: number): StoredExtent[] {
    const bytes = pieceSize(this.version.size);
    const extents: StoredExtent[] = [];
    const last = Math.min(end, this.version.size);
    for (let at = from; at < last; ) {
      const piece = Math.floor(at / bytes);
      const store = this.here.get(piece);
      if (!store) break;
      if (!this.zeros.has(piece)) this.deps.kept.used(this, piece, this.lengthOf(piece));
      const until = piece * bytes + this.lengthOf(piece);
      const place = this.zeros.has(piece)
        ? null
        : { fd: store.fd, position: store.position(piece) + at - piece * bytes };
      extents.push({ start: at, end: until, place });
      at = until;
    }
    return extents;
  }

  evict(piece: number): boolean {
    const store = this.here.get(piece);
    if (!store || this.demand.wants(piece) || this.zeros.has(piece) || !this.fetcher.evict(piece)) return false;
    this.here.delete(piece);
    this.work(this.free(piece, store));
    return true;
  }

  /** Closes the file. Nobody may read it any more, and its download must have ended. */
  async close(): Promise<void> {
    this.demand.set([], 0);
    while (this.atWork.size > 0) await Promise.all(this.atWork);
    const bytes = this.deps.kept.bytesOf(this);
    this.deps.kept.forget(this);
    await this.store.close(bytes);
    for (const store of this.left) await store.close(0);
  }

  private async move(error: Error): Promise<boolean> {
    const store = await this.store.replace(error);
    if (store === null) return false;
    this.left.push(this.store);
    this.store = store;
    // A disk that fails need not be asked what it has.
    for (const piece of this.unverified) {
      this.deps.kept.lost(this, piece);
      this.listener.pieceChecked(piece, false);
    }
    this.unverified.clear();
    return true;
  }

  private lengthOf(piece: number): number {
    return pieceLength(this.version.size, piece);
  }

  private end(): void {
    this.listener = NO_DOWNLOAD;
    this.fetcher = NO_DOWNLOAD;
    this.ended();
  }

  /** Reads what is wanted and was in the file before. */
  private verifyWanted(): void {
    const { pieceHashes } = this;
    if (!pieceHashes || this.unverified.size === 0) return;
    for (const piece of this.demand.inOrder()) {
      if (this.unverified.has(piece)) this.work(this.verify(this.dequeueUnverified(piece), pieceHashes));
    }
  }

  /** Unverified pieces from this one on, so many that reading them is one request, and few enough to be soon. */
  private dequeueUnverified(start: number): PieceRange {
    const most = Math.max(1, Math.floor(MAX_VERIFIED_BYTES / pieceSize(this.version.size)));
    let end = start;
    while (end < start + most && this.demand.wants(end) && this.unverified.delete(end)) end += 1;
    return { start, end };
  }

  private work(work: Promise<void>): void {
    this.atWork.add(work);
    void work.finally(() => this.atWork.delete(work));
  }

  private async verify({ start, end }: PieceRange, hashes: Uint8Array): Promise<void> {
    const { hasher } = this.deps;
    const { store } = this;
    // What cannot be read is fetched again, like what is wrong.
    const found = await hasher.hashPieces(descriptorPath(store.fd), this.version.size, start, end).catch(() => null);
    for (let piece = start; piece < end; piece++) {
      const right = found !== null && bytesEqual(pieceHash(found, piece - start), pieceHash(hashes, piece));
      if (right) this.verified(piece, store);
      else await this.discard(piece, store);
    }
    this.changed();
  }

  private verified(piece: number, store: StoreFile): void {
    this.here.set(piece, store);
    this.listener.pieceChecked(piece, true);
  }

  private discard(piece: number, store: StoreFile): Promise<void> {
    this.deps.kept.lost(this, piece);
    return this.free(piece, store);
  }

  /** Gives the room of a piece back; only then may it be written again, in the same place or in another file. */
  private async free(piece: number, store: StoreFile): Promise<void> {
    try {
      await store.free(piece);
    } catch (error) {
      // Nothing is written any more to a file that is left.
      if (store === this.store) this.listener.failed(errorOf(error));
    }
    this.listener.pieceChecked(piece, false);
  }
}

/** Most calls change nothing: a reader goes through a piece in several steps. */
function sameWindows(left: readonly PieceWindow[], right: readonly PieceWindow[]): boolean {
  if (left.length !== right.length) return false;
  return left.every(({ start, length }, index) => start === right[index]?.start && length === right[index]?.length);
}
