import { expect, test } from "bun:test";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { ordersOf } from "../../../../src/secondary/replication/copy-order.ts";
import { CopyQueue } from "../../../../src/secondary/replication/copy-queue.ts";
import { id } from "../../central/fixtures.ts";

const LARGE = 3 * 1024 * 1024;

function fetch(files: [name: string, version: string, size: number, at: number[]][]): Messages["fetch"] {
  return {
    type: "fetch",
    sources: [1, 2, 3].map((number) => ({ number, host: "h", port: number, partial: false })),
    files: files.map(([name, version, size, at]) => {
      return { name, id: id(version), size, vector: "", edits: "", modified: 0, blake3: null, sha256: null, at };
    }),
  };
}

/** Adds the orders of a message; returns those that the queue does not take. */
function enqueueAll(queue: CopyQueue, message: Messages["fetch"]) {
  return [...ordersOf(message)].filter((order) => !queue.enqueue(order));
}

const idle = { runningBatches: () => 0, isBackedOff: () => false, allowsBackedOff: true };

test("large files come one after the other, none whose version is being copied", () => {
  const queue = new CopyQueue();
  enqueueAll(
    queue,
    fetch([
      ["a", "1", LARGE, [1]],
      ["b", "1", LARGE, [1]],
      ["c", "2", LARGE, [1, 9]],
    ]),
  );
  expect(queue.size).toBe(3);
  expect(queue.nextLarge(() => false)?.name).toBe("a");
  const next = queue.nextLarge((version) => version === id("1"));
  expect(next?.name).toBe("c");
  expect(next?.sources.map(({ number }) => number)).toEqual([1]);
  expect(queue.nextLarge((version) => version === id("1"))).toBeNull();
  expect(queue.size).toBe(1);
});

test("it knows which large versions are waiting", () => {
  const queue = new CopyQueue();
  enqueueAll(queue, fetch([["a", "1", LARGE, [1]]]));
  expect([queue.hasLarge(id("1")), queue.hasLarge(id("2"))]).toEqual([true, false]);
  queue.nextLarge(() => false);
  expect(queue.hasLarge(id("1"))).toBe(false);
});

test("a later order of a name replaces the earlier one, whatever its size", () => {
  const queue = new CopyQueue();
  enqueueAll(
    queue,
    fetch([
      ["a", "1", LARGE, [1]],
      ["b", "1", 5, [1]],
    ]),
  );
  enqueueAll(
    queue,
    fetch([
      ["a", "2", 5, [2]],
      ["b", "2", LARGE, [2]],
    ]),
  );
  expect(queue.size).toBe(2);
  expect(queue.nextBatch(idle)?.orders.map(({ name, id: version }) => [name, version])).toEqual([["a", id("2")]]);
  queue.remove("b");
  queue.remove("b");
  expect(queue.nextLarge(() => false)).toBeNull();
  expect(queue.size).toBe(0);
});

test("a batch is of one source, the one with the least to do", () => {
  const queue = new CopyQueue();
  enqueueAll(
    queue,
    fetch([
      ["a", "1", 5, [1, 2]],
      ["b", "2", 0, [1]],
      ["c", "3", 5, [2, 3]],
      ["d", "4", 5, [3]],
    ]),
  );
  const first = queue.nextBatch({ ...idle, runningBatches: (number) => (number === 1 ? 1 : 0) });
  expect(first?.source.number).toBe(2);
  expect(first?.orders.map(({ name }) => name)).toEqual(["a", "c"]);
  expect(queue.nextBatch(idle)?.orders.map(({ name }) => name)).toEqual(["b"]);
  expect(queue.nextBatch(idle)?.orders.map(({ name }) => name)).toEqual(["d"]);
  expect(queue.nextBatch(idle)).toBeNull();
});

test("a batch has no more than 384 files", () => {
  const queue = new CopyQueue();
  enqueueAll(queue, fetch(Array.from({ length: 600 }, (_, index) => [`f${index}`, index.toString(16), 1, [1]])));
  expect(queue.nextBatch(idle)?.orders).toHaveLength(384);
  queue.clear();
  expect(queue.nextBatch(idle)).toBeNull();
});

test("a source that failed lately is asked only where there is no other, and not twice at once", () => {
  const queue = new CopyQueue();
  enqueueAll(
    queue,
    fetch([
      ["a", "1", 5, [1]],
      ["b", "2", 5, [1, 2]],
      ["c", "3", 5, [2]],
    ]),
  );
  const choice = { ...idle, isBackedOff: (number: number) => number === 1 };
  const first = queue.nextBatch(choice);
  expect([first?.source.number, first?.orders.map(({ name }) => name)]).toEqual([2, ["b", "c"]]);
  expect(queue.nextBatch({ ...choice, allowsBackedOff: false })).toBeNull();
  expect(queue.nextBatch(choice)?.source.number).toBe(1);
});

test("what a source could not give is for the others who hold it, unless it was ordered again", () => {
  const queue = new CopyQueue();
  enqueueAll(queue, fetch([["a", "1", 5, [1, 2]]]));
  const [order] = queue.nextBatch(idle)?.orders ?? [];
  if (!order) throw new Error("there is no order");
  expect(queue.requeueWithout(order, 1)).toBe(true);
  const again = queue.nextBatch(idle);
  expect(again?.source.number).toBe(2);
  expect(queue.requeueWithout(again?.orders[0] ?? order, 2)).toBe(false);
  enqueueAll(queue, fetch([["a", "2", 5, [3]]]));
  expect(queue.requeueWithout(order, 1)).toBe(true);
  expect(queue.nextBatch(idle)?.orders.map(({ id: version }) => version)).toEqual([id("2")]);
});

test("a small file for which nobody is named is given back", () => {
  const queue = new CopyQueue();
  const back = enqueueAll(
    queue,
    fetch([
      ["a", "1", 5, [9]],
      ["b", "2", LARGE, [9]],
    ]),
  );
  expect(back.map(({ name }) => name)).toEqual(["a"]);
  expect(queue.size).toBe(1);
});
