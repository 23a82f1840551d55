import { describe, expect, test } from "bun:test";
import { EXCLUSIVE, HELD } from "../../../../src/transfer/scheduling/piece-states.ts";
import type { SourceState } from "../../../../src/transfer/scheduling/source-state.ts";
import { ChoiceFixture, NOW, PIECE } from "./choice-fixture.ts";

class Fixture extends ChoiceFixture {
  readonly first = this.source();
  readonly second = this.source();

  ask(piece: number, ...sources: readonly SourceState[]): void {
    this.request(piece);
    for (const source of sources) this.inFlight.add(piece, PIECE, source, NOW);
  }

  check(): void {
    this.inFlight.assertConsistent(this.pieces, this.sources);
  }
}

const ids = (sources: Iterable<SourceState>) => [...sources].map(({ id }) => id);

test("a piece is in flight until the last request for it has ended", () => {
  const fixture = new Fixture(3);
  const { inFlight, first, second } = fixture;
  fixture.ask(1, first, second);
  fixture.check();
  expect([...inFlight.entries()].map(([piece, sources]) => [piece, ids(sources)])).toEqual([[1, [1, 2]]]);
  expect(inFlight.remove(1, first, NOW)).toBe(false);
  expect(inFlight.remove(1, first, NOW)).toBe(false);
  expect(inFlight.remove(1, second, NOW)).toBe(true);
  expect([[...inFlight.entries()], first.requestCount, second.requestCount]).toEqual([[], 0, 0]);
});

test("a piece that one source has delivered is cancelled at the others, and counts as written once they confirm", () => {
  const fixture = new Fixture(4);
  const { inFlight, first, second } = fixture;
  for (const piece of [0, 2]) fixture.ask(piece, first, second);
  for (const piece of [0, 2]) {
    expect(ids(inFlight.complete(piece, 1, NOW))).toEqual([2]);
    fixture.pieces.change(piece, HELD);
  }
  fixture.check();
  expect([first.requestCount, second.requestCount]).toEqual([0, 0]);
  expect([inFlight.contiguousWritten(1), inFlight.contiguousWritten(3)]).toEqual([0, 0]);
  inFlight.confirm(0, second);
  expect([inFlight.contiguousWritten(1), inFlight.contiguousWritten(3)]).toEqual([1, 2]);
  inFlight.confirm(2, second);
  expect(inFlight.contiguousWritten(3)).toBe(3);
});

test("a source whose connection has ended writes nothing any more, and gives back what it alone was asked for", () => {
  const fixture = new Fixture(4);
  const { inFlight, first, second } = fixture;
  fixture.ask(0, first, second);
  fixture.ask(1, second);
  fixture.ask(2, first, second);
  inFlight.complete(0, 1, NOW);
  expect(inFlight.removeSource(second)).toEqual([1]);
  expect(inFlight.contiguousWritten(1)).toBe(1);
});

describe("is found inconsistent", () => {
  test("a piece that is requested and that nobody is asked for, or the other way round", () => {
    const fixture = new Fixture(2);
    fixture.request(1);
    expect(() => fixture.check()).toThrow("piece 1 is in flight: true");
    const other = new Fixture(2);
    other.inFlight.add(0, PIECE, other.first, NOW);
    expect(() => other.check()).toThrow("piece 0 is in flight: false");
  });

  test("a piece that two sources write to the disk at the same time", () => {
    const fixture = new Fixture(1);
    fixture.pieces.change(0, EXCLUSIVE);
    fixture.inFlight.add(0, PIECE, fixture.first, NOW);
    fixture.check();
    fixture.inFlight.add(0, PIECE, fixture.second, NOW);
    expect(() => fixture.check()).toThrow("2 sources are asked for piece 0");
  });

  test("a request that its source does not know, that is of an unknown source, or that only the source knows", () => {
    const fixture = new Fixture(2);
    fixture.ask(0, fixture.first);
    fixture.first.removeRequest(0, NOW);
    expect(() => fixture.check()).toThrow("source 1 does not know that it is asked for piece 0");
    const unknown = new Fixture(2);
    unknown.ask(0, unknown.first);
    unknown.sources.delete(1);
    expect(() => unknown.check()).toThrow("source 1 does not know that it is asked for piece 0");
    const alone = new Fixture(2);
    alone.first.addRequest(0, PIECE, NOW);
    expect(() => alone.check()).toThrow("piece 0 of 1 is unknown");
  });

  test("a request that is cancelled and goes on, or whose source is gone", () => {
    const cancelled = () => {
      const fixture = new Fixture(1);
      fixture.ask(0, fixture.first, fixture.second);
      fixture.inFlight.complete(0, 1, NOW);
      fixture.pieces.change(0, HELD);
      fixture.check();
      return fixture;
    };
    const gone = cancelled();
    gone.sources.delete(2);
    expect(() => gone.check()).toThrow("piece 0 of 2 is not cancelled");
  });
});
