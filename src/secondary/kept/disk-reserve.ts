/** This part of a disk stays free, as far as kept files can see to it. */
const RESERVED_FRACTION = 1 / 20;

/**
 * How many bytes of kept files are too many: a twentieth of the disk stays free, or half of what everything else on it
 * leaves, whichever is less. So a disk that is nearly full keeps something too, and none is ever filled.
 */
export function bytesToFree(disk: { readonly capacity: number; readonly free: number }, kept: number): number {
  const reserve = Math.min(disk.capacity * RESERVED_FRACTION, (disk.free + kept) / 2);
  return Math.min(kept, Math.max(0, Math.ceil(reserve - disk.free)));
}
