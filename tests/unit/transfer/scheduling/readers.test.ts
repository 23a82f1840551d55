import { expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { Demand } from "../../../../src/transfer/scheduling/demand.ts";
import { type Order, Scheduler } from "../../../../src/transfer/scheduling/scheduler.ts";
import { MIB } from "../../../support/files.ts";

const PIECES = 100;

/** A scheduler that fetches for readers, and what they want. */
class Read {
  readonly demand = new Demand();
  readonly scheduler = new Scheduler({
    pieces: PIECES,
    length: () => MIB,
    windowPieces: null,
    demand: this.demand,
    memoryBytes: Number.POSITIVE_INFINITY,
  });

  constructor(sources: number) {
    const none = new Bitmap(PIECES);
    this.scheduler.begin({ held: none, unverified: none, ranges: 1, firstRange: 0 });
    for (let source = 1; source <= sources; source++) this.scheduler.addSource(source, null, 10);
  }

  /** The readers are at these pieces now, and want so many each. */
  at(...places: readonly (readonly [piece: number, ahead: number])[]): readonly Order[] {
    this.demand.set(
      places.map(([start, length]) => ({ start, length })),
      PIECES,
    );
    const orders = this.scheduler.demandChanged(0);
    this.scheduler.assertConsistent();
    return orders;
  }

  asked(): number[] {
    const orders = this.scheduler.next(0);
    this.scheduler.assertConsistent();
    return orders.map(({ piece }) => piece);
  }
}

test("nothing is fetched that no reader wants, and nothing is done", () => {
  const read = new Read(1);
  expect([read.asked(), read.scheduler.blocked, read.scheduler.done]).toEqual([[], true, false]);
  read.at([40, 2]);
  expect(read.scheduler.blocked).toBe(false);
  expect([read.asked(), read.asked()]).toEqual([[40, 41], []]);
  for (const piece of [40, 41]) read.scheduler.pieceVerified(1, piece, 10);
  expect([read.asked(), read.scheduler.blocked, read.scheduler.done]).toEqual([[], true, false]);
});

test("a seek cancels what no reader wants any more, and what the new place needs goes first", () => {
  const read = new Read(2);
  read.at([0, 8]);
  expect(read.asked()).toEqual([0, 1, 2, 3]);
  expect(read.at([2, 1], [70, 2])).toEqual([
    { kind: "cancel", source: 1, piece: 0 },
    { kind: "cancel", source: 2, piece: 1 },
    { kind: "cancel", source: 2, piece: 3 },
  ]);
  expect(read.asked()).toEqual([70, 71]);
});

test("a source is not asked again for a piece before it has confirmed that it was cancelled; another one is", () => {
  const read = new Read(1);
  read.at([5, 1]);
  read.asked();
  read.at([50, 1]);
  read.at([5, 1]);
  expect(read.asked()).toEqual([]);
  read.scheduler.addSource(2, null, 10);
  expect(read.scheduler.next(0)).toEqual([{ kind: "fetch", source: 2, piece: 5, inMemory: true }]);
  read.scheduler.requestFailed(2, 5, 0);
  read.scheduler.cancelConfirmed(1, 5);
  expect(read.asked()).toEqual([5]);
});

test("a piece that was cancelled and comes all the same is held", () => {
  const read = new Read(1);
  read.at([5, 1]);
  read.asked();
  read.at();
  expect(read.scheduler.pieceVerified(1, 5, 10)).toEqual([]);
  expect(read.scheduler.has(5)).toBe(true);
});

test("a held piece is given up, and fetched again once its place is free and a reader wants it", () => {
  const read = new Read(1);
  read.at([5, 1]);
  read.asked();
  expect(read.scheduler.evict(5)).toBe(false);
  read.scheduler.pieceVerified(1, 5, 10);
  expect(read.scheduler.evict(5)).toBe(true);
  expect([read.scheduler.has(5), read.asked(), read.scheduler.blocked]).toEqual([false, [], true]);
  read.scheduler.pieceChecked(5, false);
  expect([read.scheduler.blocked, read.asked()]).toEqual([false, [5]]);
});

test("a held piece that a connection may still write is not given up", () => {
  const read = new Read(1);
  read.at([5, 1]);
  read.asked();
  read.at();
  read.scheduler.addSource(2, null, 10);
  read.at([5, 1]);
  read.asked();
  read.scheduler.pieceVerified(2, 5, 10);
  expect(read.scheduler.evict(5)).toBe(false);
  read.scheduler.cancelConfirmed(1, 5);
  expect(read.scheduler.evict(5)).toBe(true);
});
