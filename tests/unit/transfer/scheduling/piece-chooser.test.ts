import { describe, expect, test } from "bun:test";
import { HELD, REQUESTED } from "../../../../src/transfer/scheduling/piece-states.ts";
import { ChoiceFixture, NOW, PIECE } from "./choice-fixture.ts";

/** Bytes for each millisecond: a piece in 10 ms, and in a second. */
const FAST = 100;
const SLOW = 1;

/** So many missing pieces, which are in one range. */
function missing(count: number): ChoiceFixture {
  const fixture = new ChoiceFixture(count);
  fixture.ranges.offer({ start: 0, end: count });
  return fixture;
}

describe("a slow source is asked for a piece in any order", () => {
  test("as long as the others need longer for all that is missing, and leaves its range to them after that", () => {
    for (const [count, isAsked] of [
      [110, true],
      [90, false],
    ] as const) {
      const fixture = missing(count);
      fixture.source({ bytesPerMs: FAST });
      const slow = fixture.source({ bytesPerMs: SLOW });
      expect([count, fixture.chooser.next(slow, null, NOW) !== null]).toEqual([count, isAsked]);
      expect(slow.range !== null).toBe(isAsked);
    }
  });

  test("where it is the only one, or its rate or that of the others is not known", () => {
    const alone = missing(1);
    expect(alone.chooser.next(alone.source({ bytesPerMs: SLOW }), null, NOW)).toBe(0);
    const first = missing(1);
    first.source({ bytesPerMs: FAST });
    expect(first.chooser.next(first.source(), null, NOW)).toBe(0);
    const others = missing(1);
    others.source();
    expect(others.chooser.next(others.source({ bytesPerMs: SLOW }), null, NOW)).toBe(0);
  });

  test("unless the others have it sooner together", () => {
    const fixture = missing(60);
    for (const bytesPerMs of [FAST / 2, FAST / 2]) fixture.source({ bytesPerMs });
    expect(fixture.chooser.next(fixture.source({ bytesPerMs: SLOW }), null, NOW)).toBeNull();
  });

  test("when the others have much to deliver already; that of one whose rate is not known does not count", () => {
    const busy = missing(60);
    busy.source({ bytesPerMs: FAST, outstanding: 50 * PIECE });
    expect(busy.chooser.next(busy.source({ bytesPerMs: SLOW }), null, NOW)).not.toBeNull();
    const unknown = missing(60);
    unknown.source({ bytesPerMs: FAST });
    unknown.source({ outstanding: 50 * PIECE });
    expect(unknown.chooser.next(unknown.source({ bytesPerMs: SLOW }), null, NOW)).toBeNull();
  });

  test("when the others do not have that piece", () => {
    const fixture = missing(2);
    fixture.source({ bytesPerMs: FAST, holds: [1] });
    const slow = fixture.source({ bytesPerMs: SLOW, holds: [0] });
    expect(fixture.chooser.next(slow, null, NOW)).toBe(0);
  });
});

test("what comes first is not asked for all of a small file: who has sent nothing yet is taken to be as fast", () => {
  const fixture = missing(10);
  fixture.source();
  const first = fixture.source({ bytesPerMs: FAST, outstanding: 9 * PIECE });
  expect(fixture.chooser.next(first, null, NOW)).not.toBeNull();
  const late = missing(10);
  late.source();
  expect(late.chooser.next(late.source({ bytesPerMs: FAST, outstanding: 11 * PIECE }), null, NOW)).toBeNull();
});

test("nothing is asked for a second time while what has come was not looked at", () => {
  const fixture = missing(1);
  const silent = fixture.source();
  fixture.pieces.change(0, REQUESTED);
  fixture.inFlight.add(0, PIECE, silent, 0);
  const idle = fixture.source({ bytesPerMs: FAST });
  expect(fixture.chooser.next(idle, null, NOW, false)).toBeNull();
  expect(fixture.chooser.next(idle, null, NOW)).toBe(0);
});

