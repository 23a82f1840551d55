/** Piece hashes of the versions asked for last. A version's hashes never change, so nothing here goes stale. */
export class HashCache {
  readonly #limit: number;
  readonly #hashes = new Map<string, Uint8Array>();

  /** `limit`: versions kept; the hashes of one take at most 512 KiB. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The hashes of version `id`, from `load` when they are not here. */
  get(id: string, load: () => Uint8Array | null): Uint8Array | null {
    const hashes = this.#hashes.get(id) ?? load();
    if (!hashes) return null;
    // A Map keeps the order of insertion: putting it in again makes it the youngest.
    this.#hashes.delete(id);
    this.#hashes.set(id, hashes);
    if (this.#hashes.size > this.#limit) {
      for (const oldest of this.#hashes.keys()) {
        this.#hashes.delete(oldest);
        break;
      }
    }
    return hashes;
  }
}
