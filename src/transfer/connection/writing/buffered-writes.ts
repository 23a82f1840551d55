import type { Clock } from "../../../platform/clock.ts";
import type { BlockingDisk } from "../../../platform/disk/disk.ts";

/**
 * Bytes written with one call while the disk is quick. For longer calls the page cache takes large blocks of memory. The
 * host of a virtual machine takes large free blocks back, and each costs a fault when it is used again: 2 GiB took 4.9 s
 * instead of 1.9 s. Where memory is at hand, the additional calls cost almost nothing.
 */
const QUICK_CALL_BYTES = 64 * 1024;
/** Milliseconds after which a call is slow: the next call writes twice as many bytes. */
const SLOW_CALL_MS = 20;

/** Writes to a disk with calls that are small while it is quick, and few while it is not. */
export class BufferedWrites {
  private callBytes = QUICK_CALL_BYTES;

  constructor(
    private readonly disk: Pick<BlockingDisk, "write">,
    private readonly clock: Clock,
  ) {}

  /** False where it was later than `deadline` after a call: then not all may be written. Throws DiskError. */
  write(fd: number, bytes: Uint8Array, position: number, deadline = Number.POSITIVE_INFINITY): boolean {
    for (let done = 0; done < bytes.length; ) {
      const slice = bytes.subarray(done, done + this.callBytes);
      const began = this.clock.now();
      this.disk.write(fd, slice, position + done);
      done += slice.length;
      const now = this.clock.now();
      this.callBytes = now - began > SLOW_CALL_MS ? 2 * this.callBytes : QUICK_CALL_BYTES;
      if (now > deadline) return false;
    }
    return true;
  }
}
