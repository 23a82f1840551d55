import { expect, test } from "bun:test";
import { PartitionShare } from "../../../../src/transfer/scheduling/partition-share.ts";

const START = 1000;

/** A share of ten pieces of which so many are to come. */
function share(unheldMissing: number, heldAt: readonly number[] = []): PartitionShare {
  const made = new PartitionShare({ start: 10, end: 20 });
  made.unheldMissing = unheldMissing;
  for (const now of heldAt) made.pieceHeld(now);
  return made;
}

test("has the pieces from its start to before its end", () => {
  expect([9, 10, 19, 20].map((piece) => share(1).contains(piece))).toEqual([false, true, true, false]);
});

test("of which nothing has come is late by the time that was waited for it, for each piece", () => {
  expect([share(4).isLate(0, START, START + 250), share(4).isLate(0, START, START + 251)]).toEqual([false, true]);
});

test("is not late as long as the rest takes: one and a half times that, and a second", () => {
  expect([share(1).isLate(2000, START, START + 4000), share(1).isLate(2000, START, START + 4001)]).toEqual([
    false,
    true,
  ]);
});

test("that comes slowly is late by its pace", () => {
  const slow = share(3, [START, START + 200, START + 800]);
  expect(slow.isLate(0, START, START + 800)).toBe(true);
  const fast = share(3, [START, START + 100, START + 600]);
  expect(fast.isLate(0, START, START + 600)).toBe(false);
});

test("that has begun is late by its silence since its last piece, not since it was waited for", () => {
  const begun = share(2, [START + 5000]);
  expect([begun.isLate(0, START, START + 5500), begun.isLate(0, START, START + 5501)]).toEqual([false, true]);
});

test("of which nothing is to come is never late", () => {
  expect(share(0).isLate(0, START, START + 1_000_000)).toBe(false);
});
