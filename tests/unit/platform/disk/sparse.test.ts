import { expect, test } from "bun:test";
import { hasZeroBlock, splitZeroBlocks } from "../../../../src/platform/disk/sparse.ts";

const BLOCK = 64 * 1024;

/** Bytes of `length` that are zero but at these places. */
function bytesWith(length: number, places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(length + 3).subarray(3);
  for (const place of places) bytes[place] = 1;
  return bytes;
}

/** The stretches: "start-end", in brackets where they are zeros. */
const cut = (bytes: Uint8Array) =>
  [...splitZeroBlocks(bytes)].map(({ start, end, zero }) => (zero ? `(${start}-${end})` : `${start}-${end}`));

test.each([
  [0, [], []],
  [1, [], ["(0-1)"]],
  [1, [0], ["0-1"]],
  [BLOCK, [12_345], [`0-${BLOCK}`]],
  [2 * BLOCK, [], [`(0-${2 * BLOCK})`]],
  [3 * BLOCK, [BLOCK], [`(0-${BLOCK})`, `${BLOCK}-${2 * BLOCK}`, `(${2 * BLOCK}-${3 * BLOCK})`]],
  [2 * BLOCK + 10, [BLOCK - 1, BLOCK], [`0-${2 * BLOCK}`, `(${2 * BLOCK}-${2 * BLOCK + 10})`]],
  [2 * BLOCK + 10, [5, 2 * BLOCK + 9], [`0-${BLOCK}`, `(${BLOCK}-${2 * BLOCK})`, `${2 * BLOCK}-${2 * BLOCK + 10}`]],
])("%d bytes with something at %p", (length, places, expected) => {
  expect(cut(bytesWith(length, places))).toEqual(expected);
});

test("every place of a block counts", () => {
  for (let place = 0; place < BLOCK; place += 997) expect(hasZeroBlock(bytesWith(BLOCK, [place]))).toBe(false);
  expect(hasZeroBlock(new Uint8Array(BLOCK))).toBe(true);
});
