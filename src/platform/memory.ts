import { ptr } from "bun:ffi";

/** For whoever has none yet, or any more. */
export const NO_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** So many bytes of memory, all 0, which begin at an address that is a multiple of `unit`. */
export function alignedBytes(length: number, unit: number): Uint8Array {
  const bytes = new Uint8Array(length + unit);
  const start = (unit - (ptr(bytes) % unit)) % unit;
  return bytes.subarray(start, start + length);
}

/** Fewest bytes that are taken. */
const LEAST_ROOM_BYTES = 16 * 1024;

/** Memory to read into: as much as was ever needed at once, which is little where all files are small. */
export class ReadBuffer {
  private bytes: Uint8Array = NO_BYTES;

  /** `most`: bytes that there may be room for. */
  constructor(readonly most: number) {}

  /** Room for so many bytes, or for the most. What was in it last is there still, if that needed as much. */
  room(length: number): Uint8Array {
    const needed = Math.min(length, this.most);
    if (needed > this.bytes.length) {
      const ample = Math.max(needed, 2 * this.bytes.length, LEAST_ROOM_BYTES);
      this.bytes = new Uint8Array(Math.min(this.most, ample));
    }
    return this.bytes.subarray(0, needed);
  }
}
