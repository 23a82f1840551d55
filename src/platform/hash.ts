import type { Blake3Hasher } from "@napi-rs/blake-hash";
import { say } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import { asBuffer } from "./memory.ts";

/** Bytes in a BLAKE3 digest. */
export const HASH_BYTES = 32;

/** BLAKE3 over bytes that arrive in parts. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The 32-byte digest of all since the last digest; the hasher is empty again afterwards. */
  digest(): Uint8Array;
}

type Native = typeof import("@napi-rs/blake-hash");

let native: Native | undefined;
let unavailable: HashUnavailable | undefined;

/**
 * The native module is unpacked into TMPDIR when it is first used, so loading it can fail on a machine whose TMPDIR is
 * missing, full or mounted noexec. A second try gives an empty module and no error, so the first error is kept.
 */
function load(): Native {
  if (native) return native;
  if (unavailable) throw unavailable;
  try {
    native = require("@napi-rs/blake-hash") as Native;
    return native;
  } catch (cause) {
    unavailable = new HashUnavailable(cause);
    throw unavailable;
  }
}

export class HashUnavailable extends SentenceError {
  constructor(cause: unknown) {
    const folder = process.env.TMPDIR ?? "/tmp";
    super(
      say("cannot load BLAKE3 from the temporary folder {folder}: set TMPDIR to a folder that can hold programs", {
        folder,
      }),
      {
        cause,
      },
    );
  }
}

/** A fresh BLAKE3 hasher. Throws {@link HashUnavailable}. */
export function createHasher(): Hasher {
  const inner: Blake3Hasher = new (load().Blake3Hasher)();
  return {
    update(bytes) {
      inner.update(asBuffer(bytes));
    },
    digest() {
      const digest = inner.digestBuffer();
      inner.reset();
      return digest;
    },
  };
}

/** The 32-byte BLAKE3 digest of `bytes`. Throws {@link HashUnavailable}. */
export function hash(bytes: Uint8Array): Uint8Array {
  return load().blake3(asBuffer(bytes));
}

/** The same bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("hex");
}

/** Whether two digests are equal. */
export function bytesEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}

/** The 32-byte SHA-256 digest of `bytes`. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(HASH_BYTES);
  Bun.CryptoHasher.hash("sha256", bytes, digest);
  return digest;
}

/** A fresh hasher of another kind than BLAKE3, whose digests have 32 or 20 bytes. */
export function createShaHasher(algorithm: "sha256" | "sha1"): Hasher {
  // It is empty again after each digest.
  const inner = new Bun.CryptoHasher(algorithm);
  return {
    update(bytes) {
      inner.update(bytes);
    },
    digest: () => inner.digest(),
  };
}