describe("a slow source that has a part of the file is asked for it, although one that has all is faster", () => {
  function slowAsked({ parts, fastHolds }: { parts: number; fastHolds?: number[] }): number | null {
    const fixture = missing(4);
    fixture.availability.setPartition({ parts, part: 0 });
    fixture.source({ bytesPerMs: FAST, ...(fastHolds ? { holds: fastHolds } : {}) });
    return fixture.chooser.next(fixture.source({ bytesPerMs: SLOW, holds: [0] }), null, NOW);
  }

  test("as long as the other is needed for what only it has", () => {
    expect(slowAsked({ parts: 2 })).toBe(0);
  });

  test("not where no other copies share the file, nor where the faster one has a part too", () => {
    expect(slowAsked({ parts: 1 })).toBeNull();
    expect(slowAsked({ parts: 2, fastHolds: [0] })).toBeNull();
  });

  test("nor is one that has all spared another one that has all", () => {
    const fixture = missing(4);
    fixture.availability.setPartition({ parts: 2, part: 0 });
    fixture.source({ bytesPerMs: FAST });
    expect(fixture.chooser.next(fixture.source({ bytesPerMs: SLOW }), null, NOW)).toBeNull();
  });
});

describe("of pieces in order a source is asked for", () => {
  test("the first one that is missing and that it has", () => {
    const fixture = new ChoiceFixture(5);
    fixture.request(0);
    const partial = fixture.source({ holds: [0, 2, 3] });
    expect(fixture.chooser.next(partial, fixture.window(0, 200), NOW)).toBe(2);
    expect(fixture.chooser.next(fixture.source(), fixture.window(0, 200), NOW)).toBe(1);
  });

  test("the first one that the others would not have sooner, with all that comes before it", () => {
    const fixture = new ChoiceFixture(200);
    fixture.source({ bytesPerMs: FAST });
    const piece = fixture.chooser.next(fixture.source({ bytesPerMs: SLOW }), fixture.window(0, 200), NOW);
    expect(piece).toBeGreaterThan(90);
    expect(piece).toBeLessThan(110);
  });

  test("none beyond the window", () => {
    const fixture = new ChoiceFixture(5);
    for (const piece of [0, 1]) fixture.pieces.change(piece, HELD);
    const source = fixture.source();
    for (const piece of [2, 3]) {
      expect(fixture.chooser.next(source, fixture.window(2, 2), NOW)).toBe(piece);
      fixture.request(piece);
    }
    expect(fixture.chooser.next(source, fixture.window(2, 2), NOW)).toBeNull();
    expect(fixture.chooser.next(source, fixture.window(2, 3), NOW)).toBe(4);
    expect(fixture.chooser.next(source, fixture.window(2, 9), NOW)).toBe(4);
  });
});

test("where nothing is missing nobody is asked", () => {
  const fixture = new ChoiceFixture(1);
  fixture.pieces.change(0, HELD);
  expect(fixture.chooser.next(fixture.source(), null, NOW)).toBeNull();
});

describe("a piece that another source was asked for", () => {
  test("is asked of a faster one too, in order only while less than half of the window waits to be read", () => {
    for (const [held, isAsked] of [
      [4, true],
      [5, false],
    ] as const) {
      const fixture = new ChoiceFixture(10);
      for (let piece = 0; piece < held; piece++) fixture.pieces.change(piece, HELD);
      fixture.request(held);
      fixture.inFlight.add(held, PIECE, fixture.source({ bytesPerMs: SLOW }), NOW);
      for (let piece = held + 1; piece < 10; piece++) fixture.request(piece);
      const fast = fixture.source({ bytesPerMs: FAST });
      expect([held, fixture.chooser.next(fast, fixture.window(2, 4), NOW)]).toEqual([held, isAsked ? held : null]);
    }
  });

  test("is left to the copy that it is for while that is not late, as against all that is still to come here", () => {
    for (const [outstanding, isAsked] of [
      [0, true],
      [100 * PIECE, false],
    ] as const) {
      const fixture = new ChoiceFixture(4);
      fixture.availability.setPartition({ parts: 2, part: 0 });
      for (const piece of [0, 1]) fixture.pieces.change(piece, HELD);
      const idle = fixture.source({ bytesPerMs: FAST });
      fixture.source({ bytesPerMs: FAST / 10, outstanding });
      expect(fixture.chooser.next(idle, null, NOW)).toBeNull();
      expect([outstanding, fixture.chooser.next(idle, null, NOW + 700) !== null]).toEqual([outstanding, isAsked]);
    }
  });
});
