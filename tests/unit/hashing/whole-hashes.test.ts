import { expect, test } from "bun:test";
import { WholeHashes } from "../../../src/hashing/whole-hashes.ts";
import { hash, hex } from "../../../src/platform/hash.ts";
import { MIB } from "../../../src/platform/units.ts";

const BYTES = new Uint8Array(3 * MIB).map((_, index) => index % 251);

const ALONE = { length: "exact", reuse: null, digests: [], background: false } as const;

function slice(whole: number | null, from: number, count: number) {
  return { path: "", reach: "any" as const, size: BYTES.length, destination: null, whole, from, count, ...ALONE };
}

/** Hashes a slice of the file. */
function take(wholes: WholeHashes, whole: number | null, from: number, count: number): string | null {
  const part = slice(whole, from, count);
  wholes.hashFor(part)?.update(BYTES.subarray(from * MIB, (from + count) * MIB));
  const { blake3 } = wholes.finishSlice(part);
  return blake3 && hex(blake3);
}

test("slices in their order make the whole, and nothing else does", () => {
  const wholes = new WholeHashes();
  const expected = hex(hash(BYTES));
  expect([take(wholes, 1, 0, 1), take(wholes, 2, 0, 2), take(wholes, 1, 1, 2), take(wholes, 2, 2, 1)]).toEqual([
    null,
    null,
    expected,
    expected,
  ]);
  expect([take(wholes, 3, 1, 2), take(wholes, 4, 0, 1), take(wholes, 4, 2, 1)]).toEqual([null, null, null]);
  expect(take(wholes, null, 0, 3)).toBeNull();
});

test("after a failure it is unknown, until its file is begun anew", () => {
  const wholes = new WholeHashes();
  take(wholes, 1, 0, 1);
  wholes.abort(slice(1, 1, 1));
  expect(take(wholes, 1, 1, 2)).toBeNull();
  expect(take(wholes, 1, 0, 3)).toBe(hex(hash(BYTES)));
});

test("so many are under way, and the oldest is forgotten for one more", () => {
  const wholes = new WholeHashes();
  for (let whole = 1; whole <= 257; whole++) take(wholes, whole, 0, 1);
  expect(take(wholes, 1, 1, 2)).toBeNull();
  expect(take(wholes, 2, 1, 2)).toBe(hex(hash(BYTES)));
});
