import { DIRECT_UNIT } from "../../platform/disk/disk.ts";
import { alignedBytes } from "../../platform/memory.ts";
import { MIB } from "../../platform/units.ts";

/** Most bytes, and most buffers, that are kept for later: as many as are filled and written at the same time. */
const MAX_SPARE_BYTES = 16 * MIB;
const MAX_SPARE_BUFFERS = 16;

/**
 * The memory that pieces gather in, for all connections of a thread. Without it each piece would leave its memory to the
 * garbage collector, which gives it back much later.
 */
export class BufferPool {
  /** The shortest first. */
  private spare: Uint8Array[] = [];
  private spareBytes = 0;

  /** A buffer of at least `length` bytes, not cleared, aligned for direct writes. */
  acquire(length: number): Uint8Array {
    const found = this.spare.findIndex((buffer) => buffer.length >= length);
    return (found < 0 ? null : this.remove(found)) ?? alignedBytes(length, DIRECT_UNIT);
  }

  /** Makes a buffer available again. The shortest spare ones are dropped first: later pieces may be longer. */
  release(buffer: Uint8Array): void {
    this.spare.push(buffer);
    this.spare.sort((left, right) => left.length - right.length);
    this.spareBytes += buffer.length;
    while (this.spareBytes > MAX_SPARE_BYTES || this.spare.length > MAX_SPARE_BUFFERS) this.remove(0);
  }

  private remove(index: number): Uint8Array | undefined {
    const [buffer] = this.spare.splice(index, 1);
    this.spareBytes -= buffer?.length ?? 0;
    return buffer;
  }
}
