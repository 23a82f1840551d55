import { createHash, hash } from "node:crypto";
import type { Hasher } from "./hash.ts";

/** The 32-byte SHA-256 digest of `bytes`. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}

/** A fresh hasher of another kind than BLAKE3, whose digests have 32 or 20 bytes. */
export function createShaHasher(algorithm: "sha256" | "sha1"): Hasher {
  let inner = createHash(algorithm);
  return {
    update(bytes) {
      inner.update(bytes);
    },
    digest() {
      const digest = inner.digest();
      inner = createHash(algorithm);
      return digest;
    },
  };
}
