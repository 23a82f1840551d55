import type { Clock } from "../../../platform/clock.ts";
import { type BlockingDisk, DIRECT_UNIT } from "../../../platform/disk/disk.ts";
import { hasZeroBlock, splitZeroBlocks } from "../../../platform/disk/sparse.ts";
import { errorOf } from "../../../sentences/sentence-error.ts";
import { journalMark } from "../../sinks/journal.ts";
import { agreeOnWriteMode } from "../../sinks/write-modes.ts";
import type { PieceRequest } from "../messages.ts";
import type { ThreadResources } from "../thread-resources.ts";
import { BackgroundWrites } from "./background-writes.ts";
import { BufferedWrites } from "./buffered-writes.ts";
import { DirectWritePolicy } from "./direct-write-policy.ts";
import { makesHoles, type PieceFiles, type PieceWritten } from "./piece-files.ts";

/**
 * Milliseconds that a piece may hold up a thread which has more to do. Where a hundred downloads run on a machine, a piece may
 * seem to take half as long because others have the processor.
 */
const MAX_HELD_UP_MS = 250;

/**
 * Writes the pieces of one connection to their positions and marks them in the journal. A whole piece is written past the
 * page cache (direct) and asynchronously where the file system can and the disk is quick: nothing is copied, other programs
 * keep their memory, and little is left to sync. In a virtual machine whose host takes free memory back, writing through
 * the page cache can cost three times as much as the rest of a download. Other pieces, and parts of pieces, go through the
 * page cache (buffered). A thread that has more to do leaves them to other threads once the disk has shown that it is slow
 * ({@link BackgroundWrites}). `npm run bench -- writers` measures each way against the others.
 */
export class PieceWriter {
  private readonly buffered: BufferedWrites;
  /** Null where the thread may wait for the disk. */
  private readonly background: BackgroundWrites | null;
  private readonly policy = new DirectWritePolicy();
  /** Where the extents of the file begin that have room on the disk. */
  private readonly allocated = new Set<number>();
  private pendingWrites = 0;
  /** The first error of the disk: no piece is begun after it. */
  private failure: Error | null = null;

  constructor(
    private readonly disk: BlockingDisk,
    private readonly clock: Clock,
    private readonly shared: ThreadResources,
    private readonly files: PieceFiles,
  ) {
    this.buffered = new BufferedWrites(disk, clock);
    const { background, buffers } = shared;
    this.background = background && new BackgroundWrites(background, buffers, files);
  }

  /**
   * Writes a verified piece, which the first bytes of `buffer` are, and releases the buffer. Calls `written` once, from here
   * or later. Waits where the disk has too much to do; the callbacks of earlier pieces of this connection may be called
   * before.
   */
  write(request: PieceRequest, buffer: Uint8Array, written: PieceWritten): void {
    if (this.background?.isNeeded) return this.background.begin(request, buffer, written);
    this.shared.asyncWrites.deliver(this, false);
    if (this.failure !== null) {
      this.shared.buffers.release(buffer);
      return written(this.failure);
    }
    // A piece that leaves holes is written in parts.
    const sparse = makesHoles(request, this.files) && hasZeroBlock(buffer.subarray(0, request.length));
    if (sparse || !this.beginDirect(request, buffer, written)) this.writeBuffered(request, buffer, written);
  }

  /** Writes the part of a piece at `offset` as it comes, before the piece is verified. Returns the failure, or null. */
  writePart(request: PieceRequest, offset: number, bytes: Uint8Array): Error | null {
    return this.tryDisk(() => void this.fill(request, request.position + offset, bytes));
  }

  /** All parts of a piece are written, and it is verified. */
  finishParts(request: PieceRequest, written: PieceWritten): void {
    this.mark(request, true, written);
  }

  /** Calls back when all writes that have begun have ended and their callbacks have been called; waits where it may. */
  whenWritten(done: () => void): void {
    while (this.pendingWrites > 0) this.shared.asyncWrites.deliver(this, true);
    if (this.background) this.background.whenEnded(done);
    else done();
  }

