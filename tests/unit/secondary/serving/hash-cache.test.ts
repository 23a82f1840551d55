import { describe, expect, test } from "bun:test";
import { HashCache } from "../../../../src/secondary/serving/hash-cache.ts";

const LIMIT = 4;

/** A store of hashes that counts how often each version is read, and answers when it is told to. */
class SlowStore {
  readonly reads: string[] = [];
  private readonly answers = new Map<string, (hashes: Uint8Array | null) => void>();

  readonly load = (id: string) => () => {
    this.reads.push(id);
    return new Promise<Uint8Array | null>((resolve) => this.answers.set(id, resolve));
  };

  answer(id: string, hashes: Uint8Array | null): void {
    this.answers.get(id)?.(hashes);
  }
}

const hashesOf = (id: string) => new TextEncoder().encode(id);

/** A cache in which version "a" is. */
async function cacheWithA(store: SlowStore) {
  const cache = new HashCache(LIMIT);
  const got = cache.get("a", store.load("a"));
  store.answer("a", hashesOf("a"));
  await got;
  return cache;
}

/** Asks for the versions `ids` one after the other. */
async function read(cache: HashCache, store: SlowStore, ...ids: string[]) {
  for (const id of ids) {
    const got = cache.get(id, store.load(id));
    store.answer(id, hashesOf(id));
    expect(await got).toEqual(hashesOf(id));
  }
}

describe("the cache of piece hashes", () => {
  test("reads a version before the call returns, while its file still has its name", () => {
    const store = new SlowStore();
    void new HashCache(LIMIT).get("a", store.load("a"));
    expect(store.reads).toEqual(["a"]);
  });

  test("reads a version once for two who ask at the same time", async () => {
    const store = new SlowStore();
    const cache = new HashCache(LIMIT);
    const both = [cache.get("a", store.load("a")), cache.get("a", store.load("a"))];
    store.answer("a", hashesOf("a"));
    expect(await Promise.all(both)).toEqual([hashesOf("a"), hashesOf("a")]);
    expect(store.reads).toEqual(["a"]);
  });

  test("keeps the versions asked for last", async () => {
    const store = new SlowStore();
    const cache = await cacheWithA(store);
    await read(cache, store, "b", "c", "d", "a", "e", "a", "b");
    // "a" was asked for again before "e" came, so "b" was the oldest then.
    expect(store.reads).toEqual(["a", "b", "c", "d", "e", "b"]);
  });

  test("asks again for a version that had no hashes, and for one that could not be read", async () => {
    const cache = new HashCache(LIMIT);
    expect(await cache.get("a", async () => null)).toBeNull();
    await expect(
      cache.get("a", async () => {
        throw new Error("the store is away");
      }),
    ).rejects.toThrow("the store is away");
    expect(await cache.get("a", async () => hashesOf("a"))).toEqual(hashesOf("a"));
  });

  test("answers more loads at once than it keeps, those without hashes too", async () => {
    const store = new SlowStore();
    const cache = new HashCache(LIMIT);
    const ids = Array.from({ length: 3 * LIMIT }, (_, index) => `version ${index}`);
    const answers = ids.map((id) => cache.get(id, store.load(id)));
    for (const [index, id] of ids.entries()) store.answer(id, index % 2 === 0 ? null : hashesOf(id));
    expect(await Promise.all(answers)).toEqual(ids.map((id, index) => (index % 2 === 0 ? null : hashesOf(id))));
  });
});
