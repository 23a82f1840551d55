import { tmpdir } from "node:os";
import type { Disk } from "../../platform/disk/disk.ts";
import { openNameless } from "../../platform/disk/nameless-file.ts";
import type { Random } from "../../platform/random.ts";
import { MIB } from "../../platform/units.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import { type InitialPieces, type Sink, SinkError, type SinkListener } from "./sink.ts";

/** Bytes of pieces that may wait for the reader. */
const WINDOW_BYTES = 64 * MIB;
/** Bytes handed to the reader at once. */
const OUTPUT_BLOCK_BYTES = 256 * 1024;

/** Takes bytes in order; resolves when they have left and may be overwritten, rejects when the reader is gone. */
export type ByteOutput = (bytes: Uint8Array) => Promise<void>;

/**
 * Pieces for a reader who wants them in order. They wait in a ring of slots in a nameless temporary file, so that connections
 * write them like those of any file and memory stays small; a reader that stops reading leaves no free slot, and so
 * nothing is asked for any more.
 */
export class PipeSink implements Sink {
  readonly direct = null;
  readonly journal = null;
  readonly hashes = null;
  readonly resumablePath = null;
  readonly fresh = false;
  readonly windowPieces: number;
  private readonly waiting = new Set<number>();
  private readonly buffer = new Uint8Array(OUTPUT_BLOCK_BYTES);
  private zeros = new Bitmap(0);
  private next = 0;
  private listener: SinkListener | null = null;
  private writing: Promise<void> = Promise.resolve();
  private failure: Error | null = null;

  private constructor(
    private readonly disk: Disk,
    private readonly version: Version,
    private readonly output: ByteOutput,
    readonly file: number,
  ) {
    this.windowPieces = Math.max(2, Math.floor(WINDOW_BYTES / pieceSize(version.size)));
  }

  /** Throws DiskError when the temporary folder cannot be written to. */
  static async prepare(disk: Disk, random: Random, version: Version, output: ByteOutput): Promise<PipeSink> {
    return new PipeSink(disk, version, output, await openNameless(disk, random, tmpdir(), "redes-"));
  }

  setListener(user: SinkListener): void {
    this.listener = user;
  }

  async begin(_hashes: Uint8Array, zeros: Bitmap): Promise<InitialPieces> {
    this.zeros = zeros;
    for (const piece of zeros) this.pieceWritten(piece);
    return { have: zeros, unverified: new Bitmap(zeros.length) };
  }

  position(piece: number): number {
    return (piece % this.windowPieces) * pieceSize(this.version.size);
  }

  markPosition(): number {
    return 0;
  }

  pieceWritten(piece: number): void {
    this.waiting.add(piece);
    if (piece === this.next) this.writing = this.writing.then(() => this.flush());
  }

  async finish(): Promise<void> {
    await this.writing;
    await this.disk.close(this.file);
    if (this.failure) throw this.failure;
  }

  async abandon(): Promise<void> {
    this.failure ??= new SinkError(say("the download was stopped"));
    // A reader that does not read may hold the last block for ever, and nobody should wait for that.
    this.writing.finally(() => this.disk.close(this.file)).catch(() => {});
  }

  private async flush(): Promise<void> {
    try {
      while (!this.failure && this.waiting.delete(this.next)) {
        await this.copy(this.next);
        this.next += 1;
        this.listener?.consumed(this.next);
      }
    } catch (error) {
      const gone = error instanceof Error && "code" in error && error.code === "EPIPE";
      this.failure = new SinkError(
        gone
          ? say("the reader of the output is gone: {reason}", { reason: toldOf(error) })
          : say("the output takes no more: {reason}", { reason: toldOf(error) }),
      );
      this.listener?.failed(this.failure);
    }
  }

  private async copy(piece: number): Promise<void> {
    const length = pieceLength(this.version.size, piece);
    for (let done = 0; done < length; done += OUTPUT_BLOCK_BYTES) {
      const block = this.buffer.subarray(0, Math.min(OUTPUT_BLOCK_BYTES, length - done));
      if (this.zeros.has(piece)) block.fill(0);
      else await this.disk.read(this.file, block, this.position(piece) + done);
      await this.output(block);
    }
  }
}
