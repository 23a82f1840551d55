import { beforeEach, expect, test } from "bun:test";
import { FileSyncer } from "../../../../src/secondary/scanning/file-syncer.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

let clock: FakeClock;
let calls: string[];
/** What every call fails with. */
let refusal: Error | null;
let syncer: FileSyncer;

beforeEach(() => {
  clock = new FakeClock();
  calls = [];
  refusal = null;
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
        return refusal === null;
      },
    },
  });
});

const changed = (secondsAgo: number) => ({ ctimeNs: BigInt(clock.wall() - secondsAgo * 1000) * 1_000_000n });

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

test("of many files at once the file systems are synced, once for each folder", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `${index % 2 === 0 ? "even" : "odd"}/${index}`);
  await Promise.all(names.map((name) => syncer.sync(name, changed(0))));
  expect(calls).toEqual(["file system of /share/even", "file system of /share/odd"]);
});

test("a disk that refuses keeps nothing from being shared", async () => {
  refusal = new Error("EIO");
  await syncer.sync("a", changed(0));
  expect(calls).toContain("sync /share/a");
});
