import { describe, expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import type { InitialState } from "../../../../src/transfer/scheduling/piece-states.ts";
import { type Order, Scheduler, type SchedulerOptions } from "../../../../src/transfer/scheduling/scheduler.ts";

const MIB = 1024 * 1024;

/** A scheduler that has begun to fetch this many pieces of 1 MiB. */
function scheduler(pieces: number, options: Partial<SchedulerOptions & InitialState> = {}): Scheduler {
  const made = new Scheduler({
    pieces,
    length: () => MIB,
    windowPieces: options.windowPieces ?? null,
    memoryBytes: options.memoryBytes ?? 100 * MIB,
  });
  const none = new Bitmap(pieces);
  made.begin({ held: none, unverified: none, ranges: 2, firstRange: 0, ...options });
  return made;
}

function bitmap(length: number, pieces: readonly number[]): Bitmap {
  const made = new Bitmap(length);
  for (const piece of pieces) made.add(piece);
  return made;
}

function fetches(orders: readonly Order[], source: number): number[] {
  return orders.filter((order) => order.kind === "fetch" && order.source === source).map(({ piece }) => piece);
}

/** A piece comes from a source between two moments, in ten parts. */
function deliver(target: Scheduler, source: number, piece: number, from: number, to: number): Order[] {
  for (let part = 1; part <= 10; part++)
    target.bytesReceived(source, piece, MIB / 10, from + ((to - from) * part) / 10);
  return target.pieceVerified(source, piece, to);
}

describe("the scheduler", () => {
  test("begins each source in a part of its own, and asks for nothing that is here", () => {
    const target = scheduler(100, { held: bitmap(100, [0, 1, 50]) });
    target.addSource(1, null, 10);
    target.addSource(2, null, 10);
    const orders = target.next(0);
    expect(fetches(orders, 1)).toEqual([2, 3]);
    expect(fetches(orders, 2)).toEqual([51, 52]);
    expect(target.next(1)).toEqual([]);
  });

  test("does not ask for what may be here until it is known, and is not done before", () => {
    const target = scheduler(4, { held: bitmap(4, [0]), unverified: bitmap(4, [1, 2]), ranges: 1 });
    target.addSource(1, null, 10);
    expect(target.onlyChecking).toBe(false);
    expect(fetches(target.next(0), 1)).toEqual([3]);
    expect(target.onlyChecking).toBe(false);
    deliver(target, 1, 3, 10, 20);
    expect([target.done, target.onlyChecking, fetches(target.next(20), 1)]).toEqual([false, true, []]);
    target.pieceChecked(1, true);
    expect([target.done, target.onlyChecking, fetches(target.next(30), 1)]).toEqual([false, true, []]);
    target.pieceChecked(2, false);
    expect([target.onlyChecking, fetches(target.next(40), 1)]).toEqual([false, [2]]);
    deliver(target, 1, 2, 50, 60);
    expect([target.done, target.onlyChecking]).toEqual([true, false]);
  });

  test("asks a far source for what keeps a fast line full at first, and not for more than a little", () => {
    for (const [roundTrip, pieces] of [
      [1, 2],
      [50, 5],
      [5000, 8],
    ] as const) {
      const target = scheduler(200);
      target.addSource(1, null, roundTrip);
      expect(target.next(0)).toHaveLength(pieces);
    }
  });

  test("begins elsewhere for another copy at the same time", () => {
    const target = scheduler(100, { firstRange: 1 });
    target.addSource(1, null, 10);
    expect(fetches(target.next(0), 1)).toEqual([50, 51]);
  });

  test("gives what a lost source had to do to the others at once", () => {
    const target = scheduler(4);
    target.addSource(1, null, 10);
    target.addSource(2, null, 10);
    target.next(0);
    expect([target.requestCount(1), target.requestCount(2)]).toEqual([2, 2]);
    target.removeSource(1);
    deliver(target, 2, 2, 10, 100);
    deliver(target, 2, 3, 100, 200);
    expect(fetches(target.next(200), 2).sort()).toEqual([0, 1]);
  });

  test("asks another source for a piece that one could not give, and that one again later", () => {
    const target = scheduler(1);
    target.addSource(1, null, 10);
    expect(fetches(target.next(0), 1)).toEqual([0]);
    target.requestFailed(1, 0, 50);
    expect(target.next(50)).toEqual([]);
    expect(fetches(target.next(2100), 1)).toEqual([0]);
    target.requestFailed(1, 0, 2200);
    target.addSource(2, null, 10);
    expect(fetches(target.next(2200), 2)).toEqual([0]);
  });

  test("asks for the very last piece, although every source could have it as soon", () => {
    const target = scheduler(7, { ranges: 3 });
    for (const source of [1, 2, 3]) target.addSource(source, null, 20);
    const orders = target.next(0);
    expect(orders).toHaveLength(6);
    for (const source of [1, 2, 3]) {
      const [one = -1, two = -1] = fetches(orders, source);
      deliver(target, source, one, 20, 120);
      deliver(target, source, two, 120, 220);
    }
    const last = target.next(220);
    expect(last).toHaveLength(1);
    expect(last[0]?.kind).toBe("fetch");
  });

  test("asks a fast source for the last piece of a slow one, and cancels whoever is later", () => {
    const target = scheduler(2);
    target.addSource(1, null, 10);
    target.addSource(2, null, 10);
    expect(target.next(0)).toHaveLength(2);
    for (let now = 20; now < 110; now += 10) target.bytesReceived(2, 1, 1000, now);
    expect(deliver(target, 1, 0, 10, 110)).toEqual([]);
    expect(target.next(110)).toEqual([{ kind: "fetch", source: 1, piece: 1, inMemory: true }]);
    expect(deliver(target, 1, 1, 120, 220)).toEqual([{ kind: "cancel", source: 2, piece: 1 }]);
    expect(target.done).toBe(true);
    expect(target.pieceVerified(2, 1, 230)).toEqual([]);
  });

  test("never asks two for a piece too long to keep in memory, and gives up a source that is silent with one", () => {
    const target = scheduler(2, { memoryBytes: 4 * MIB - 1 });
    target.addSource(1, null, 10);
    target.addSource(2, null, 10);
    expect(target.next(0)).toMatchObject([{ inMemory: false }, { inMemory: false }]);
    deliver(target, 1, 0, 10, 110);
    for (let now = 110; now < 60_000; now += 100) expect(target.next(now)).toEqual([]);
    expect(target.stalledSources(19_000)).toEqual([]);
    expect(target.stalledSources(21_000)).toEqual([2]);
    target.removeSource(2);
    expect(target.next(21_000)).toEqual([{ kind: "fetch", source: 1, piece: 1, inMemory: false }]);
  });

  test("gives up a source that is silent with a piece that nobody else has, and keeps those that others can replace", () => {
    const target = scheduler(3);
    target.addSource(1, bitmap(3, [0]), 10);
    target.addSource(2, null, 10);
    target.addSource(3, bitmap(3, [2]), 10);
    const orders = target.next(0);
    expect([1, 2, 3].map((source) => fetches(orders, source))).toEqual([[0], [1], [2]]);
    expect(target.stalledSources(19_999)).toEqual([]);
    expect(target.stalledSources(20_000)).toEqual([2]);
    target.pieceAvailable(3, 1, 20_000);
    expect(target.stalledSources(20_000)).toEqual([]);
  });

  test("keeps a piece that is held, whatever is said of it later", () => {
    const target = scheduler(1);
    target.addSource(1, null, 10);
    target.next(0);
    target.pieceVerified(1, 0, 10);
    expect(target.pieceVerified(1, 0, 20)).toEqual([]);
    target.requestFailed(1, 0, 30);
    target.pieceChecked(0, false);
    expect(target.done).toBe(true);
    target.assertConsistent();
  });

  test("adds up the rates of its sources, in bytes for each second", () => {
    const target = scheduler(100);
    target.addSource(1, null, 10);
    target.addSource(2, null, 10);
    target.addSource(3, null, 10);
    const orders = target.next(0);
    for (const source of [1, 2]) {
      const [piece = -1] = fetches(orders, source);
      for (let now = 20; now <= 520; now += 10) target.bytesReceived(source, piece, 1000 * source, now);
    }
    expect(target.rate(520) / 300_000).toBeCloseTo(1, 1);
  });

  test("keeps pieces in memory while there is room for one of each source", () => {
    const target = scheduler(100, { memoryBytes: 5 * MIB });
    for (let id = 1; id <= 5; id++) target.addSource(id, null, 10);
    expect(target.next(0).every((order) => order.kind === "fetch" && order.inMemory)).toBe(true);
    // Pieces that are kept in memory can be asked of others instead.
    expect(target.stalledSources(60_000)).toEqual([]);
    target.addSource(6, null, 10);
    expect(target.next(20).some((order) => order.kind === "fetch" && order.inMemory)).toBe(false);
  });

  test("does not ask twice for what will be here before the rest is", () => {
    const slow = (pieces: number) => {
      const target = scheduler(pieces, { held: bitmap(pieces, [1]) });
      target.addSource(1, null, 10);
      target.next(0);
      for (let now = 20; now <= 520; now += 10) target.bytesReceived(1, pieces - 1, 2000, now);
      return target;
    };
    // A fast source that has nothing but what the slow one is asked for already.
    const join = (target: Scheduler, piece: number) => {
      target.addSource(2, bitmap(target.requestCount(1) + 400, [piece]), 10);
      return fetches(target.next(520), 2);
    };
    const long = scheduler(400);
    long.addSource(1, null, 10);
    const [first = -1] = fetches(long.next(0), 1);
    for (let now = 20; now <= 520; now += 10) long.bytesReceived(1, first, 2000, now);
    expect(join(long, first)).toEqual([]);
    const short = slow(2);
    expect(join(short, 0)).toEqual([0]);
  });

  test("in order, asks for nothing beyond the window, and says when only the reader can help", () => {
    const target = scheduler(100, { windowPieces: 4 });
    target.addSource(1, null, 10);
    expect(fetches(target.next(0), 1)).toEqual([0, 1]);
    expect(target.blocked).toBe(false);
    for (let piece = 0; piece < 4; piece++) {
      deliver(target, 1, piece, 10 + piece * 10, 20 + piece * 10);
      for (const asked of fetches(target.next(20 + piece * 10), 1)) expect(asked).toBeLessThan(4);
    }
    expect(target.blocked).toBe(true);
    expect(target.next(100)).toEqual([]);
    target.consumed(2);
    expect(target.blocked).toBe(false);
    expect(fetches(target.next(100), 1)).toEqual([4, 5]);
  });

  test("begins before its first range where others have some of the file, and goes backward", () => {
    const target = scheduler(10, { firstRange: 1 });
    target.addSource(2, bitmap(10, [3]), 10);
    target.addSource(1, null, 10);
    expect(fetches(target.next(0), 1)).toEqual([4, 2]);
  });

  test("leaves to partial sources what they have", () => {
    const target = scheduler(6);
    target.addSource(2, bitmap(6, [0, 5]), 10);
    target.addSource(1, null, 10);
    const orders = target.next(0);
    expect(fetches(orders, 2).sort()).toEqual([0, 5]);
    expect(fetches(orders, 1).every((piece) => piece !== 0 && piece !== 5)).toBe(true);
    target.pieceAvailable(2, 1, 0);
    target.pieceAvailable(2, 1, 0);
    deliver(target, 2, 5, 10, 60);
    deliver(target, 2, 0, 60, 110);
    expect(fetches(target.next(110), 2)).toEqual([1]);
  });
});
