import { expect, test } from "bun:test";
import { zeroHash, zeroHashInTurns } from "../../../src/hashing/zero-hash.ts";
import { hash } from "../../../src/platform/hash.ts";
import { MIB } from "../../../src/platform/units.ts";

test.each([1, MIB - 1, MIB, 3 * MIB + 17, 40 * MIB])("the hash of %i zeros is that of as many", async (length) => {
  expect(Buffer.from(await zeroHashInTurns(length))).toEqual(Buffer.from(hash(new Uint8Array(length))));
});

test("zeros are hashed once for all who ask, whether they wait for others or not", async () => {
  const [first, second] = await Promise.all([zeroHashInTurns(70 * MIB), zeroHashInTurns(70 * MIB)]);
  expect(second).toBe(first);
  expect(zeroHash(70 * MIB)).toBe(first);
  const blocking = zeroHash(5 * MIB + 1);
  expect(await zeroHashInTurns(5 * MIB + 1)).toBe(blocking);
});

test("more lengths at once than are remembered are all answered", async () => {
  const lengths = Array.from({ length: 100 }, (_, index) => index + 1);
  const hashes = await Promise.all(lengths.map((length) => zeroHashInTurns(length)));
  for (const [index, length] of lengths.entries()) {
    expect(Buffer.from(hashes[index] ?? [])).toEqual(Buffer.from(hash(new Uint8Array(length))));
  }
});
