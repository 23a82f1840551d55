import type { Disk } from "../../platform/disk/disk.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import { type Bitmap, bytesOf } from "../../protocol/versions/bitmap.ts";
import type { Version } from "../../protocol/versions/version.ts";
import { pieceLength } from "../../protocol/versions/version.ts";
import type { PartFile } from "../../transfer/sinks/part-file.ts";
import type { InitialPieces, Sink, SinkListener } from "../../transfer/sinks/sink.ts";
import type { PartialFiles } from "../serving/partial-files.ts";
import type { DiskSpace, SpaceReservation } from "./placement/disk-space.ts";

export interface ServedPartSinkDeps {
  readonly disk: Pick<Disk, "open">;
  readonly partialFiles: PartialFiles;
  readonly space: DiskSpace;
  /** It can be read from. */
  availabilityChanged(): void;
}

/**
 * A part file that others may read from while it grows, and after its end until whoever made it says no more. It begins
 * only where the disk has room for all that is to come.
 */
export class ServedPartSink implements Sink {
  readonly windowPieces = null;
  /** Others read from it soon. */
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

  /** Bytes that are to come, zeros not among them once the piece hashes are known. */
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

  setListener(user: SinkListener): void {
    this.part.setListener({
      consumed: (count) => user.consumed(count),
      pieceChecked: (piece, there) => {
        if (there) this.have?.add(piece);
        else this.remaining += pieceLength(this.version.size, piece);
        user.pieceChecked(piece, there);
      },
      failed: (error) => user.failed(error),
    });
  }

  async begin(hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces> {
    const { disk, partialFiles: copies, availabilityChanged: expectations } = this.deps;
    const { id, size } = this.version;
    this.known = hashes;
    this.remaining = size - bytesOf(zeros, size);
    // What an earlier try left has its room already.
    if (this.fresh) await this.reserve();
    const begun = await this.part.begin(hashes, zeros);
    const { have, unverified: unread } = begun;
    this.have = have;
    this.remaining = size - bytesOf(have.union(unread), size);
    if (!this.reservation) await this.reserve();
    // Not by its path, where another file may be by now.
    const fd = await disk.open(descriptorPath(this.part.file), "read");
    copies.add(id, { fd, size, hashes, have });
    expectations();
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
