import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { AsyncWrites } from "../../../../../src/transfer/connection/writing/async-writes.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { FakeWriteQueue } from "../../../../support/fake-write-queue.ts";

class Stage {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  readonly behind: AsyncWrites;

  constructor(readonly queue: FakeWriteQueue | null) {
    this.behind = new AsyncWrites({ writeQueue: () => this.queue }, this.clock);
  }

  begin(name: string, length = MIB): boolean {
    this.behind.makeRoom(length);
    return this.behind.begin(4, new Uint8Array(length), 0, (written, took) =>
      this.told.push(`${name} ${written} ${took}`),
    );
  }
}

test("a write goes on while its thread does something else, which is told soon after its end", () => {
  const queue = new FakeWriteQueue();
  const stage = new Stage(queue);
  expect(stage.begin("a")).toBe(true);
  stage.clock.advance(50);
  expect(stage.told).toEqual([]);
  queue.end();
  stage.clock.advance(1);
  expect(stage.told).toEqual(["a true 51"]);
  expect(stage.begin("b")).toBe(true);
  queue.end();
  stage.clock.advance(1);
  expect(stage.told).toEqual(["a true 51", "b true 1"]);
});

test("what is under way is bounded: more has to wait", () => {
  const queue = new FakeWriteQueue();
  const stage = new Stage(queue);
  for (const name of ["a", "b", "c", "d"]) stage.begin(name);
  expect(queue.waited).toBe(0);
  stage.begin("e");
  expect(queue.waited).toBe(1);
  expect(stage.told).toEqual(["a true 0"]);
  stage.begin("long", 8 * MIB);
  expect(queue.waited).toBe(5);
  expect(queue.pending).toBe(1);
  stage.begin("f");
  expect(queue.waited).toBe(6);
});

test("a write among others is not held to be as slow as all of them", () => {
  const queue = new FakeWriteQueue();
  const stage = new Stage(queue);
  stage.begin("a");
  stage.begin("b");
  queue.end(2);
  stage.clock.advance(20);
  expect(stage.told).toEqual(["a true 1", "b true 0.5"]);
});

test("to drain is to wait until nothing is under way", () => {
  const queue = new FakeWriteQueue();
  const stage = new Stage(queue);
  stage.behind.drain();
  for (const name of ["a", "b", "c"]) stage.begin(name);
  stage.behind.drain();
  expect(stage.told).toHaveLength(3);
  expect(queue.pending).toBe(0);
});

test("whoever is told of a write may begin another", () => {
  const queue = new FakeWriteQueue();
  const stage = new Stage(queue);
  stage.behind.begin(4, new Uint8Array(MIB), 0, () => stage.begin("next"));
  stage.behind.drain();
  expect(stage.told).toEqual(["next true 0"]);
});

test("a failed write is told of, and without a queue none begins", () => {
  const stage = new Stage(new FakeWriteQueue(() => false));
  stage.begin("a");
  stage.behind.drain();
  expect(stage.told).toEqual(["a false 0"]);
  expect(new Stage(new FakeWriteQueue(null)).begin("a")).toBe(false);
  expect(new Stage(null).begin("a")).toBe(false);
});
