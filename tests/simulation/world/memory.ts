/** Bytes of memory that are taken at once, and given to many pieces of content. */
const SLAB_BYTES = 8 * 1024 * 1024;
/** Of a copy that is worth a place in a slab: the engine makes smaller ones as fast. */
const LEAST_BYTES = 2048;

/** Slabs that no run uses: the next one takes them, instead of memory that the system has to find and to clear. */
const idle: Uint8Array[] = [];

/** The slabs of a run, and how many bytes of the last one are given away. */
interface Region {
  readonly slabs: Uint8Array[];
  used: number;
}

let region: Region | null = null;

/**
 * Does a run, all of whose large pieces of memory are taken back at its end: nothing of them may be used then. What is
 * copied outside of a run has memory of its own.
 */
export function withMemory<T>(run: () => T): T {
  const outer = region;
  const own: Region = { slabs: [], used: SLAB_BYTES };
  region = own;
  try {
    return run();
  } finally {
    region = outer;
    idle.push(...own.slabs);
  }
}

/** So many bytes, with anything in them. */
export function takeBytes(length: number): Uint8Array {
  if (region === null || length < LEAST_BYTES || length > SLAB_BYTES) return new Uint8Array(length);
  if (region.used + length > SLAB_BYTES) {
    region.slabs.push(idle.pop() ?? new Uint8Array(new ArrayBuffer(SLAB_BYTES)));
    region.used = 0;
  }
  const start = region.used;
  region.used += length;
  return (region.slabs.at(-1) as Uint8Array).subarray(start, start + length);
}

/** A copy of bytes. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  if (region === null || bytes.length < LEAST_BYTES) return new Uint8Array(bytes);
  const copy = takeBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
