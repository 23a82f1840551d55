import { beforeEach, expect, test } from "bun:test";
import { FileChanged, type HashedFile, type HashProgress } from "../../../../../src/hashing/hashing.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { FileHasher } from "../../../../../src/secondary/scanning/reading/file-hasher.ts";
import { ReadingProgress } from "../../../../../src/secondary/scanning/reading/reading-progress.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

const HASHED = { id: "1a2b" } as HashedFile;
const MIB = 1024 * 1024;
const BOUNDS = { folder: "/", except: ".redes" };

let clock: FakeClock;
let logged: unknown[];
let hasher: FileHasher;
/** Tells of bytes that were hashed: the path, how many so far, and the size. */
let progress: HashProgress;
/** What ends each file that is being hashed. */
let ends: Map<string, PromiseWithResolvers<HashedFile>>;

beforeEach(() => {
  clock = new FakeClock();
  logged = [];
  ends = new Map();
  hasher = new FileHasher({
    hashScope: "whole",
    hashing: {
      hash(path) {
        const end = Promise.withResolvers<HashedFile>();
        ends.set(path, end);
        return end.promise;
      },
      onProgress(listener) {
        progress = listener;
      },
    },
    progress: new ReadingProgress({ clock, log: { info: (_event, message) => void logged.push(message) } }),
  });
  hasher.start();
});

async function begin(path: string, size: number): Promise<{ result: Promise<HashedFile | null> }> {
  const result = hasher.hash(path, size, BOUNDS, () => true);
  await Bun.sleep(0);
  return { result };
}

test("what is still to be read is logged when it takes long, and then at most every five seconds", async () => {
  await begin("/a", 30 * MIB);
  await begin("/b", 10 * MIB);
  clock.advance(4999);
  progress("/a", MIB, 30 * MIB);
  expect(logged).toEqual([]);
  clock.advance(1);
  progress("/a", 10 * MIB, 30 * MIB);
  expect(logged).toEqual(["reading 2 new files: 30.0 MiB to go"]);
  clock.advance(4999);
  progress("/a", 30 * MIB, 30 * MIB);
  expect(logged).toHaveLength(1);
  ends.get("/a")?.resolve(HASHED);
  await Bun.sleep(0);
  clock.advance(1);
  progress("/b", 4 * MIB, 10 * MIB);
  expect(logged.slice(1)).toEqual(["reading 1 new file: 6.0 MiB to go"]);
});

test("the five seconds begin anew when nothing was being read, and files of others do not count", async () => {
  const { result } = await begin("/a", MIB);
  ends.get("/a")?.resolve(HASHED);
  expect(await result).toBe(HASHED);
  clock.advance(60_000);
  progress("/other", 1, MIB);
  await begin("/b", 2 * MIB);
  progress("/b", MIB, 2 * MIB);
  expect(logged).toEqual([]);
  clock.advance(5000);
  progress("/other", 1, MIB);
  expect(logged).toEqual([]);
  progress("/b", MIB, 2 * MIB);
  expect(logged).toEqual(["reading 1 new file: 1.0 MiB to go"]);
});

test("a file that changes or goes meanwhile has no hash, and every other failure is thrown", async () => {
  const failures: [Error, Error | null][] = [
    [new FileChanged("/f"), null],
    [new DiskError("missing", "/f", "gone"), null],
    [new DiskError("denied", "/f", "not allowed"), new DiskError("denied", "/f", "not allowed")],
    [new Error("the hasher died"), new Error("the hasher died")],
  ];
  for (const [failure, expected] of failures) {
    const { result } = await begin("/f", MIB);
    ends.get("/f")?.reject(failure);
    expect(await result.catch((error: unknown) => error)).toEqual(expected);
  }
});

test("what is not wanted any more when its turn comes is not read", async () => {
  expect(await hasher.hash("/a", MIB, BOUNDS, () => false)).toBeNull();
  expect(ends.size).toBe(0);
});

test("a file that is begun anew before its earlier reading has ended is not counted wrong", async () => {
  await begin("/a", 2 * MIB);
  const earlier = ends.get("/a");
  await begin("/a", 4 * MIB);
  earlier?.resolve(HASHED);
  await Bun.sleep(0);
  clock.advance(5000);
  progress("/a", MIB, 4 * MIB);
  expect(logged).toEqual(["reading 1 new file: 3.0 MiB to go"]);
  ends.get("/a")?.resolve(HASHED);
  await begin("/b", MIB);
  clock.advance(5000);
  progress("/b", 0, MIB);
  expect(logged.slice(1)).toEqual(["reading 1 new file: 1.0 MiB to go"]);
});
