/** Hashes files off the main thread. */
export interface FileHasher {
  /**
   * The BLAKE3 hash of each piece of the first `size` bytes, 32 bytes each, and the id of that version. Rejects with
   * DiskError, or when the file is shorter than `size`.
   */
  hash(path: string, size: number): Promise<{ readonly hashes: Uint8Array; readonly id: string }>;
}
