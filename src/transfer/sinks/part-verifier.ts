import type { Hashing } from "../../hashing/hashing.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import { bytesEqual, hash } from "../../platform/hash.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import { Bitmap, bytesOf } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { checkPieces } from "./part-check.ts";

export interface PartContent {
  readonly version: Version;
  /** 32 bytes for each piece. */
  readonly hashes: Uint8Array;
  /** The pieces that are all zeros. */
  readonly zeros: Bitmap;
}

/** Reads an open part to find out whether its pieces are right. */
export class PartVerifier {
  constructor(
    private readonly disk: Disk,
    private readonly hasher: Pick<Hashing, "hashPieces">,
    private readonly file: number,
    private readonly content: PartContent,
    /** Whether no more is to be read. */
    private readonly stopped: () => boolean,
  ) {}

  /** Reads pieces and calls `found` for each; see {@link checkPieces}. */
  read(pieces: Bitmap, found: (piece: number, right: boolean) => Promise<void>): Promise<void> {
    const { hasher, stopped } = this;
    const { version, hashes } = this.content;
    // Not by its path, where another file may be by now.
    return checkPieces({ hasher, path: descriptorPath(this.file), size: version.size, hashes, stopped, found }, pieces);
  }

  /**
   * The pieces of a synced file that may have lost bytes: all, when another process has written to it (`touched`). Gives a
   * file that was cut, or to which bytes were added, its length again. Throws DiskError.
   */
  async suspects(stat: FileStat, touched: boolean): Promise<Bitmap> {
    const { size } = this.content.version;
    if (!touched && this.isWhole(stat)) return new Bitmap(pieceCount(size));
    if (touched || stat.size !== size) await this.disk.truncate(this.file, size);
    // Or a power loss could give it the other length once more.
    if (stat.size !== size) await this.disk.sync(this.file);
    return touched ? Bitmap.full(pieceCount(size)) : this.holedPieces(stat);
  }

  /** The pieces of these that are right. */
  async sound(pieces: Bitmap): Promise<Bitmap> {
    const sound = new Bitmap(pieces.length);
    const found = async (piece: number, right: boolean) => void (right && sound.add(piece));
    // To begin a thread for one piece would take longer than to read it.
    if (pieces.length === 1 && pieces.has(0)) await found(0, await this.isOnlyPieceRight());
    else await this.read(pieces, found);
    return sound;
  }

  private async isOnlyPieceRight(): Promise<boolean> {
    const { version, hashes } = this.content;
    const bytes = new Uint8Array(version.size);
    return (await this.disk.read(this.file, bytes, 0)) === bytes.length && bytesEqual(hash(bytes), hashes);
  }

  private isWhole({ size, allocated }: FileStat): boolean {
    return size === this.content.version.size && allocated >= size && !this.disk.hasHole(this.file, 0, size);
  }

  /**
   * A file that was cut has holes, or blocks that were allocated again and never written. On a file system that reports no
   * holes it has fewer blocks than its size needs.
   */
  private holedPieces({ allocated }: FileStat): Bitmap {
    const { version, zeros } = this.content;
    const written = Bitmap.full(pieceCount(version.size)).without(zeros);
    const holed = new Bitmap(written.length);
    for (const piece of written) {
      const position = piece * pieceSize(version.size);
      if (this.disk.hasHole(this.file, position, pieceLength(version.size, piece))) holed.add(piece);
    }
    const short = allocated < version.size - bytesOf(zeros, version.size);
    return short && holed.size === 0 ? written : holed;
  }
}
