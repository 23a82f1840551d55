import type { Clock } from "../../../platform/clock.ts";
import type { BlockingDisk, WriteQueue } from "../../../platform/disk/disk.ts";
import { MIB } from "../../../platform/units.ts";

/** Bytes that may be on their way to the disk, where one write alone is not more. */
const MOST = 4 * MIB;
/** Milliseconds between looks at what has been written. */
const LOOK = 1;

/** The direct writes of all connections of a thread, which receives and verifies while they go on. */
export class AsyncWrites {
  private queue: WriteQueue | null | undefined;
  private bytes = 0;
  private looking = false;

  constructor(
    private readonly disk: Pick<BlockingDisk, "writeQueue">,
    private readonly clock: Clock,
  ) {}

  /** Waits until `length` more bytes are not too much. Meanwhile others may be told of their writes. */
  makeRoom(length: number): void {
    this.queue?.reap(false);
    while (this.queue && this.queue.pending > 0 && this.bytes + length > MOST) this.queue.reap(true);
  }

  /**
   * Begins to write what there is room for; says whether it could. `done` is told, later, whether all is written, and how
   * many milliseconds that took for each write under way at its beginning.
   */
  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean, took: number) => void): boolean {
    if (this.queue === undefined) this.queue = this.disk.writeQueue();
    const { queue, clock } = this;
    if (!queue) return false;
    const began = clock.now();
    const among = queue.pending + 1;
    const begun = queue.begin(fd, bytes, position, (written) => {
      this.bytes -= bytes.length;
      done(written, (clock.now() - began) / among);
    });
    if (!begun) return false;
    this.bytes += bytes.length;
    this.look();
    return true;
  }

  /** Waits until nothing is under way. */
  drain(): void {
    while (this.queue && this.queue.pending > 0) this.queue.reap(true);
  }

  private look(): void {
    if (this.looking || !this.queue?.pending) return;
    this.looking = true;
    this.clock.after(LOOK, () => {
      this.looking = false;
      this.queue?.reap(false);
      this.look();
    });
  }
}
