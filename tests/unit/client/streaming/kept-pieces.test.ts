import { expect, test } from "bun:test";
import { KeptPieces, type PieceKeeper } from "../../../../src/client/streaming/kept-pieces.ts";

class Keeper implements PieceKeeper {
  readonly givenUp: number[] = [];

  constructor(private readonly needed: readonly number[] = []) {}

  evict(piece: number): boolean {
    if (this.needed.includes(piece)) return false;
    this.givenUp.push(piece);
    return true;
  }
}

test("what was used longest ago is given up first, whoever keeps it, and what is needed never", () => {
  const kept = new KeptPieces();
  const [first, second] = [new Keeper([1]), new Keeper()];
  for (const piece of [1, 2, 3]) kept.used(first, piece, 10);
  kept.used(second, 2, 10);
  kept.used(first, 2, 10);
  expect([kept.bytes, kept.bytesOf(first), kept.bytesOf(second)]).toEqual([40, 30, 10]);
  kept.shrinkTo(20);
  expect([first.givenUp, second.givenUp, kept.bytes]).toEqual([[3], [2], 20]);
  kept.shrinkTo(0);
  expect([first.givenUp, kept.bytes]).toEqual([[3, 2], 10]);
});

test("what is lost or forgotten counts no more, and is not given up", () => {
  const kept = new KeptPieces();
  const [first, second] = [new Keeper(), new Keeper()];
  kept.used(first, 1, 10);
  kept.used(first, 2, 10);
  kept.used(second, 1, 10);
  kept.lost(first, 1);
  kept.lost(first, 1);
  expect(kept.bytes).toBe(20);
  kept.forget(second);
  kept.forget(second);
  expect(kept.bytes).toBe(10);
  kept.shrinkTo(0);
  expect([first.givenUp, second.givenUp, kept.bytes]).toEqual([[2], [], 0]);
});
