import type { Clock } from "../../../platform/clock.ts";
import type { BlockingDisk, WriteQueue } from "../../../platform/disk/disk.ts";
import { MIB } from "../../../platform/units.ts";
import type { BufferPool } from "../buffer-pool.ts";

/** Bytes that may be on their way to the disk at once; a single longer write is under way alone. */
const MAX_PENDING_BYTES = 4 * MIB;
/** Milliseconds between two checks for writes that have ended: their pieces count this much later. */
const POLL_INTERVAL_MS = 1;

/** Whether all of a write is on the disk, and how many milliseconds it took for each write under way at its beginning. */
export type WriteEnded = (written: boolean, milliseconds: number) => void;

export interface AsyncWrite {
  /** Whose write it is; see {@link AsyncWrites.deliver}. */
  readonly owner: object;
  readonly fd: number;
  /** Its first `length` bytes are written. */
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly position: number;
}

interface EndedWrite {
  readonly owner: object;
  readonly written: boolean;
  readonly milliseconds: number;
  readonly ended: WriteEnded;
}

/**
 * The asynchronous writes of all connections of a thread, which receives and verifies while they go on. The callback of a
 * write is called from the event loop, or while its own owner asks for it; never while another owner waits.
 */
export class AsyncWrites {
  /** Undefined until it is first needed; null where the system has none. */
  private queue: WriteQueue | null | undefined;
  private pendingBytes = 0;
  /** Writes that have ended and whose owners do not know it yet, in that order. */
  private readonly ended: EndedWrite[] = [];
  private pollScheduled = false;

  constructor(
    private readonly disk: Pick<BlockingDisk, "writeQueue">,
    private readonly clock: Clock,
    private readonly buffers: Pick<BufferPool, "release">,
  ) {}

  /**
   * Begins to write, once there is room among the bytes under way; false when it cannot. The buffer is released as soon as
   * it is written, before its owner knows; where it could not be written it is the owner's again.
   */
  begin({ owner, fd, buffer, length, position }: AsyncWrite, ended: WriteEnded): boolean {
    if (this.queue === undefined) this.queue = this.disk.writeQueue();
    const { queue, clock } = this;
    if (!queue) return false;
    while (queue.pending > 0 && this.pendingBytes + length > MAX_PENDING_BYTES) queue.reap(true);
    const began = clock.now();
    const underWay = queue.pending + 1;
    const begun = queue.begin(fd, buffer.subarray(0, length), position, (written) => {
      this.pendingBytes -= length;
      if (written) this.buffers.release(buffer);
      this.ended.push({ owner, written, milliseconds: (clock.now() - began) / underWay, ended });
    });
    if (!begun) return false;
    this.pendingBytes += length;
    this.schedulePoll();
    return true;
  }

  /** Calls the callbacks of this owner's writes that have ended; `wait`: waits first until there is such a one. */
  deliver(owner: object, wait: boolean): void {
    this.queue?.reap(false);
    while (wait && this.queue && this.queue.pending > 0 && !this.ended.some((write) => write.owner === owner)) {
      this.queue.reap(true);
    }
    this.callEnded((write) => write.owner === owner);
  }

  private schedulePoll(): void {
    if (this.pollScheduled) return;
    this.pollScheduled = true;
    this.clock.after(POLL_INTERVAL_MS, () => {
      this.pollScheduled = false;
      this.queue?.reap(false);
      this.callEnded(() => true);
      if (this.queue?.pending) this.schedulePoll();
    });
  }

  /** One at a time: a callback may begin a write, or ask for others that have ended. */
  private callEnded(isWanted: (write: EndedWrite) => boolean): void {
    for (let next = this.dequeueEnded(isWanted); next; next = this.dequeueEnded(isWanted)) {
      next.ended(next.written, next.milliseconds);
    }
  }

  private dequeueEnded(isWanted: (write: EndedWrite) => boolean): EndedWrite | undefined {
    const index = this.ended.findIndex(isWanted);
    return index < 0 ? undefined : this.ended.splice(index, 1)[0];
  }
}
