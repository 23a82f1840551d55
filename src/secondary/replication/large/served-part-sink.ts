import type { Disk } from "../../../platform/disk/disk.ts";
import { descriptorPath } from "../../../platform/linux/libc.ts";
import { type Bitmap, bytesOf } from "../../../protocol/versions/bitmap.ts";
import type { Version } from "../../../protocol/versions/version.ts";
import { pieceLength } from "../../../protocol/versions/version.ts";
import type { PartFile } from "../../../transfer/sinks/part-file.ts";
import type { InitialPieces, Sink, SinkListener } from "../../../transfer/sinks/sink.ts";
import type { PartialFiles } from "../../serving/partial-files.ts";
import type { DiskSpace, SpaceReservation } from "../placement/disk-space.ts";
import type { CopyReaders } from "../ports.ts";

export interface ServedPartSinkDeps {
  readonly disk: Pick<Disk, "open">;
  readonly partialFiles: PartialFiles;
  readonly space: DiskSpace;
  readonly serving: Pick<CopyReaders, "availabilityChanged">;
}

/**
 * A part file that other secondaries and clients read from while it grows, and after its end until its version is removed
 * from the partial files. It begins only where the disk has space for all bytes that have not arrived.
 */
export class ServedPartSink implements Sink {
  readonly windowPieces = null;
  /** Its readers are served from the page cache. */
  readonly direct = null;
  private have: Bitmap | null = null;
  private known: Uint8Array | null;
  private reservation: SpaceReservation | null = null;
  private remaining: number;

  constructor(
    private readonly deps: ServedPartSinkDeps,
    private readonly part: PartFile,
    private readonly version: Version,
    /** Where the part grows. */
    private readonly staging: string,
  ) {
    this.known = part.hashes;
    this.remaining = version.size;
  }

  /** Bytes that have not arrived; without those of zeros once the piece hashes are known. */
  get remainingBytes(): number {
    return this.remaining;
  }

  get file(): number {
    return this.part.file;
  }

  get journal(): number {
    return this.part.journal;
  }

  get fresh(): boolean {
    return this.part.fresh;
  }

  get hashes(): Uint8Array | null {
    return this.known;
  }

  get resumablePath(): string | null {
    return this.part.resumablePath;
  }

  setListener(listener: SinkListener): void {
    this.part.setListener({
      consumed: (count) => listener.consumed(count),
      pieceChecked: (piece, there) => {
        if (there) this.have?.add(piece);
        else this.remaining += pieceLength(this.version.size, piece);
        listener.pieceChecked(piece, there);
      },
      failed: (error) => listener.failed(error),
    });
  }

  async begin(hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces> {
    const { disk, partialFiles, serving } = this.deps;
    const { id, size } = this.version;
    this.known = hashes;
    this.remaining = size - bytesOf(zeros, size);
    // A part that an earlier try left has its space already.
    if (this.fresh) await this.reserve();
    const begun = await this.part.begin(hashes, zeros);
    const { have, unverified } = begun;
    this.have = have;
    this.remaining = size - bytesOf(have.union(unverified), size);
    if (!this.reservation) await this.reserve();
    // Not by its path, where another file may be by now: this is the open file itself.
    const fd = await disk.open(descriptorPath(this.part.file), "read");
    partialFiles.add(id, { fd, size, hashes, have });
    serving.availabilityChanged();
    return begun;
  }

  verifyUnread(): void {
    this.part.verifyUnread();
  }

  position(piece: number): number {
    return this.part.position(piece);
  }

  markPosition(piece: number): number {
    return this.part.markPosition(piece);
  }

  pieceWritten(piece: number): void {
    this.have?.add(piece);
    this.remaining -= pieceLength(this.version.size, piece);
    this.part.pieceWritten();
  }

  async finish(): Promise<void> {
    this.reservation?.release();
    await this.part.finish();
  }

  async abandon(): Promise<void> {
    this.reservation?.release();
    await this.part.abandon();
  }

  private async reserve(): Promise<void> {
    this.reservation = await this.deps.space.reserve(this.staging, () => this.remaining);
  }
}
