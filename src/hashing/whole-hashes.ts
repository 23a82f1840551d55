import { createHasher, type Hasher } from "../platform/hash.ts";
import { MIB } from "../platform/units.ts";
import { pieceCount } from "../protocol/versions/version.ts";
import type { HashSlice } from "./hasher-messages.ts";

/** Files whose hashes are under way at once; with more, that of the oldest stays unknown. */
const MAX_WHOLE_HASHES = 256;
/** Bytes of holes in one file that are hashed as zeros: more would take longer than all that is read. */
const MAX_HOLE_BYTES = 1024 * MIB;

const ZEROS = new Uint8Array(MIB);

/** The plain BLAKE3 of a whole file, under way. */
export class WholeHash {
  /** The next piece. */
  next = 0;
  private hasher: Hasher | null = createHasher();
  private holes = 0;

  update(bytes: Uint8Array): void {
    this.hasher?.update(bytes);
  }

  /** So many zeros. */
  updateZeros(bytes: number): void {
    this.holes += bytes;
    if (this.holes > MAX_HOLE_BYTES) this.hasher = null;
    for (let left = bytes; this.hasher && left > 0; left -= ZEROS.length) {
      this.hasher.update(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
    }
  }

  /** Null when it had too many holes. */
  digest(): Uint8Array | null {
    return this.hasher?.digest() ?? null;
  }
}

/** The whole hashes that a hasher has under way, by the numbers of their files: slices of many files come in turn. */
export class WholeHashes {
  private readonly active = new Map<number, WholeHash>();

  /** That of the slice's file, which has come as far as the slice begins; null where there is none. */
  hashFor({ whole, from }: HashSlice): WholeHash | null {
    if (whole === null) return null;
    if (from === 0) {
      const made = new WholeHash();
      this.active.set(whole, made);
      const [oldest] = this.active.keys();
      if (this.active.size > MAX_WHOLE_HASHES && oldest !== undefined) this.active.delete(oldest);
      return made;
    }
    const found = this.active.get(whole);
    if (found?.next === from) return found;
    this.active.delete(whole);
    return null;
  }

  /** The slice was read. Gives the hash if it was the last one. */
  finishSlice({ whole, size, from, count }: HashSlice): Uint8Array | null {
    const found = whole === null ? undefined : this.active.get(whole);
    if (whole === null || !found) return null;
    found.next = from + count;
    if (found.next < pieceCount(size)) return null;
    this.active.delete(whole);
    return found.digest();
  }

  /** Its file could not be read. */
  abort({ whole }: HashSlice): void {
    if (whole !== null) this.active.delete(whole);
  }
}
