import { expect, test } from "bun:test";
import type { SourceState } from "../../../../src/transfer/scheduling/source-state.ts";
import { ChoiceFixture, NOW } from "./choice-fixture.ts";

class Fixture extends ChoiceFixture {
  /** The next piece of a source, which is requested from it then. */
  take(source: SourceState): number | null {
    const piece = this.ranges.next(source, NOW);
    if (piece !== null) this.request(piece);
    this.ranges.assertConsistent();
    return piece;
  }

  takeAll(source: SourceState): number[] {
    const taken: number[] = [];
    for (let piece = this.take(source); piece !== null; piece = this.take(source)) taken.push(piece);
    return taken;
  }
}

test("a source works through a range that nobody has, then through the next one", () => {
  const fixture = new Fixture(4);
  const source = fixture.source();
  fixture.ranges.offer({ start: 2, end: 4 });
  fixture.ranges.offer({ start: 0, end: 2 });
  expect(fixture.takeAll(source)).toEqual([2, 3, 0, 1]);
});

test("the range that will take longest is shared out in proportion to the rates", () => {
  const fixture = new Fixture(40);
  const [short, long] = [fixture.source({ bytesPerMs: 10 }), fixture.source({ bytesPerMs: 10 })];
  fixture.ranges.offer({ start: 0, end: 8 });
  fixture.ranges.offer({ start: 8, end: 40 });
  expect([fixture.take(short), fixture.take(long)]).toEqual([0, 8]);
  const fast = fixture.source({ bytesPerMs: 30 });
  expect(fixture.take(fast)).toBe(16);
  expect([short.range, long.range, fast.range]).toEqual([
    { start: 0, end: 8 },
    { start: 8, end: 16 },
    { start: 16, end: 40 },
  ]);
});

test("a slow source's short range takes longer than a fast one's long range", () => {
  const fixture = new Fixture(40);
  const [slow, fast] = [fixture.source({ bytesPerMs: 10 }), fixture.source({ bytesPerMs: 100 })];
  fixture.ranges.offer({ start: 0, end: 8 });
  fixture.ranges.offer({ start: 8, end: 40 });
  expect([fixture.take(slow), fixture.take(fast)]).toEqual([0, 8]);
  expect(fixture.take(fixture.source({ bytesPerMs: 10 }))).toBe(4);
});

test("of a source whose rate is not known half is taken, and of the last piece all", () => {
  const fixture = new Fixture(4);
  const [first, second] = [fixture.source(), fixture.source()];
  fixture.ranges.offer({ start: 0, end: 4 });
  expect([fixture.take(first), fixture.take(second)]).toEqual([0, 2]);
  expect(fixture.takeAll(first)).toEqual([1, 3]);
  expect(fixture.take(second)).toBeNull();
});

test("what a source does not have is left to those that have it", () => {
  const fixture = new Fixture(5);
  const partial = fixture.source({ holds: [2] });
  fixture.ranges.offer({ start: 0, end: 5 });
  expect(fixture.takeAll(partial)).toEqual([2]);
  expect(fixture.takeAll(fixture.source()).sort()).toEqual([0, 1, 3, 4]);
});

test("what a source is told to fetch next, and what begins where its range ends, is offered to nobody else", () => {
  const fixture = new Fixture(4);
  const [first, second, third] = [
    fixture.source({ holds: [0, 1] }),
    fixture.source({ holds: [2, 3] }),
    fixture.source(),
  ];
  fixture.ranges.offer({ start: 0, end: 2 });
  fixture.ranges.offer({ start: 2, end: 4 });
  expect([fixture.ranges.next(first, NOW), fixture.ranges.next(second, NOW)]).toEqual([0, 2]);
  expect(fixture.ranges.next(third, NOW)).toBe(1);
  fixture.request(0);
  fixture.request(1);
  expect([fixture.take(first), fixture.take(third)]).toEqual([null, 3]);
});

test("a source that is released gives back the rest of its range", () => {
  const fixture = new Fixture(4);
  const [first, second] = [fixture.source(), fixture.source()];
  fixture.ranges.offer({ start: 0, end: 4 });
  fixture.take(first);
  fixture.ranges.release(first);
  expect(first.range).toBeNull();
  fixture.ranges.assertConsistent();
  expect(fixture.takeAll(second)).toEqual([1, 2, 3]);
});

test("where no source has a range there is nothing to share", () => {
  const fixture = new Fixture(2);
  fixture.source();
  expect(fixture.ranges.next(fixture.source(), NOW)).toBeNull();
});

test("a missing piece that is in no range is found", () => {
  const fixture = new Fixture(3);
  fixture.ranges.offer({ start: 1, end: 2 });
  fixture.ranges.offerPiece(2);
  expect(() => fixture.ranges.assertConsistent()).toThrow("piece 0 is missing and in no range");
});
