import { ptr } from "bun:ffi";

/** So many bytes of memory, all 0, which begin at an address that is a multiple of `unit`. */
export function alignedBytes(length: number, unit: number): Uint8Array {
  const bytes = new Uint8Array(length + unit);
  const start = (unit - (ptr(bytes) % unit)) % unit;
  return bytes.subarray(start, start + length);
}
