import { describe, expect, test } from "bun:test";
import type { Finding } from "../../../../src/client/verify/comparison.ts";
import {
  findingJson,
  findingText,
  isRepairable,
  readBefore,
  repairJson,
  repairText,
  summaryJson,
  summaryText,
} from "../../../../src/client/verify/report.ts";
import { MIB } from "../../../../src/platform/units.ts";

const ID = "a".repeat(64);
const READ = { state: { size: 1, mtimeNs: 1n, inode: 1n }, hashes: new Uint8Array(0) };
const range = (start: number, end: number) => ({ start: start * MIB, end: end * MIB });
const RANGES = [range(0, 1), range(2, 4), range(6, 7), range(8, 9), range(10, 11)];

function compared(finding: Finding, listed: { size: number; id: string } | null = { size: 20 * MIB, id: ID }) {
  return { file: { name: "film.mkv", path: "./film.mkv", listed }, finding };
}

function different(localSize: number, ranges = RANGES) {
  const pieces = ranges.reduce((sum, { start, end }) => sum + (end - start) / MIB, 0);
  return compared({
    kind: "different",
    localSize,
    read: READ,
    difference: { pieces, ofPieces: 20, bytes: pieces * MIB, ranges },
  });
}

const UNTOLD = compared({
  kind: "different",
  localSize: 20 * MIB,
  read: READ,
  difference: null,
  why: "nobody delivers",
});
const UNREADABLE = compared({ kind: "unreadable", reason: "a folder is in its place" });
const UNKNOWN = compared({ kind: "unknown" }, null);

describe("a line about a file", () => {
  test("says what differs, in a few ranges", () => {
    expect(findingText(different(20 * MIB))).toBe(
      "film.mkv: 6 of 20 pieces differ (6.0 MiB): 0 B to 1.0 MiB, 2.0 to 4.0 MiB, 6.0 to 7.0 MiB and 2 more",
    );
    expect(findingText(different(20 * MIB, RANGES.slice(0, 1)))).toBe(
      "film.mkv: 1 of 20 pieces differ (1.0 MiB): 0 B to 1.0 MiB",
    );
  });

  test("says what is too long or too short", () => {
    expect(findingText(different(22 * MIB, []))).toBe("film.mkv: longer by 2.0 MiB, all else is the same");
    expect(findingText(different(19 * MIB, [range(19, 20)]))).toBe(
      "film.mkv: shorter by 1.0 MiB, 1 of 20 pieces differ (1.0 MiB): 19.0 to 20.0 MiB",
    );
  });

  test("says the rest", () => {
    expect(
      [compared({ kind: "same" }), compared({ kind: "missing" }), UNKNOWN, UNREADABLE, UNTOLD].map(findingText),
    ).toEqual([
      "film.mkv: the same as in the cluster (20.0 MiB)",
      "film.mkv: not here (20.0 MiB)",
      "film.mkv: the cluster has no such file",
      "film.mkv: cannot be compared: a folder is in its place",
      "film.mkv: different, and which pieces are cannot be told: nobody delivers",
    ]);
  });

  test("as JSON has the same", () => {
    const file = { name: "film.mkv", path: "./film.mkv", size: 20 * MIB, id: ID };
    expect(findingJson(different(19 * MIB, RANGES.slice(1, 2)))).toEqual({
      event: "different",
      ...file,
      ...{ localSize: 19 * MIB, differentPieces: 2, pieces: 20, differentBytes: 2 * MIB, ranges: [range(2, 4)] },
    });
    expect(findingJson(UNTOLD)).toEqual({ event: "different", ...file, localSize: 20 * MIB, error: "nobody delivers" });
    expect(findingJson(UNREADABLE)).toEqual({ event: "unreadable", ...file, error: "a folder is in its place" });
    expect(findingJson(UNKNOWN)).toEqual({ event: "unknown", ...file, size: null, id: null });
    expect(findingJson(compared({ kind: "same" }))).toEqual({ event: "same", ...file });
  });
});

test("the sum names what there is, and how fast it was read", () => {
  const counts = { same: 2, different: 1, missing: 0, unknown: 0, unreadable: 3 };
  const all = { counts, readBytes: 40 * MIB, seconds: 2 };
  expect(summaryText(all)).toBe("6 files: 2 the same, 1 different, 3 not compared; 40.0 MiB read in 2.0 s, 20.0 MiB/s");
  expect(summaryJson({ ...all, seconds: 1.23456 })).toEqual({
    event: "verified",
    ...counts,
    readBytes: 40 * MIB,
    seconds: 1.235,
  });
  const none = { same: 0, different: 0, missing: 0, unknown: 0, unreadable: 0 };
  expect(summaryText({ counts: none, readBytes: 0, seconds: 0 })).toBe("0 files; 0 B read in 0.0 s, 0 B/s");
});

describe("a repair", () => {
  test("is for all that the cluster has and that is not right here", () => {
    const missing = compared({ kind: "missing" });
    expect([different(5), missing, UNREADABLE, UNTOLD].map(isRepairable)).toEqual([true, true, true, true]);
    expect([UNKNOWN, compared({ kind: "same" })].map(isRepairable)).toEqual([false, false]);
  });

  test("reads nothing again of which it is known that it differs", () => {
    expect([different(5), UNTOLD].map(readBefore)).toEqual([READ, READ]);
    expect([compared({ kind: "missing" }), UNREADABLE].map(readBefore)).toEqual([null, null]);
  });

  test("would fetch what differs, or all of what is missing", () => {
    expect([different(20 * MIB), compared({ kind: "missing" }), UNTOLD].map(repairText)).toEqual([
      "film.mkv: would fetch 6.0 MiB of 20.0 MiB",
      "film.mkv: would fetch 20.0 MiB of 20.0 MiB",
      "film.mkv: would fetch what differs of 20.0 MiB",
    ]);
    expect(repairJson(different(20 * MIB))).toEqual({
      event: "would-repair",
      name: "film.mkv",
      path: "./film.mkv",
      bytes: 6 * MIB,
    });
    expect(repairJson(UNREADABLE)).toMatchObject({ bytes: null });
  });
});
