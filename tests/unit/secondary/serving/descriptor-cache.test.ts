import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { DescriptorCache } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

let fixture: IndexFixture;
let opened: number[] = [];
let closed: number[] = [];
/** What opening a file fails with, instead of being done. */
let refusal: DiskError | null = null;

afterEach(async () => {
  await fixture.index.stop();
});

async function openCache(contents: Record<string, string>, limit?: number): Promise<DescriptorCache> {
  fixture = new IndexFixture();
  opened = [];
  closed = [];
  refusal = null;
  for (const [name, content] of Object.entries(contents)) fixture.write(name, content);
  await fixture.start();
  await fixture.agree();
  const disk = {
    ...systemDisk,
    open: async (...args: Parameters<typeof systemDisk.open>) => {
      if (refusal) throw refusal;
      const fd = await systemDisk.open(...args);
      opened.push(fd);
      return fd;
    },
    close: (fd: number) => {
      closed.push(fd);
      return systemDisk.close(fd);
    },
  };
  const { clock, index } = fixture;
  return new DescriptorCache({ disk, clock, index, ...(limit ? { limit } : {}) });
}

async function readAll(cache: DescriptorCache, content: string): Promise<string | null> {
  const file = await cache.acquire(idOf(content));
  if (!file) return null;
  const buffer = new Uint8Array(file.size);
  await systemDisk.read(file.fd, buffer, 0);
  file.release();
  return Buffer.from(buffer).toString();
}

test("a version is opened once for all who read it", async () => {
  const cache = await openCache({ a: "one" });
  const [first, second] = await Promise.all([cache.acquire(idOf("one")), cache.acquire(idOf("one"))]);
  expect(first?.fd).toBe(second?.fd ?? -1);
  expect(first?.size).toBe(3);
  first?.release();
  first?.release();
  expect(await readAll(cache, "one")).toBe("one");
  expect(opened).toHaveLength(1);
  expect(await cache.acquire(idOf("unknown"))).toBeNull();
  cache.close();
  expect(closed).toHaveLength(0);
  second?.release();
  expect(closed).toHaveLength(1);
});

test("a file that could not be read is opened anew for the next reader, and closed when the last one has released it", async () => {
  const cache = await openCache({ a: "one" });
  const [failed, other] = [await cache.acquire(idOf("one")), await cache.acquire(idOf("one"))];
  failed?.release(true);
  expect([opened.length, closed.length]).toEqual([1, 0]);
  expect(await readAll(cache, "one")).toBe("one");
  expect([opened.length, closed.length]).toEqual([2, 0]);
  other?.release();
  expect(closed).toEqual(opened.slice(0, 1));
  cache.close();
  expect(closed).toHaveLength(2);
});

test("a version replaced or deleted while it is open is served for a minute after its last use", async () => {
  const cache = await openCache({ a: "one", b: "uno" });
  await readAll(cache, "one");
  await readAll(cache, "uno");
  expect(await fixture.index.install([fixture.stage("a", "two")])).toEqual(["installed"]);
  fs.rmSync(fixture.path("b"));
  await fixture.untilHolds("b", null);
  expect(await fixture.index.hashes(idOf("one"))).toBeNull();
  expect(await cache.hashes(idOf("one"))).toHaveLength(32);
  expect(cache.canServe(idOf("uno"))).toBe(true);
  for (let minute = 0; minute < 3; minute += 0.75) {
    expect(await readAll(cache, "one")).toBe("one");
    fixture.clock.advance(45_000);
  }
  expect(await readAll(cache, "uno")).toBeNull();
  expect(await readAll(cache, "one")).toBe("one");
  fixture.clock.advance(120_000);
  expect(await readAll(cache, "one")).toBeNull();
  expect(cache.canServe(idOf("one"))).toBe(false);
  expect(await cache.hashes(idOf("one"))).toBeNull();
  expect(closed.sort()).toEqual(opened.sort());
});

test("a version without a name that is being read is not closed", async () => {
  const cache = await openCache({ a: "one" });
  const file = await cache.acquire(idOf("one"));
  await fixture.index.install([fixture.stage("a", "two")]);
  fixture.clock.advance(600_000);
  expect(closed).toHaveLength(0);
  expect(await readAll(cache, "one")).toBe("one");
  file?.release();
  fixture.clock.advance(600_000);
  expect(closed).toHaveLength(1);
});

test("a file edited in place is not served as what it was", async () => {
  const cache = await openCache({ a: "one", b: "uno" });
  await readAll(cache, "one");
  fs.appendFileSync(fixture.path("a"), " more");
  fs.writeFileSync(fixture.path("b"), "due");
  expect(await readAll(cache, "one")).toBeNull();
  expect(await readAll(cache, "uno")).toBeNull();
  expect(closed.sort()).toEqual(opened.sort());
  await fixture.untilHolds("a", "one more");
  expect(await readAll(cache, "one more")).toBe("one more");
});

