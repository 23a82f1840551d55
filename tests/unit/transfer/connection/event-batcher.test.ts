import { beforeEach, describe, expect, test } from "bun:test";
import { EventBatcher } from "../../../../src/transfer/connection/event-batcher.ts";
import type { ConnectionEvent } from "../../../../src/transfer/connection/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const piece = (number: number): ConnectionEvent => ({ kind: "piece", piece: number });
const bytes = (number: number, count: number): ConnectionEvent => ({ kind: "bytes", piece: number, bytes: count });

describe("an event batcher", () => {
  let clock: FakeClock;
  let posts: (readonly ConnectionEvent[])[];
  let batcher: EventBatcher;

  beforeEach(() => {
    clock = new FakeClock();
    posts = [];
    batcher = new EventBatcher(clock, (events) => posts.push(events));
  });

  test("sends what may wait together, in its order, soon after the first of it", () => {
    batcher.addBytes(1, 10);
    batcher.addBytes(1, 20);
    batcher.add(piece(1));
    batcher.addBytes(2, 5);
    batcher.addBytes(3, 7);
    expect(posts).toEqual([]);
    clock.advance(10);
    expect(posts).toEqual([[bytes(1, 30), piece(1), bytes(2, 5), bytes(3, 7)]]);
    clock.advance(1000);
    expect(posts).toHaveLength(1);
  });

  test("sends what may not wait at once, behind all that came before it", () => {
    batcher.addBytes(1, 10);
    batcher.add(piece(1));
    batcher.addAndFlush({ kind: "bad", piece: 2 });
    expect(posts).toEqual([[bytes(1, 10), piece(1), { kind: "bad", piece: 2 }]]);
  });

  test("does not rely on timers, for which a busy connection is late", () => {
    let now = 0;
    const late = { now: () => now, wall: () => 0, after: () => () => {}, nextTurn() {} };
    batcher = new EventBatcher(late, (events) => posts.push(events));
    batcher.add(piece(1));
    now = 9;
    batcher.add(piece(2));
    expect(posts).toEqual([]);
    now = 10;
    batcher.addBytes(3, 1);
    expect(posts).toEqual([[piece(1), piece(2), bytes(3, 1)]]);
  });

  test("sends nothing where there is nothing", () => {
    batcher.flush();
    batcher.addBytes(1, 0);
    batcher.flush();
    clock.advance(1000);
    expect(posts).toEqual([]);
  });
});
