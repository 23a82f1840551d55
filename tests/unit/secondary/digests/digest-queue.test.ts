import { beforeEach, expect, test } from "bun:test";
import { DigestQueue, type QueuedVersion } from "../../../../src/secondary/digests/digest-queue.ts";

let queue: DigestQueue;

beforeEach(() => {
  queue = new DigestQueue();
});

function plain(id: string, size: number): QueuedVersion {
  return { id, size, torrent: false };
}

function torrent(id: string, size: number): QueuedVersion {
  return { id, size, torrent: true };
}

function take(): string | null {
  const next = queue.next();
  queue.finish();
  return next?.id ?? null;
}

test("versions come in their order, each once, and those that somebody waits for before all others", () => {
  for (const [id, size] of [
    ["a", 1],
    ["b", 20],
    ["c", 300],
    ["a", 1],
  ] as const)
    queue.add(plain(id, size));
  expect([queue.count, queue.bytes]).toEqual([3, 321]);
  expect(queue.want(plain("c", 300))).toBe(300);
  expect(queue.want(plain("d", 4000))).toBe(4300);
  expect(queue.want(plain("c", 300))).toBe(300);
  expect([queue.count, queue.bytes]).toEqual([4, 4321]);
  queue.add(plain("c", 300));
  expect(queue.count).toBe(4);
  expect([take(), take(), take(), take(), take()]).toEqual(["c", "d", "a", "b", null]);
  expect([queue.count, queue.bytes]).toEqual([0, 0]);
});

test("the one that is being read counts with what is left of it", () => {
  queue.add(plain("a", 100));
  queue.add(plain("b", 20));
  expect(queue.next()).toEqual(plain("a", 100));
  queue.progressed(70);
  expect([queue.count, queue.bytes]).toEqual([2, 50]);
  expect(queue.want(plain("a", 100))).toBe(30);
  expect(queue.want(plain("b", 20))).toBe(50);
  queue.add(plain("a", 100));
  queue.finish();
  expect([queue.count, queue.bytes]).toEqual([1, 20]);
  expect(queue.next()).toEqual(plain("b", 20));
  expect(queue.bytes).toBe(20);
});

test("what torrents need of a version is made together with the rest, or after what is made already", () => {
  queue.add(plain("a", 100));
  expect(queue.want(torrent("a", 100))).toBe(100);
  // Once it is wanted, nobody who wants less takes that back.
  expect(queue.want(plain("a", 100))).toBe(100);
  queue.add(plain("a", 100));
  expect([queue.count, queue.bytes]).toEqual([1, 100]);
  expect(queue.next()).toEqual(torrent("a", 100));
  for (const again of [plain, torrent]) expect(queue.want(again("a", 100))).toBe(100);
  queue.finish();
  expect(queue.count).toBe(0);
  queue.add(plain("b", 20));
  queue.next();
  queue.progressed(15);
  expect(queue.want(torrent("b", 20))).toBe(25);
  queue.finish();
  expect(queue.next()).toEqual(torrent("b", 20));
});

test("so many versions can be waited for, and what is queued for another reason stays so", () => {
  for (let id = 1; id <= 64; id++) expect(queue.want(torrent(String(id), 1))).toBe(id);
  queue.add(plain("one more", 5));
  expect(queue.want(torrent("one more", 5))).toBeNull();
  expect(queue.want(torrent("64", 1))).toBe(64);
  expect([queue.count, queue.bytes]).toEqual([65, 69]);
  take();
  expect(queue.want(torrent("one more", 5))).toBe(68);
});