  /** Whether an asynchronous write has begun; if not, the piece is to be written the usual way. */
  private beginDirect(request: PieceRequest, buffer: Uint8Array, written: PieceWritten): boolean {
    const { direct } = this.files;
    const { piece, length, position } = request;
    if (direct === null || length % DIRECT_UNIT !== 0) return false;
    if (!agreeOnWriteMode(direct.writeModes, piece, this.policy.next())) return false;
    this.allocate(request);
    const write = { owner: this, fd: direct.fd, buffer, length, position };
    const begun = this.shared.asyncWrites.begin(write, (complete, milliseconds) => {
      this.pendingWrites -= 1;
      if (complete) {
        this.policy.written(length, milliseconds);
        this.mark(request, false, written);
      } else {
        this.policy.disable();
        this.writeBuffered(request, buffer, written);
      }
    });
    if (begun) this.pendingWrites += 1;
    else this.policy.disable();
    return begun;
  }

  /** Takes the room of a whole extent on the disk, once: then direct writes to it need not wait for each other. */
  private allocate({ extent }: PieceRequest): void {
    if (this.allocated.has(extent.position)) return;
    this.allocated.add(extent.position);
    this.disk.allocate(this.files.file, extent.position, extent.length);
  }

  private writeBuffered(request: PieceRequest, buffer: Uint8Array, written: PieceWritten): void {
    const { background } = this;
    const bytes = buffer.subarray(0, request.length);
    const deadline = background ? this.clock.now() + MAX_HELD_UP_MS : Number.POSITIVE_INFINITY;
    let inTime = true;
    const failure = this.tryDisk(() => {
      inTime = this.fill(request, request.position, bytes, deadline);
    });
    // All of it once more: what was written is written with the same bytes.
    if (background && !inTime) background.begin(request, buffer, written);
    else {
      this.shared.buffers.release(buffer);
      if (failure !== null) return written(failure);
      this.mark(request, true, written);
    }
    if (this.clock.now() > deadline) background?.need();
  }

  /** Marks a piece that is in its place; `cached`: in the page cache, and perhaps not on the disk yet. */
  private mark(
    { hash, markPosition: mark, position, length }: PieceRequest,
    cached: boolean,
    written: PieceWritten,
  ): void {
    const { file, journal } = this.files;
    if (journal === null) return written(null);
    const failure = this.tryDisk(() => void this.buffered.write(journal, journalMark(hash), mark));
    written(failure);
    // A file that stays is synced at its end, and the disk would have nothing to do until then.
    if (cached && failure === null) this.disk.startWriteback(file, position, length);
  }

  /**
   * Writes bytes of the file through the page cache; of zeros it makes holes. False: see {@link BufferedWrites.write}. Throws
   * DiskError.
   */
  private fill(request: PieceRequest, position: number, bytes: Uint8Array, deadline?: number): boolean {
    const { file } = this.files;
    if (!makesHoles(request, this.files)) return this.buffered.write(file, bytes, position, deadline);
    for (const { start, end, zero } of splitZeroBlocks(bytes)) {
      if (zero && this.makeHole(request, position + start, end - start)) continue;
      if (!this.buffered.write(file, bytes.subarray(start, end), position + start, deadline)) return false;
    }
    return true;
  }

  /** Has zeros there without writing them; false when it could not. */
  private makeHole({ hole }: PieceRequest, position: number, length: number): boolean {
    const { file, direct } = this.files;
    // Where it is a hole, room may have been taken for it.
    const takesRoom = !hole || direct !== null;
    return (takesRoom && this.disk.punchHole(file, position, length)) || hole;
  }

  private tryDisk(work: () => void): Error | null {
    try {
      work();
      return null;
    } catch (error) {
      const failure = errorOf(error);
      this.failure ??= failure;
      return failure;
    }
  }
}
