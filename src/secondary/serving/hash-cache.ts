import { LRUCache } from "lru-cache";

type HashLoad = () => Promise<Uint8Array | null>;

/** Stands for "there are none" while a load is under way: the cache drops a load without a value when it is full. */
const MISSING = new Uint8Array(0);

/** Piece hashes of the versions asked for last. A version's hashes never change, so nothing here goes stale. */
export class HashCache {
  private readonly cache: LRUCache<string, Uint8Array, HashLoad>;

  /** `limit`: versions kept; the hashes of one take at most 512 KiB. */
  constructor(limit: number) {
    this.cache = new LRUCache({
      max: limit,
      // A load that others push out of the cache still answers those who wait for it.
      ignoreFetchAbort: true,
      fetchMethod: async (_id, _stale, { context: load }) => (await load()) ?? MISSING,
    });
  }

  /**
   * The hashes of version `id`; null when there are none. What is not here is read by `load`, which is called before
   * this returns its promise, and once for all who ask while it runs.
   */
  async get(id: string, load: HashLoad): Promise<Uint8Array | null> {
    const hashes = await this.cache.fetch(id, { context: load });
    if (hashes !== MISSING) return hashes ?? null;
    this.cache.delete(id);
    return null;
  }
}
