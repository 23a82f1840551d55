import { expect, test } from "bun:test";
import { Demand } from "../../../../src/transfer/scheduling/demand.ts";

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
