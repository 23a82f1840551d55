import { createHasher } from "../platform/hash.ts";
import { MIB } from "../platform/units.ts";

/** Zeros hashed before others get their turn: about 10 ms. */
const TURN = 32 * MIB;
const ZEROS = new Uint8Array(MIB);
/** Most hashes that a thread remembers. */
const REMEMBERED = 32;

const known = new Map<number, Uint8Array>();

/** The hash of `length` zeros, for threads that have nothing else to do. Throws HashUnavailable. */
export function zeroHash(length: number): Uint8Array {
  let hash = known.get(length);
  if (hash) return hash;
  const hashing = zeroHashing(length);
  let step = hashing.next();
  while (!step.done) step = hashing.next();
  hash = step.value;
  for (const oldest of known.keys()) if (known.size >= REMEMBERED) known.delete(oldest);
  known.set(length, hash);
  return hash;
}

/** Hashes `length` zeros, with pauses in which others may have their turn. Throws HashUnavailable. */
export function* zeroHashing(length: number): Generator<void, Uint8Array> {
  const hasher = createHasher();
  for (let done = 0; done < length; done += ZEROS.length) {
    hasher.update(ZEROS.subarray(0, length - done));
    if ((done + ZEROS.length) % TURN === 0) yield;
  }
  return hasher.digest();
}
