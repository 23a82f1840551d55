import { beforeEach, expect, test } from "bun:test";
import { FileSyncer } from "../../../../src/secondary/scanning/file-syncer.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

let clock: FakeClock;
let calls: string[];
/** What every call fails with. */
let refusal: Error | null;
/** What the file system takes its time for. */
let working: Promise<void>;
let syncer: FileSyncer;

beforeEach(() => {
  clock = new FakeClock();
  calls = [];
  refusal = null;
  working = Promise.resolve();
  const paths: string[] = [];
  const call = async (text: string) => {
    calls.push(text);
    if (refusal) throw refusal;
  };
  syncer = new FileSyncer({
    clock,
    sharedFolder: { pathOf: (name) => `/share/${name}`, bounds: { folder: "/share", except: ".redes" } },
    disk: {
      open: async (path) => paths.push(path) - 1,
      sync: (fd) => call(`sync ${paths[fd]}`),
      close: (fd) => call(`close ${paths[fd]}`),
      syncFolder: (path) => call(`folder ${path}`),
    },
    batches: {
      syncfs: async (path) => {
        calls.push(`file system of ${path}`);
        await working;
        return refusal === null && !path.includes("gone");
      },
    },
  });
});

const changed = (secondsAgo: number, device = 1n) => {
  return { ctimeNs: BigInt(clock.wall() - secondsAgo * 1000) * 1_000_000n, device };
};

test("a file is synced with the folders above it", async () => {
  await syncer.sync("films/old/a", changed(2));
  expect(calls.slice(0, 2)).toEqual(["sync /share/films/old/a", "close /share/films/old/a"]);
  expect(calls.slice(2).sort()).toEqual(["folder /share/", "folder /share/films", "folder /share/films/old"]);
});

test("what was changed long ago is on the disk already", async () => {
  await syncer.sync("a", changed(601));
  expect(calls).toEqual([]);
  await syncer.sync("a", changed(599));
  expect(calls).toContain("sync /share/a");
});

test.each([
  [8, "sync"],
  [9, "file system"],
])("of %d files at once each is synced, or their file system: %s", async (count, how) => {
  const names = Array.from({ length: count }, (_, index) => `${index}`);
  await Promise.all(names.map((name) => syncer.sync(name, changed(0))));
  expect(calls.filter((call) => call.startsWith(how))).toHaveLength(how === "sync" ? count : 1);
});

test("of many files at once each file system is synced once, whatever their folders", async () => {
  const files = Array.from({ length: 20 }, (_, index) => [`${index % 5}/${index}`, index % 5 === 3 ? 2n : 1n] as const);
  await Promise.all(files.map(([name, device]) => syncer.sync(name, changed(0, device))));
  expect(calls).toEqual(["file system of /share/0", "file system of /share/3"]);
});

test("where a folder is gone, another one says which file system is meant", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `${index < 10 ? "gone" : "there"}/${index}`);
  await Promise.all(names.map((name) => syncer.sync(name, changed(0))));
  expect(calls).toEqual(["file system of /share/gone", "file system of /share/there"]);
});

test("a disk that refuses is asked once for each folder", async () => {
  refusal = new Error("EIO");
  const names = Array.from({ length: 20 }, (_, index) => `${index % 2}/${index}`);
  await Promise.all(names.map((name) => syncer.sync(name, changed(0))));
  expect(calls).toEqual(["file system of /share/0", "file system of /share/1"]);
});

test("what comes while the disk is at work is not counted as synced by that, and is synced together after it", async () => {
  const first = Promise.withResolvers<void>();
  working = first.promise;
  const names = Array.from({ length: 60 }, (_, index) => `${index}`);
  const done: string[] = [];
  const sync = (some: string[]) => some.map((name) => syncer.sync(name, changed(0)).then(() => done.push(name)));
  const early = sync(names.slice(0, 20));
  await Bun.sleep(0);
  const late = [...sync(names.slice(20, 40)), ...sync(names.slice(40))];
  await Bun.sleep(0);
  expect([calls.length, done]).toEqual([1, []]);
  const second = Promise.withResolvers<void>();
  working = second.promise;
  clock.advance(100);
  first.resolve();
  await Promise.all(early);
  clock.advance(99);
  await Bun.sleep(0);
  expect([calls.length, done.length]).toEqual([1, 20]);
  // As long as the disk was at work, more may come.
  clock.advance(1);
  await Bun.sleep(0);
  expect([calls.length, done.length]).toEqual([2, 20]);
  second.resolve();
  await Promise.all(late);
  expect(calls).toHaveLength(2);
});

test("a disk that refuses keeps nothing from being shared", async () => {
  refusal = new Error("EIO");
  await syncer.sync("a", changed(0));
  expect(calls).toContain("sync /share/a");
});

test("one that is stopped does not wait for more to come", async () => {
  const work = Promise.withResolvers<void>();
  working = work.promise;
  const files = Array.from({ length: 20 }, (_, index) => syncer.sync(`${index}`, changed(0)));
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  clock.advance(300);
  work.resolve();
  await Promise.all(files);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(clock.pending).toBe(1);
  syncer.stop();
  expect(clock.pending).toBe(0);
});
