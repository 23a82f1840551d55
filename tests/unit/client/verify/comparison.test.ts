import { beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import { type ComparisonDeps, compareFile, type Finding } from "../../../../src/client/verify/comparison.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { FileChanged } from "../../../../src/hashing/hashing.ts";
import { sameContent } from "../../../../src/platform/content-state.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { bytesEqual } from "../../../../src/platform/hash.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { content, contentOf } from "../../transfer/content.ts";

const FILM = content(4 * MIB + 9);
const SIZE = FILM.bytes.length;
const hasher = inlineHashing(systemBlockingDisk, silentLog);

let path: string;
let asked: string[];
let deps: ComparisonDeps;

beforeEach(() => {
  path = `${temporaryFolder()}/film.mkv`;
  asked = [];
  deps = {
    disk: systemDisk,
    hasher,
    pieceHashes: async (name) => {
      asked.push(name);
      return FILM.hashes;
    },
  };
});

function compare(listed: { size: number; id: string } | null = FILM.version): Promise<Finding> {
  return compareFile(deps, { name: "film.mkv", path, listed }, () => true);
}

function changedAt(...places: number[]): Buffer {
  const bytes = Buffer.from(FILM.bytes);
  for (const place of places) bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
}

/** What is found once these bytes are there. */
function found(bytes: Uint8Array): Promise<Finding> {
  fs.writeFileSync(path, bytes);
  return compare();
}

describe("a file that is compared", () => {
  test("is the same, and no secondary is asked", async () => {
    expect(await found(FILM.bytes)).toEqual({ kind: "same" });
    expect(asked).toEqual([]);
  });

  test("differs in pieces", async () => {
    const changed = await found(changedAt(MIB));
    expect(changed).toMatchObject({
      kind: "different",
      localSize: SIZE,
      difference: { pieces: 1, ofPieces: 5, bytes: MIB, ranges: [{ start: MIB, end: 2 * MIB }] },
    });
    expect(asked).toEqual(["film.mkv"]);
    // A repair need not read it again.
    if (changed.kind !== "different") throw new Error("it differs");
    const now = await systemDisk.stat(path);
    expect(now !== null && sameContent(changed.read.state, now)).toBe(true);
    expect(bytesEqual(changed.read.hashes, contentOf(changedAt(MIB)).hashes)).toBe(true);
  });

  test("is longer, or shorter, and perhaps the same else", async () => {
    const longer = await found(Buffer.concat([FILM.bytes, Buffer.from("!")]));
    expect(longer).toMatchObject({ kind: "different", localSize: SIZE + 1, difference: { pieces: 0, bytes: 0 } });
    const shorter = await found(changedAt(0).subarray(0, 3 * MIB + 1));
    expect(shorter).toMatchObject({
      localSize: 3 * MIB + 1,
      difference: {
        pieces: 3,
        bytes: 2 * MIB + 9,
        ranges: [
          { start: 0, end: MIB },
          { start: 3 * MIB, end: SIZE },
        ],
      },
    });
    expect(await found(new Uint8Array(0))).toMatchObject({ localSize: 0, difference: { pieces: 5, bytes: SIZE } });
  });

  test("differs, and where cannot be told", async () => {
    deps = { ...deps, pieceHashes: () => Promise.reject(new Error("no secondary delivers")) };
    expect(await found(changedAt(0))).toMatchObject({
      kind: "different",
      localSize: SIZE,
      difference: null,
      why: "no secondary delivers",
    });
  });

  test("is not here, or not in the cluster", async () => {
    expect(await compare()).toEqual({ kind: "missing" });
    expect(await compare(null)).toEqual({ kind: "unknown" });
  });
});

describe("a file cannot be compared", () => {
  test("in whose place a folder is", async () => {
    fs.mkdirSync(path);
    expect(inEnglish(await compare())).toEqual({ kind: "unreadable", reason: "a folder is in its place" });
  });

  test("that the disk does not give", async () => {
    const refused = () => Promise.reject(new DiskError("denied", path, `cannot open ${path}: permission denied`));
    deps = { ...deps, hasher: { hashAs: refused } };
    expect(await found(FILM.bytes)).toEqual({
      kind: "unreadable",
      reason: `cannot open ${path}: permission denied`,
    });
    deps = { ...deps, disk: { stat: refused } };
    expect(await compare()).toMatchObject({ kind: "unreadable" });
  });

  test("that somebody changes meanwhile, be its length or its time alone", async () => {
    const change = (how: () => void): ComparisonDeps["hasher"] => ({
      hashAs: async (...args) => {
        how();
        return hasher.hashAs(...args);
      },
    });
    deps = { ...deps, hasher: change(() => fs.utimesSync(path, 1, 1)) };
    expect(inEnglish(await found(FILM.bytes))).toEqual({
      kind: "unreadable",
      reason: "it was changed while it was read",
    });
    deps = { ...deps, hasher: change(() => fs.truncateSync(path, 5)) };
    expect(inEnglish(await found(FILM.bytes))).toEqual({
      kind: "unreadable",
      reason: "it was changed while it was read",
    });
    const cut = async () => {
      throw new FileChanged(`${path} has no longer 5 bytes`);
    };
    deps = { ...deps, hasher: { hashAs: cut } };
    expect(inEnglish(await found(FILM.bytes))).toEqual({
      kind: "unreadable",
      reason: "it was changed while it was read",
    });
  });
});
