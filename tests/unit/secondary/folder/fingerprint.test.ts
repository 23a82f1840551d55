import { describe, expect, test } from "bun:test";
import type { Fingerprint } from "../../../../src/platform/content-state.ts";
import {
  fingerprintOf,
  hasModificationTime,
  hidesChangesFor,
  invalidated,
  isInvalidated,
  modifiedOf,
  sameFingerprint,
} from "../../../../src/secondary/folder/fingerprint.ts";

const SECOND_NS = 1_000_000_000n;
const NOON_NS = 1_700_000_000n * SECOND_NS;
const NOON_MS = 1_700_000_000_000;
const FINE: Fingerprint = { size: 5, mtimeNs: NOON_NS + 7n, ctimeNs: NOON_NS + 7n, inode: 3n };
const COARSE: Fingerprint = { ...FINE, mtimeNs: NOON_NS, ctimeNs: NOON_NS };

test("anything that differs shows that a file was changed", () => {
  expect(sameFingerprint(FINE, { ...FINE })).toBe(true);
  for (const change of [{ size: 6 }, { mtimeNs: 1n }, { ctimeNs: 1n }, { inode: 4n }])
    expect(sameFingerprint(FINE, { ...FINE, ...change })).toBe(false);
});

test("a doubtful fingerprint is that of no file", () => {
  expect([isInvalidated(FINE), isInvalidated(invalidated(FINE))]).toEqual([false, true]);
  expect(sameFingerprint(FINE, invalidated(FINE))).toBe(false);
  expect(fingerprintOf({ ...FINE, name: "more" } as Fingerprint)).toEqual(FINE);
});

describe("a later change of a file that was just changed", () => {
  test("shows at once where times are fine, or where its time was set", () => {
    expect(hidesChangesFor(FINE, NOON_MS)).toBe(0);
    expect(hidesChangesFor({ ...COARSE, mtimeNs: NOON_NS - SECOND_NS }, NOON_MS)).toBe(0);
  });

  test("may not show within the same two seconds where times are coarse", () => {
    const hidden = [0, 500, 1999, 2000, 5000].map((age) => hidesChangesFor(COARSE, NOON_MS + age));
    expect(hidden).toEqual([2000, 1500, 1, 0, 0]);
    // A time in the future is no reason to wait for it.
    expect(hidesChangesFor(COARSE, NOON_MS - 1)).toBe(0);
  });
});

test("a modification time is in microseconds, and not before 1970", () => {
  expect([modifiedOf(FINE), modifiedOf({ mtimeNs: 1999n }), modifiedOf({ mtimeNs: -5000n })]).toEqual([
    NOON_MS * 1000,
    1,
    0,
  ]);
});

test("a file has the time that it was given, as exactly as its file system stores it", () => {
  const given = NOON_MS * 1000 + 123_456;
  const has = (mtimeNs: bigint) => hasModificationTime({ mtimeNs }, given);
  expect(has(NOON_NS + 123_456_789n)).toBe(true);
  expect(has(NOON_NS + 123_455_000n)).toBe(false);
  // FAT counts in steps of two seconds.
  for (const seconds of [-1n, 0n, 1n, 2n]) expect(has(NOON_NS + seconds * SECOND_NS)).toBe(true);
  for (const seconds of [-2n, 3n]) expect(has(NOON_NS + seconds * SECOND_NS)).toBe(false);
});
