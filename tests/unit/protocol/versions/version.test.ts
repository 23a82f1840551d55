import { describe, expect, test } from "bun:test";
import { hash } from "../../../../src/platform/hash.ts";
import { GIB, MIB } from "../../../../src/platform/units.ts";
import {
  hashesMatch,
  MAX_PIECES,
  MAX_SIZE,
  pieceCount,
  pieceHash,
  pieceLength,
  pieceMatches,
  pieceSize,
  versionId,
} from "../../../../src/protocol/versions/version.ts";

describe("pieces", () => {
  test.each([
    [0, MIB, 0],
    [1, MIB, 1],
    [MIB, MIB, 1],
    [MIB + 1, MIB, 2],
    [16 * GIB, MIB, 16_384],
    [16 * GIB + 1, 2 * MIB, 8193],
    [2 ** 50, 2 ** 36, 16_384],
    [2 ** 50 - 1, 2 ** 36, 16_384],
    [2 ** 49 + 1, 2 ** 36, 8193],
  ])("of a file of %d bytes", (size, piece, count) => {
    expect(pieceSize(size)).toBe(piece);
    expect(pieceCount(size)).toBe(count);
  });

  test("are as long together as the file, for every size near a limit", () => {
    for (let power = 0; power <= 50; power++) {
      for (const size of [2 ** power - 1, 2 ** power, Math.min(MAX_SIZE, 2 ** power + 1)]) {
        const count = pieceCount(size);
        expect(count).toBeLessThanOrEqual(MAX_PIECES);
        if (count === 0) continue;
        const last = pieceLength(size, count - 1);
        expect(last).toBeGreaterThan(0);
        expect((count - 1) * pieceSize(size) + last).toBe(size);
        if (count > 1) expect(pieceLength(size, 0)).toBe(pieceSize(size));
      }
    }
  });
});

describe("the id of a version", () => {
  // Pinned: what is on disks and in databases must keep its id for ever.
  test.each([
    [0, "", "21cf486777a3e18251bce87495c2701d"],
    [3, "abc", "df2953319bc4a3229f948fc2dc2d58e0"],
  ])("of a file of %d bytes %j", (size, content, begins) => {
    const hashes = content === "" ? new Uint8Array(0) : hash(Buffer.from(content));
    expect(versionId(size, hashes)).toStartWith(begins);
  });

  test("of 16 GiB and one byte of made-up hashes", () => {
    const size = 16 * GIB + 1;
    expect(versionId(size, new Uint8Array(pieceCount(size) * 32).fill(7))).toStartWith("4f46a5066bb29ac4");
  });

  test("differs with the size and with every hash", () => {
    const hashes = new Uint8Array(64).fill(1);
    const ids = new Set([versionId(2 * MIB, hashes), versionId(2 * MIB - 1, hashes)]);
    for (const place of [0, 31, 32, 63]) {
      const other = hashes.slice();
      other[place] = 2;
      ids.add(versionId(2 * MIB, other));
    }
    expect(ids.size).toBe(6);
  });

  test("is matched by its hashes alone, in their number", () => {
    const content = Buffer.alloc(MIB + 5, 3);
    const hashes = Buffer.concat([hash(content.subarray(0, MIB)), hash(content.subarray(MIB))]);
    const version = { size: content.length, id: versionId(content.length, hashes) };
    expect(hashesMatch(version, hashes)).toBe(true);
    expect(hashesMatch(version, hashes.subarray(0, 32))).toBe(false);
    expect(hashesMatch(version, Buffer.concat([hashes, hashes]))).toBe(false);
    expect(hashesMatch({ ...version, size: MIB + 6 }, hashes)).toBe(false);
    expect(pieceHash(hashes, 1)).toEqual(hash(content.subarray(MIB)));
    expect(pieceMatches(hashes, 1, content.subarray(MIB))).toBe(true);
    expect(pieceMatches(hashes, 0, content.subarray(MIB))).toBe(false);
  });
});
