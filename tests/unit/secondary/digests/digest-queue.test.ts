import { beforeEach, expect, test } from "bun:test";
import { DigestQueue } from "../../../../src/secondary/digests/digest-queue.ts";

let queue: DigestQueue;

beforeEach(() => {
  queue = new DigestQueue();
});

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
    queue.add({ id, size });
  expect([queue.count, queue.bytes]).toEqual([3, 321]);
  expect(queue.want({ id: "c", size: 300 })).toBe(300);
  expect(queue.want({ id: "d", size: 4000 })).toBe(4300);
  expect(queue.want({ id: "c", size: 300 })).toBe(300);
  expect([queue.count, queue.bytes]).toEqual([4, 4321]);
  queue.add({ id: "c", size: 300 });
  expect(queue.count).toBe(4);
  expect([take(), take(), take(), take(), take()]).toEqual(["c", "d", "a", "b", null]);
  expect([queue.count, queue.bytes]).toEqual([0, 0]);
});

test("the one that is being read counts with what is left of it", () => {
  queue.add({ id: "a", size: 100 });
  queue.add({ id: "b", size: 20 });
  expect(queue.next()).toEqual({ id: "a", size: 100 });
  queue.progressed(70);
  expect([queue.count, queue.bytes]).toEqual([2, 50]);
  expect(queue.want({ id: "a", size: 100 })).toBe(30);
  expect(queue.want({ id: "b", size: 20 })).toBe(50);
  queue.add({ id: "a", size: 100 });
  queue.finish();
  expect([queue.count, queue.bytes]).toEqual([1, 20]);
  expect(queue.next()).toEqual({ id: "b", size: 20 });
  expect(queue.bytes).toBe(20);
});

test("what needs none any more does not come", () => {
  queue.add({ id: "a", size: 100 });
  queue.want({ id: "b", size: 20 });
  for (const id of ["a", "b", "unknown"]) queue.remove(id);
  expect([queue.count, queue.bytes, queue.next()]).toEqual([0, 0, null]);
});
