import { expect, test } from "bun:test";
import { Demand, OneReader } from "../../../../src/transfer/scheduling/demand.ts";
import { HELD, MISSING, PieceStates } from "../../../../src/transfer/scheduling/piece-states.ts";

function demand(...windows: readonly (readonly [start: number, length: number])[]): Demand {
  const made = new Demand();
  made.set(
    windows.map(([start, length]) => ({ start, length })),
    100,
  );
  return made;
}

test("what each reader reads next comes before what any of them reads later, and each piece once", () => {
  expect([...demand([10, 3], [50, 2]).inOrder()]).toEqual([10, 50, 11, 51, 12]);
  expect([...demand([10, 3], [11, 3]).inOrder()]).toEqual([10, 11, 12, 13]);
  expect([...demand([10, 2], [10, 4]).inOrder()]).toEqual([10, 11, 12, 13]);
  expect([...demand([98, 9]).inOrder()]).toEqual([98, 99]);
  expect([...demand().inOrder()]).toEqual([]);
});

test("a piece is wanted that lies in the window of a reader", () => {
  const wanted = demand([10, 3], [50, 1]);
  expect([9, 10, 12, 13, 49, 50, 51].filter((piece) => wanted.wants(piece))).toEqual([10, 12, 50]);
});

test("a piece is the more urgent the sooner it is read, and not while half of what its reader wants comes before it", () => {
  const wanted = demand([10, 8]);
  const urgencies = [10, 11, 12, 13, 14, 15, 17].map((piece) => wanted.urgency(piece));
  expect(urgencies).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 0, 0]);
  expect(wanted.urgency(18)).toBe(0);
});

test("changes with its readers", () => {
  const wanted = demand([10, 3]);
  expect([...wanted.inOrder()]).toEqual([10, 11, 12]);
  wanted.set([{ start: 40, length: 2 }], 100);
  expect([[...wanted.inOrder()], wanted.wants(10), wanted.wants(41)]).toEqual([[40, 41], false, true]);
});

test("one reader waits for the next piece, but not while half of what it wants is ready to be read", () => {
  const pieces = new PieceStates(
    40,
    () => 1,
    () => {},
  );
  const reader = new OneReader(pieces, { start: 10, length: 8 });
  const urgencies = (held: number) => {
    for (let piece = pieces.contiguousHeld; piece < held; piece++) {
      pieces.change(piece, MISSING);
      pieces.change(piece, HELD);
    }
    return [held, held + 1].map((piece) => reader.urgency(piece));
  };
  expect(urgencies(10)).toEqual([1 / 11, 1 / 12]);
  expect(urgencies(14)).toEqual([1 / 15, 1 / 16]);
  expect([...reader.inOrder()]).toEqual([14, 15, 16, 17]);
  expect(urgencies(15)).toEqual([0, 0]);
});
