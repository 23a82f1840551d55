import { LRUCache } from "lru-cache";
import { createHasher } from "../platform/hash.ts";
import { MIB } from "../platform/units.ts";

/** Zeros hashed before others get their turn: about 10 ms. */
const TURN_BYTES = 32 * MIB;
/** What holes are read as, a part at a time. Nobody writes to it. */
export const ZEROS: Uint8Array = new Uint8Array(MIB);

/**
 * Hashes of zeros, by their length. Whole pieces have few lengths, powers of two; the last piece of a file has any. Those
 * who ask for the same at once wait for the same hashing.
 */
const hashes = new LRUCache<number, Uint8Array>({
  max: 32,
  // A hash that others push out of the cache still comes to those who wait for it.
  ignoreFetchAbort: true,
  fetchMethod: hashInTurns,
});

/** The hash of `length` zeros, for threads that have nothing else to do. Throws HashUnavailable. */
export function zeroHash(length: number): Uint8Array {
  const known = hashes.get(length);
  if (known) return known;
  const hashing = hashZeros(length);
  let step = hashing.next();
  while (!step.done) step = hashing.next();
  hashes.set(length, step.value);
  return step.value;
}

/** The same, with pauses in which others have their turn. Rejects with HashUnavailable. */
export async function zeroHashInTurns(length: number): Promise<Uint8Array> {
  return length <= TURN_BYTES ? zeroHash(length) : hashes.forceFetch(length);
}

async function hashInTurns(length: number): Promise<Uint8Array> {
  const hashing = hashZeros(length);
  let step = hashing.next();
  for (; !step.done; step = hashing.next()) await new Promise<void>((resolve) => setImmediate(resolve));
  return step.value;
}

/** Yields where others may have their turn. */
function* hashZeros(length: number): Generator<void, Uint8Array> {
  const hasher = createHasher();
  for (let done = 0; done < length; done += ZEROS.length) {
    hasher.update(ZEROS.subarray(0, length - done));
    if ((done + ZEROS.length) % TURN_BYTES === 0) yield;
  }
  return hasher.digest();
}
