import { expect, test } from "bun:test";
import {
  EXCLUSIVE,
  HELD,
  MISSING,
  type PieceState,
  PieceStates,
  REQUESTED,
  UNVERIFIED,
} from "../../../../src/transfer/scheduling/piece-states.ts";

const ALL: readonly PieceState[] = [UNVERIFIED, MISSING, REQUESTED, EXCLUSIVE, HELD];
/** The shortest way to each state. */
const WAYS: Readonly<Record<PieceState, readonly PieceState[]>> = {
  [UNVERIFIED]: [],
  [MISSING]: [MISSING],
  [REQUESTED]: [MISSING, REQUESTED],
  [EXCLUSIVE]: [MISSING, EXCLUSIVE],
  [HELD]: [HELD],
};

test("a state is followed by those alone that the table names", () => {
  const allowed = ALL.map((from) =>
    ALL.filter((to) => {
      const pieces = new PieceStates(
        1,
        () => 1,
        () => {},
      );
      for (const state of WAYS[from]) pieces.change(0, state);
      try {
        pieces.change(0, to);
        return true;
      } catch {
        return false;
      }
    }),
  );
  expect(allowed).toEqual([
    [MISSING, HELD],
    [REQUESTED, EXCLUSIVE, HELD],
    [MISSING, HELD],
    [MISSING, HELD],
    [UNVERIFIED],
  ]);
});

test("counts what is missing and held, and tells of each piece that becomes missing or stops being so", () => {
  const calls: [number, boolean][] = [];
  const pieces = new PieceStates(
    3,
    (piece) => 10 ** piece,
    (piece, missing) => void calls.push([piece, missing]),
  );
  for (let piece = 0; piece < 3; piece++) pieces.change(piece, MISSING);
  expect([pieces.missingBytes, pieces.contiguousHeld, pieces.allHeld]).toEqual([111, 0, false]);
  pieces.change(1, REQUESTED);
  pieces.change(1, HELD);
  expect([pieces.missingBytes, pieces.contiguousHeld, pieces.allHeld]).toEqual([101, 0, false]);
  pieces.change(0, HELD);
  expect([pieces.missingBytes, pieces.contiguousHeld, pieces.allHeld]).toEqual([100, 2, false]);
  pieces.change(2, EXCLUSIVE);
  pieces.change(2, MISSING);
  pieces.change(2, HELD);
  expect([pieces.missingBytes, pieces.contiguousHeld, pieces.allHeld]).toEqual([0, 3, true]);
  expect(calls).toEqual([
    [0, true],
    [1, true],
    [2, true],
    [1, false],
    [0, false],
    [2, false],
    [2, true],
    [2, false],
  ]);
  pieces.assertConsistent();
});
