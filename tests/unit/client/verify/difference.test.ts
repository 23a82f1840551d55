import { expect, test } from "bun:test";
import { differenceOf } from "../../../../src/client/verify/difference.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { content, contentOf } from "../../transfer/content.ts";

const FILE = content(5 * MIB + 7);

function changedAt(...places: number[]) {
  const bytes = Buffer.from(FILE.bytes);
  for (const place of places) bytes[place] = (bytes[place] ?? 0) ^ 1;
  return differenceOf(FILE.version, FILE.hashes, contentOf(bytes).hashes);
}

test("nothing differs of what is the same", () => {
  expect(changedAt()).toEqual({ pieces: 0, ofPieces: 6, bytes: 0, ranges: [] });
  expect(differenceOf({ size: 0 }, new Uint8Array(0), new Uint8Array(0)).ofPieces).toBe(0);
});

test("pieces that differ side by side are one range, and the last piece ends with the file", () => {
  expect(changedAt(0, 2 * MIB, 3 * MIB, 5 * MIB + 6)).toEqual({
    pieces: 4,
    ofPieces: 6,
    bytes: 3 * MIB + 7,
    ranges: [
      { start: 0, end: MIB },
      { start: 2 * MIB, end: 4 * MIB },
      { start: 5 * MIB, end: 5 * MIB + 7 },
    ],
  });
});
