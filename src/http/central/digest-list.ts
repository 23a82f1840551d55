const SHA256_BYTES = 32;

/** The digests of a list of SHA-256 digests that are one after the other. */
export function splitSha256(list: Uint8Array): Uint8Array[] {
  return Array.from({ length: list.length / SHA256_BYTES }, (_, index) =>
    list.subarray(index * SHA256_BYTES, (index + 1) * SHA256_BYTES),
  );
}
