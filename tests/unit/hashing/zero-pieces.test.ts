import { expect, test } from "bun:test";
import { Extents } from "../../../src/hashing/extents.ts";
import { zeroPieces } from "../../../src/hashing/zero-pieces.ts";
import { MIB } from "../../../src/platform/units.ts";
import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import { rangesWhere } from "../../../src/protocol/versions/piece-range.ts";
import { content, contentOf } from "../transfer/content.ts";

async function found(bytes: Buffer): Promise<number[]> {
  const { version, hashes } = contentOf(bytes);
  const zeros = await zeroPieces(version, hashes);
  return Array.from({ length: zeros.length }, (_, piece) => piece).filter((piece) => zeros.has(piece));
}

test("pieces of zeros are known by their hashes, also the last one, which is shorter", async () => {
  const bytes = content(3 * MIB + 5).bytes;
  expect(await found(bytes)).toEqual([]);
  bytes.fill(0, MIB, 2 * MIB);
  expect(await found(bytes)).toEqual([1]);
  bytes.fill(0, 3 * MIB);
  expect(await found(bytes)).toEqual([1, 3]);
  bytes.fill(0, 0, MIB - 1);
  expect(await found(bytes)).toEqual([1, 3]);
  expect(await found(Buffer.alloc(2 * MIB))).toEqual([0, 1]);
  expect(await found(Buffer.alloc(1))).toEqual([0]);
  expect(await found(Buffer.alloc(0))).toEqual([]);
});

test("runs are as long as they can be", () => {
  expect(rangesWhere(6, (piece) => piece !== 2 && piece !== 5)).toEqual([
    { start: 0, end: 2 },
    { start: 3, end: 5 },
  ]);
  expect(rangesWhere(3, () => false)).toEqual([]);
});

test("room is needed for what lies between two holes", () => {
  const size = 6 * MIB + 9;
  const none = new Extents(size, new Bitmap(7));
  expect(none.of(0)).toEqual({ position: 0, length: size });
  const zeros = new Bitmap(7);
  for (const piece of [0, 3]) zeros.add(piece);
  const extents = new Extents(size, zeros);
  expect(extents.of(1)).toEqual({ position: MIB, length: 2 * MIB });
  expect(extents.of(2)).toBe(extents.of(1));
  expect(extents.of(6)).toEqual({ position: 4 * MIB, length: 2 * MIB + 9 });
});