test("a file that was put in the place of one with the same content is opened anew: the open one may be damaged", async () => {
  const cache = await openCache({ a: "one" });
  await readAll(cache, "one");
  const inode = () => [...fixture.index.placesOf(idOf("one"))].find(({ name }) => name === "a")?.fingerprint.inode;
  const before = inode();
  fixture.write("b", "one");
  fs.renameSync(fixture.path("b"), fixture.path("a"));
  await fixture.until("a is the other file", () => inode() !== before);
  expect(await readAll(cache, "one")).toBe("one");
  expect(opened).toHaveLength(2);
  expect(closed).toEqual(opened.slice(0, 1));
});

test("another name serves the version that one has lost", async () => {
  const cache = await openCache({ a: "same", b: "same" });
  await readAll(cache, "same");
  fs.appendFileSync(fixture.path("a"), " more");
  expect(await readAll(cache, "same")).toBe("same");
  fs.appendFileSync(fixture.path("b"), " more");
  expect(await readAll(cache, "same")).toBeNull();
});

test("at the bound the one unused for longest is closed, and those in use are waited for", async () => {
  const cache = await openCache({ a: "1", b: "2", c: "3", d: "4" }, 2);
  await readAll(cache, "1");
  await readAll(cache, "2");
  await readAll(cache, "1");
  await readAll(cache, "3");
  expect(closed).toEqual(opened.slice(1, 2));
  const [one, three] = [await cache.acquire(idOf("1")), await cache.acquire(idOf("3"))];
  let fourth = false;
  const waiting = readAll(cache, "4").then((content) => {
    fourth = true;
    return content;
  });
  const unknown = cache.acquire(idOf("unknown"));
  await systemDisk.stat("/");
  expect(fourth).toBe(false);
  one?.release();
  expect(await waiting).toBe("4");
  expect(await unknown).toBeNull();
  expect(opened.length - closed.length).toBeLessThanOrEqual(2);
  three?.release();
  cache.close();
});

test("that too much is open says nothing about a file", async () => {
  const cache = await openCache({ a: "one" });
  const looked: string[] = [];
  fixture.index.recheck = (name) => looked.push(name);
  refusal = new DiskError("limit", "a", "cannot open a: too many open files");
  expect(await cache.acquire(idOf("one")).catch((error: unknown) => error)).toBe(refusal);
  refusal = null;
  expect(await readAll(cache, "one")).toBe("one");
  expect(looked).toEqual([]);
});

test("that others wait for a descriptor can be seen", async () => {
  const cache = await openCache({ a: "1", b: "2" }, 1);
  const one = await cache.acquire(idOf("1"));
  expect([cache.hasWaiters]).toEqual([false]);
  const second = readAll(cache, "2");
  for (let waits = cache.hasWaiters; !waits; waits = cache.hasWaiters) await systemDisk.stat("/");
  one?.release();
  expect(await second).toBe("2");
  expect([cache.hasWaiters]).toEqual([false]);
});

test("a second cache does not keep the first from hearing of a version that loses its name", async () => {
  const cache = await openCache({ a: "one" });
  const second = new DescriptorCache({ disk: systemDisk, clock: fixture.clock, index: fixture.index });
  for (const one of [cache, second]) await readAll(one, "one");
  await fixture.index.install([fixture.stage("a", "two")]);
  expect(await cache.hashes(idOf("one"))).toHaveLength(32);
  expect(await second.hashes(idOf("one"))).toHaveLength(32);
  second.close();
});

test("what is invalid is given to no new reader, and closed once those who have it have released it", async () => {
  const cache = await openCache({ a: "one", b: "two" });
  const reader = await cache.acquire(idOf("one"));
  await readAll(cache, "two");
  cache.invalidate(idOf("one"));
  expect(closed).toEqual([]);
  expect(await readAll(cache, "one")).toBe("one");
  expect(opened).toHaveLength(3);
  reader?.release();
  expect(closed).toEqual(opened.slice(0, 1));
  cache.invalidateAll();
  expect([...closed].sort()).toEqual([...opened].sort());
});

test("versions that are asked for at once never have more descriptors than the bound", async () => {
  const cache = await openCache({ a: "1", b: "2", c: "3" }, 2);
  let most = 0;
  const watched = async (content: string) => {
    const file = await cache.acquire(idOf(content));
    most = Math.max(most, opened.length - closed.length);
    file?.release();
  };
  await Promise.all(["1", "2", "3"].map(watched));
  expect(opened).toHaveLength(3);
  expect(most).toBe(2);
});

test("nobody waits for a version that loses its name, or for a cache that is closed", async () => {
  const cache = await openCache({ a: "1", b: "2", c: "3" }, 1);
  const one = await cache.acquire(idOf("1"));
  const second = cache.acquire(idOf("2"));
  const third = cache.acquire(idOf("3"));
  fs.rmSync(fixture.path("b"));
  await fixture.untilHolds("b", null);
  cache.close();
  expect([await second, await third]).toEqual([null, null]);
  expect(opened).toHaveLength(1);
  one?.release();
  expect(closed).toHaveLength(1);
});
