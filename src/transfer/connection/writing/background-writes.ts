import type { Disk } from "../../../platform/disk/disk.ts";
import { hasZeroBlock, splitZeroBlocks } from "../../../platform/disk/sparse.ts";
import { errorOf } from "../../../sentences/sentence-error.ts";
import { journalMark } from "../../sinks/journal.ts";
import type { BufferPool } from "../buffer-pool.ts";
import type { PieceRequest } from "../messages.ts";
import { makesHoles, type PieceFiles, type PieceWritten } from "./piece-files.ts";

/** What a thread uses of a disk that it must not wait for. */
export type BackgroundDisk = Pick<Disk, "write" | "zeroRange">;

/** Of a thread that must not wait long for a disk. */
export interface Background {
  readonly disk: BackgroundDisk;
  /** Whether the disk has shown that it is slow: from then on other threads write. */
  isNeeded: boolean;
}

/**
 * Writes the pieces of one connection through the page cache, from other threads: for a thread that also answers the central
 * and takes orders, and that a disk which needs seconds for a piece must not hold up. On a quick disk a download of 32 MiB
 * takes a quarter more of a processor so.
 */
export class BackgroundWrites {
  /** Each ends when the callback of its piece has been called. */
  private readonly underWay = new Set<Promise<void>>();
  /** The first error of the disk: no piece is begun after it. */
  private failure: Error | null = null;

  constructor(
    private readonly thread: Background,
    private readonly buffers: Pick<BufferPool, "release">,
    private readonly files: PieceFiles,
  ) {}

  /** Whether all pieces of the thread are to be written so. */
  get isNeeded(): boolean {
    return this.thread.isNeeded;
  }

  /** The disk has held the thread up for too long. */
  need(): void {
    this.thread.isNeeded = true;
  }

  /** Writes a verified piece, releases its buffer, marks it, and calls `written` once, later. */
  begin(request: PieceRequest, buffer: Uint8Array, written: PieceWritten): void {
    const writing = this.write(request, buffer).then((failure) => {
      this.underWay.delete(writing);
      written(failure);
    });
    this.underWay.add(writing);
  }

  /** Calls back once all that is under way now has ended and its callbacks have been called. */
  whenEnded(done: () => void): void {
    if (this.underWay.size === 0) done();
    else void Promise.all(this.underWay).then(done);
  }

  private async write(request: PieceRequest, buffer: Uint8Array): Promise<Error | null> {
    const { thread, files } = this;
    await this.tryDisk(() => this.fill(request, buffer.subarray(0, request.length)));
    this.buffers.release(buffer);
    const { journal } = files;
    if (journal !== null)
      await this.tryDisk(() => thread.disk.write(journal, journalMark(request.hash), request.markPosition));
    return this.failure;
  }

  /** Writes bytes of the file; of zeros it makes holes. Rejects with DiskError. */
  private async fill(request: PieceRequest, bytes: Uint8Array): Promise<void> {
    const { files } = this;
    const { disk } = this.thread;
    const { position, hole } = request;
    if (!makesHoles(request, files) || !hasZeroBlock(bytes)) return disk.write(files.file, bytes, position);
    for (const { start, end, zero } of splitZeroBlocks(bytes)) {
      if (!zero) await disk.write(files.file, bytes.subarray(start, end), position + start);
      else if (!hole) await disk.zeroRange(files.file, position + start, end - start);
    }
  }

  private async tryDisk(work: () => Promise<void>): Promise<void> {
    if (this.failure !== null) return;
    try {
      await work();
    } catch (error) {
      this.failure ??= errorOf(error);
    }
  }
}
