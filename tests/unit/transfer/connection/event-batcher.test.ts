import { beforeEach, describe, expect, test } from "bun:test";
import { Outbox } from "../../../../src/transfer/connection/event-batcher.ts";
import type { LaneEvent } from "../../../../src/transfer/connection/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const piece = (number: number): LaneEvent => ({ kind: "piece", piece: number });
const bytes = (number: number, count: number): LaneEvent => ({ kind: "bytes", piece: number, bytes: count });

describe("an outbox", () => {
  let clock: FakeClock;
  let posts: (readonly LaneEvent[])[];
  let outbox: Outbox;

  beforeEach(() => {
    clock = new FakeClock();
    posts = [];
    outbox = new Outbox(clock, (events) => posts.push(events));
  });

  test("sends what may wait together, in its order, soon after the first of it", () => {
    outbox.bytes(1, 10);
    outbox.bytes(1, 20);
    outbox.later(piece(1));
    outbox.bytes(2, 5);
    outbox.bytes(3, 7);
    expect(posts).toEqual([]);
    clock.advance(10);
    expect(posts).toEqual([[bytes(1, 30), piece(1), bytes(2, 5), bytes(3, 7)]]);
    clock.advance(1000);
    expect(posts).toHaveLength(1);
  });

  test("sends what may not wait at once, behind all that came before it", () => {
    outbox.bytes(1, 10);
    outbox.later(piece(1));
    outbox.now({ kind: "bad", piece: 2 });
    expect(posts).toEqual([[bytes(1, 10), piece(1), { kind: "bad", piece: 2 }]]);
  });

  test("does not rely on timers, for which a busy lane is late", () => {
    let now = 0;
    const late = { now: () => now, wall: () => 0, after: () => () => {} };
    outbox = new Outbox(late, (events) => posts.push(events));
    outbox.later(piece(1));
    now = 9;
    outbox.later(piece(2));
    expect(posts).toEqual([]);
    now = 10;
    outbox.bytes(3, 1);
    expect(posts).toEqual([[piece(1), piece(2), bytes(3, 1)]]);
  });

  test("sends nothing where there is nothing", () => {
    outbox.flush();
    outbox.bytes(1, 0);
    outbox.flush();
    clock.advance(1000);
    expect(posts).toEqual([]);
  });
});
