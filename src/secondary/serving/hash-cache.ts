/** Piece hashes of the versions asked for last. A version's hashes never change, so nothing here goes stale. */
export class HashCache {
  private readonly limit: number;
  private readonly hashes = new Map<string, Uint8Array>();

  /** `limit`: versions kept; the hashes of one take at most 512 KiB. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** The hashes of version `id`, from `load` when they are not here. `load` is called at once. */
  async get(id: string, load: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
    const hashes = this.hashes.get(id) ?? (await load());
    if (hashes) this.keep(id, hashes);
    return hashes;
  }

  private keep(id: string, hashes: Uint8Array): void {
    // A Map keeps the order of insertion: putting it in again makes it the youngest.
    this.hashes.delete(id);
    this.hashes.set(id, hashes);
    if (this.hashes.size > this.limit) {
      for (const oldest of this.hashes.keys()) {
        this.hashes.delete(oldest);
        break;
      }
    }
  }
}
