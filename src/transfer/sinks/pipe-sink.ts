import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disk } from "../../platform/disk/disk.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import { MIB } from "../../platform/units.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { type Begun, type Sink, SinkError, type SinkUser } from "./sink.ts";

/** Bytes of pieces that may wait for the reader. */
const WINDOW = 64 * MIB;
/** Bytes handed to the reader at once. */
const BLOCK = 256 * 1024;

/** Takes bytes in order; resolves when they have left and may be overwritten, rejects when the reader is gone. */
export type ByteOutput = (bytes: Uint8Array) => Promise<void>;

/**
 * Pieces for a reader who wants them in order. They wait in a ring of slots in a nameless temporary file, so that lanes
 * write them like those of any file and memory stays small; a reader that stops reading leaves no free slot, and so
 * nothing is asked for any more.
 */
export class PipeSink implements Sink {
  readonly direct = null;
  readonly journal = null;
  readonly hashes = null;
  readonly kept = null;
  readonly fresh = false;
  readonly window: number;
  private readonly waiting = new Set<number>();
  private readonly buffer = new Uint8Array(BLOCK);
  private zeros = new Bitmap(0);
  private next = 0;
  private user: SinkUser | null = null;
  private writing: Promise<void> = Promise.resolve();
  private failure: Error | null = null;

  private constructor(
    private readonly disk: Disk,
    private readonly version: Version,
    private readonly output: ByteOutput,
    readonly file: number,
  ) {
    this.window = Math.max(2, Math.floor(WINDOW / pieceSize(version.size)));
  }

  /** Throws DiskError when the temporary folder cannot be written to. */
  static async prepare(disk: Disk, random: Random, version: Version, output: ByteOutput): Promise<PipeSink> {
    const path = join(tmpdir(), `redes-${uniqueId(random)}`);
    const file = await disk.open(path, "create");
    await disk.remove(path);
    return new PipeSink(disk, version, output, file);
  }

  attach(user: SinkUser): void {
    this.user = user;
  }

  async begin(_hashes: Uint8Array, zeros: Bitmap): Promise<Begun> {
    this.zeros = zeros;
    for (let piece = 0; piece < zeros.length; piece++) if (zeros.has(piece)) this.arrived(piece);
    return { have: zeros, unread: new Bitmap(zeros.length) };
  }

  check(): void {}

  position(piece: number): number {
    return (piece % this.window) * pieceSize(this.version.size);
  }

  mark(): number {
    return 0;
  }

  arrived(piece: number): void {
    this.waiting.add(piece);
    if (piece === this.next) this.writing = this.writing.then(() => this.flush());
  }

  async finish(): Promise<void> {
    await this.writing;
    await this.disk.close(this.file);
    if (this.failure) throw this.failure;
  }

  async leave(): Promise<void> {
    this.failure ??= new SinkError("the download was stopped");
    // A reader that does not read may hold the last block for ever, and nobody should wait for that.
    this.writing.finally(() => this.disk.close(this.file)).catch(() => {});
  }

  private async flush(): Promise<void> {
    try {
      while (!this.failure && this.waiting.delete(this.next)) {
        await this.copy(this.next);
        this.next += 1;
        this.user?.consumed(this.next);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const gone = error instanceof Error && "code" in error && error.code === "EPIPE";
      this.failure = new SinkError(
        `${gone ? "the reader of the output is gone" : "the output takes no more"}: ${message}`,
      );
      this.user?.broken(this.failure);
    }
  }

  private async copy(piece: number): Promise<void> {
    const length = pieceLength(this.version.size, piece);
    for (let done = 0; done < length; done += BLOCK) {
      const block = this.buffer.subarray(0, Math.min(BLOCK, length - done));
      if (this.zeros.has(piece)) block.fill(0);
      else await this.disk.read(this.file, block, this.position(piece) + done);
      await this.output(block);
    }
  }
}
