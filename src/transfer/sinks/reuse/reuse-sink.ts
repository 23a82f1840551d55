import type { Hashing } from "../../../hashing/hashing.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import { HASH_BYTES } from "../../../platform/hash.ts";
import { Bitmap } from "../../../protocol/versions/bitmap.ts";
import { pieceHash, pieceLength, type Version } from "../../../protocol/versions/version.ts";
import { journalMark } from "../journal.ts";
import { checkPieces } from "../part-check.ts";
import type { DirectFile, InitialPieces, Sink, SinkListener } from "../sink.ts";
import { comparableHashes, isWorthReading, type OlderFile, reusablePieces, sampleOf } from "./older-file.ts";

export interface ReuseSinkDeps {
  readonly disk: Pick<Disk, "write">;
  readonly hasher: Pick<Hashing, "reuse">;
}

/** The sink for a version, which takes from an older file what that has of it, where that is worth while. */
export function reusing(deps: ReuseSinkDeps, sink: Sink, version: Version, older: OlderFile | null): Sink {
  return older && isWorthReading(older, version) ? new ReuseSink(deps, sink, version, older) : sink;
}

/**
 * A sink into which pieces of an older file are copied before any is fetched in their place. They are verified and marked
 * like those that a connection brings; while one is looked at, it counts as unverified. What cannot be read is fetched.
 */
class ReuseSink implements Sink {
  readonly windowPieces: number | null;
  /** Something that is wrong may be written in the place of a piece that is fetched later. */
  readonly fresh = false;
  private listener: SinkListener | null = null;
  private expected: Uint8Array | null = null;
  /** Pieces that the older file may have. */
  private claimed = new Bitmap(0);
  /** The same of those that the sink itself had and doubts: they are looked for where it has not them either. */
  private unverified = new Bitmap(0);
  private reused = 0;
  private state: "open" | "closed" = "open";
  private copying: Promise<void> = Promise.resolve();

  constructor(
    private readonly deps: ReuseSinkDeps,
    private readonly sink: Sink,
    private readonly version: Version,
    private readonly older: OlderFile,
  ) {
    this.windowPieces = sink.windowPieces;
  }

  get file(): number {
    return this.sink.file;
  }

  get direct(): DirectFile | null {
    return this.sink.direct;
  }

  get journal(): number | null {
    return this.sink.journal;
  }

  get hashes(): Uint8Array | null {
    return this.sink.hashes;
  }

  get resumablePath(): string | null {
    return this.sink.resumablePath;
  }

  get reusedBytes(): number {
    return this.reused;
  }

  setListener(user: SinkListener): void {
    this.listener = user;
    this.sink.setListener({
      consumed: (count) => user.consumed(count),
      pieceChecked: (piece, there) => {
        if (there || !this.unverified.has(piece)) user.pieceChecked(piece, there);
        else this.read(bitmapOf(piece, this.unverified.length));
      },
      failed: (error) => user.failed(error),
    });
  }

  async begin(hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces> {
    const { have, unverified } = await this.sink.begin(hashes, zeros);
    const reusable = reusablePieces(this.older, this.version, hashes).without(have);
    this.expected = hashes;
    this.claimed = reusable.without(unverified);
    this.unverified = reusable.without(this.claimed);
    return { have, unverified: unverified.union(this.claimed) };
  }

  verifyUnread(): void {
    this.sink.verifyUnread?.();
    const sample = sampleOf(this.claimed);
    const isKnown = comparableHashes(this.older, this.version) !== null;
    if (isKnown || sample.size === 0) return this.read(this.claimed);
    this.read(sample);
    this.enqueue(async () => {
      const rest = this.claimed.without(sample);
      if (this.reused > 0) await this.copy(rest);
      else this.release(rest);
    });
  }

  position(piece: number): number {
    return this.sink.position(piece);
  }

  markPosition(piece: number): number {
    return this.sink.markPosition(piece);
  }

  pieceWritten(piece: number): void {
    this.sink.pieceWritten(piece);
  }

  async finish(): Promise<void> {
    await this.close();
    await this.sink.finish();
  }

  async abandon(): Promise<void> {
    await this.close();
    await this.sink.abandon();
  }

  /** The descriptors must not be closed while something is written through them. */
  private async close(): Promise<void> {
    this.state = "closed";
    await this.copying;
  }

  private read(pieces: Bitmap): void {
    this.enqueue(() => this.copy(pieces));
  }

  private enqueue(work: () => Promise<void>): void {
    this.copying = this.copying.then(work);
  }

  /** Copies what is right of these pieces, and says of each whether it is there. */
  private async copy(pieces: Bitmap): Promise<void> {
    const { sink, older, version, expected } = this;
    if (!expected) return;
    const hashPieces = (path: string, size: number, from: number, end: number) => {
      const hashes = expected.subarray(from * HASH_BYTES, end * HASH_BYTES);
      const reading = this.deps.hasher.reuse(path, size, from, { fd: sink.file, hashes }, older.reach);
      // No hash is all zeros: what cannot be copied is fetched, and who fetches it says what is wrong with the disk.
      return reading.catch(() => new Uint8Array(hashes.length));
    };
    const found = async (piece: number, right: boolean) =>
      this.told(piece, right && (await this.mark(piece, expected)));
    const stopped = () => this.state === "closed";
    const { path } = older;
    await checkPieces({ hasher: { hashPieces }, path, size: version.size, hashes: expected, stopped, found }, pieces);
  }

  /** As a connection does it, after the piece itself; says whether it could. */
  private async mark(piece: number, hashes: Uint8Array): Promise<boolean> {
    const { journal } = this.sink;
    if (journal === null) return true;
    const mark = journalMark(pieceHash(hashes, piece));
    const writing = this.deps.disk.write(journal, mark, this.sink.markPosition(piece));
    return writing.then(
      () => true,
      () => false,
    );
  }

  private told(piece: number, there: boolean): void {
    if (this.state === "closed") return;
    if (there) {
      this.reused += pieceLength(this.version.size, piece);
      this.sink.pieceWritten(piece);
    }
    this.listener?.pieceChecked(piece, there);
  }

  /** These are not looked for any more. */
  private release(pieces: Bitmap): void {
    for (let piece = 0; piece < pieces.length; piece++) if (pieces.has(piece)) this.told(piece, false);
  }
}

function bitmapOf(piece: number, length: number): Bitmap {
  const pieces = new Bitmap(length);
  pieces.add(piece);
  return pieces;
}
