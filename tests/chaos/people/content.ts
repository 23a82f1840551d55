import { HASH_BYTES, hash } from "../../../src/platform/hash.ts";
import { pieceCount, pieceLength, pieceSize, versionId } from "../../../src/protocol/versions/version.ts";
import type { SeededRandom } from "../../simulation/world/random.ts";

/** What a version is recognized by: its SHA-256, so that the program's own hashes are checked too. */
export type Digest = string;

export function digestOf(bytes: Uint8Array): Digest {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

/** The id that the program gives to a file of these bytes. */
export function programsId(bytes: Uint8Array): string {
  const { length } = bytes;
  const hashes = new Uint8Array(pieceCount(length) * HASH_BYTES);
  for (let piece = 0, at = 0; at < length; piece++, at += pieceSize(length)) {
    hashes.set(hash(bytes.subarray(at, at + pieceLength(length, piece))), piece * HASH_BYTES);
  }
  return versionId(length, hashes);
}

/** Bytes that no other call makes (xorshift32). */
export function makeBytes(random: SeededRandom, size: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = random.below(2 ** 32 - 1) + 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}
