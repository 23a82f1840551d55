import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { AsyncWrites } from "../../../../../src/transfer/connection/writing/async-writes.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { FakeWriteQueue } from "../../../../support/fake-write-queue.ts";

/** Writes of one owner, and of others, to a queue that a test ends. */
class AsyncWritesFixture {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  /** Lengths of the buffers. */
  readonly released: number[] = [];
  readonly writes: AsyncWrites;
  readonly owner = {};

  constructor(readonly queue: FakeWriteQueue | null) {
    this.writes = new AsyncWrites({ writeQueue: () => this.queue }, this.clock, {
      release: (buffer) => void this.released.push(buffer.length),
    });
  }

  begin(name: string, length = MIB, owner: object = this.owner): boolean {
    return this.writes.begin(
      { owner, fd: 4, buffer: new Uint8Array(length + 1), length, position: 0 },
      (written, milliseconds) => this.told.push(`${name} ${written} ${milliseconds}`),
    );
  }

  /** Until nothing is under way. */
  drain(): void {
    while (this.queue?.pending) this.writes.deliver(this.owner, true);
  }
}

test("a write goes on while its thread does something else, which is told soon after its end", () => {
  const queue = new FakeWriteQueue();
  const fixture = new AsyncWritesFixture(queue);
  expect(fixture.begin("a")).toBe(true);
  fixture.clock.advance(50);
  expect(fixture.told).toEqual([]);
  queue.end();
  fixture.clock.advance(1);
  expect(fixture.told).toEqual(["a true 51"]);
  expect(fixture.begin("b")).toBe(true);
  queue.end();
  fixture.clock.advance(1);
  expect(fixture.told).toEqual(["a true 51", "b true 1"]);
});

test("what is under way is bounded: more has to wait", () => {
  const queue = new FakeWriteQueue();
  const fixture = new AsyncWritesFixture(queue);
  for (const name of ["a", "b", "c", "d"]) fixture.begin(name);
  expect(queue.waited).toBe(0);
  fixture.begin("e");
  expect(queue.waited).toBe(1);
  // No callback is called while an owner waits, but the memory is available to others.
  expect(fixture.told).toEqual([]);
  expect(fixture.released).toEqual([MIB + 1]);
  fixture.clock.advance(1);
  expect(fixture.told).toEqual(["a true 0"]);
  fixture.begin("long", 8 * MIB);
  expect(queue.waited).toBe(5);
  expect(queue.pending).toBe(1);
  fixture.begin("f");
  expect(queue.waited).toBe(6);
});

test("a write among others is not held to be as slow as all of them", () => {
  const queue = new FakeWriteQueue();
  const fixture = new AsyncWritesFixture(queue);
  fixture.begin("a");
  fixture.begin("b");
  queue.end(2);
  fixture.clock.advance(20);
  expect(fixture.told).toEqual(["a true 1", "b true 0.5"]);
});

test("an owner that waits is notified of its own writes, and others of theirs by the event loop", () => {
  const queue = new FakeWriteQueue();
  const fixture = new AsyncWritesFixture(queue);
  const other = {};
  fixture.begin("other", MIB, other);
  fixture.begin("own");
  fixture.begin("other again", MIB, other);
  fixture.writes.deliver(fixture.owner, true);
  expect(fixture.told).toEqual(["own true 0"]);
  queue.end();
  fixture.writes.deliver(fixture.owner, false);
  expect(fixture.told).toEqual(["own true 0"]);
  fixture.clock.advance(1);
  expect(fixture.told).toEqual(["own true 0", "other true 0", "other again true 0"]);
  expect(fixture.clock.pending).toBe(0);
});

test("to drain is to wait until nothing is under way", () => {
  const queue = new FakeWriteQueue();
  const fixture = new AsyncWritesFixture(queue);
  fixture.drain();
  for (const name of ["a", "b", "c"]) fixture.begin(name);
  fixture.drain();
  expect(fixture.told).toHaveLength(3);
  expect(queue.pending).toBe(0);
});

test("whoever is notified of a write may begin another", () => {
  const queue = new FakeWriteQueue();
  const fixture = new AsyncWritesFixture(queue);
  const write = { owner: fixture.owner, fd: 4, buffer: new Uint8Array(MIB), length: MIB, position: 0 };
  fixture.writes.begin(write, () => fixture.begin("next"));
  fixture.drain();
  expect(fixture.told).toEqual(["next true 0"]);
});

test("a failed write is reported, and without a queue none begins", () => {
  const fixture = new AsyncWritesFixture(new FakeWriteQueue(() => false));
  fixture.begin("a");
  fixture.drain();
  expect(fixture.told).toEqual(["a false 0"]);
  expect(fixture.released).toEqual([]);
  expect(new AsyncWritesFixture(new FakeWriteQueue(null)).begin("a")).toBe(false);
  expect(new AsyncWritesFixture(null).begin("a")).toBe(false);
});
