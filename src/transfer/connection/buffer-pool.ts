import { DIRECT_UNIT } from "../../platform/disk/disk.ts";
import { alignedBytes } from "../../platform/memory.ts";
import { MIB } from "../../platform/units.ts";

/** Most bytes, and most buffers, that are kept for later. */
const KEPT = 16 * MIB;
const BUFFERS = 16;
const PASSING = MIB / 4;

/** The memory that pieces gather in, for all lanes of a thread: what each threw away would be garbage for a while. */
export class Buffers {
  /** The shortest first. */
  private spare: Uint8Array[] = [];
  private spareBytes = 0;
  private readonly passed = new Uint8Array(PASSING);

  /** At least so many bytes, with anything in them, fit to be written directly. */
  take(length: number): Uint8Array {
    const found = this.spare.findIndex((buffer) => buffer.length >= length);
    return (found < 0 ? null : this.remove(found)) ?? alignedBytes(length, DIRECT_UNIT);
  }

  /** Keeps it, in place of shorter ones if need be: what was short may now be long. */
  give(buffer: Uint8Array): void {
    this.spare.push(buffer);
    this.spare.sort((left, right) => left.length - right.length);
    this.spareBytes += buffer.length;
    while (this.spareBytes > KEPT || this.spare.length > BUFFERS) this.remove(0);
  }

  /** A place for some of `length` bytes that are not kept: the same for all of them. */
  passing(length: number): Uint8Array {
    return this.passed.subarray(0, length);
  }

  private remove(index: number): Uint8Array | undefined {
    const [buffer] = this.spare.splice(index, 1);
    this.spareBytes -= buffer?.length ?? 0;
    return buffer;
  }
}
