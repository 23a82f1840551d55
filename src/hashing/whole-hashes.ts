import { createHasher, createShaHasher, type Hasher } from "../platform/hash.ts";
import { MIB } from "../platform/units.ts";
import { pieceCount } from "../protocol/versions/version.ts";
import type { HashSlice } from "./hasher-messages.ts";
import { ZEROS } from "./zero-hash.ts";

/** Files whose hashes are under way at once; with more, that of the oldest stays unknown. */
const MAX_WHOLE_HASHES = 256;
/**
 * Bytes of holes in one file that are hashed as zeros while somebody waits for the file: more would take longer than
 * all that is read.
 */
const MAX_HOLE_BYTES = 1024 * MIB;

/** Hashes of the bytes of a whole file. */
export interface WholeDigests {
  readonly blake3: Uint8Array | null;
  readonly sha256: Uint8Array | null;
}

const UNKNOWN: WholeDigests = { blake3: null, sha256: null };

/** The plain BLAKE3 of a whole file, and its SHA-256 where it is wanted, under way. */
export class WholeHash {
  /** The next piece. */
  next = 0;
  private hashers: { readonly blake3: Hasher; readonly sha256: Hasher | null } | null;
  private holes = 0;
  private readonly maxHoleBytes: number;

  constructor({ digests, background }: Pick<HashSlice, "digests" | "background">) {
    this.hashers = { blake3: createHasher(), sha256: digests.includes("sha-256") ? createShaHasher("sha256") : null };
    this.maxHoleBytes = background ? Number.POSITIVE_INFINITY : MAX_HOLE_BYTES;
  }

  update(bytes: Uint8Array): void {
    this.hashers?.blake3.update(bytes);
    this.hashers?.sha256?.update(bytes);
  }

  /** So many zeros. */
  updateZeros(bytes: number): void {
    this.holes += bytes;
    if (this.holes > this.maxHoleBytes) this.hashers = null;
    for (let left = bytes; this.hashers && left > 0; left -= ZEROS.length) {
      this.update(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
    }
  }

  /** Unknown when it had too many holes. */
  digest(): WholeDigests {
    const { hashers } = this;
    return hashers ? { blake3: hashers.blake3.digest(), sha256: hashers.sha256?.digest() ?? null } : UNKNOWN;
  }
}

/** The whole hashes that a hasher has under way, by the numbers of their files: slices of many files come in turn. */
export class WholeHashes {
  private readonly active = new Map<number, WholeHash>();

  /** That of the slice's file, which has come as far as the slice begins; null where there is none. */
  hashFor(slice: HashSlice): WholeHash | null {
    const { whole, from } = slice;
    if (whole === null) return null;
    if (from === 0) {
      const made = new WholeHash(slice);
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

  /** The slice was read. Gives the hashes if it was the last one. */
  finishSlice({ whole, size, from, count }: HashSlice): WholeDigests {
    const found = whole === null ? undefined : this.active.get(whole);
    if (whole === null || !found) return UNKNOWN;
    found.next = from + count;
    if (found.next < pieceCount(size)) return UNKNOWN;
    this.active.delete(whole);
    return found.digest();
  }

  /** Its file could not be read. */
  abort({ whole }: HashSlice): void {
    if (whole !== null) this.active.delete(whole);
  }
}
