import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import type { Disk, FileStat } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { pieceCount } from "../../../../src/protocol/versions/version.ts";
import { PartVerifier } from "../../../../src/transfer/sinks/part-verifier.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { type Content, content } from "../content.ts";
import { list } from "./part-file-fixture.ts";

const FILE = content(3 * MIB);
const ALL = [0, 1, 2];
const STAT = { kind: "file", mtimeNs: 0n, ctimeNs: 0n, inode: 1n, device: 1n } as const;

interface Case {
  readonly file?: Content;
  readonly touched?: boolean;
  /** Pieces in which the file system reports holes. */
  readonly holes?: readonly number[];
  /** Pieces that are all zeros. */
  readonly zeros?: readonly number[];
}

/** Parts of the file in which holes were looked for. */
let lookedAt: string[] = [];

/** Which pieces are suspected of a part that the system describes so, and the lengths that it was given. */
async function suspects(stat: Partial<FileStat>, { file = FILE, touched = false, holes = [], zeros = [] }: Case = {}) {
  const { size } = file.version;
  const lengths: number[] = [];
  const disk: Disk = {
    ...systemDisk,
    truncate: async (_fd, length) => void lengths.push(length),
    sync: async () => {},
    hasHole(_fd, start, length) {
      lookedAt.push(`${start / MIB}+${length / MIB}`);
      return holes.some((piece) => piece * MIB >= start && piece * MIB < start + length);
    },
  };
  lookedAt = [];
  const hasher = { hashPieces: () => Promise.reject(new Error("nothing is read")) };
  const zeroPieces = new Bitmap(pieceCount(size));
  for (const piece of zeros) zeroPieces.add(piece);
  const verifier = new PartVerifier(disk, hasher, -1, { ...file, zeros: zeroPieces }, () => false);
  const suspected = await verifier.suspects({ ...STAT, size, allocated: size, ...stat }, touched);
  return { suspected: list(suspected), lengths };
}

const LENGTH_SET = [FILE.bytes.length];

test("of a part that has all of its bytes on the disk nothing is suspected, and it is left alone", async () => {
  expect(await suspects({})).toEqual({ suspected: [], lengths: [] });
  expect(await suspects({ allocated: 4 * MIB })).toEqual({ suspected: [], lengths: [] });
  // With one question for all pieces: a film has thousands.
  expect(lookedAt).toEqual(["0+3"]);
});

test("every piece is suspected of a part to which another process has written", async () => {
  expect(await suspects({}, { touched: true })).toEqual({ suspected: ALL, lengths: LENGTH_SET });
});

test("a part that was cut gets its length back, and its pieces with holes are suspected", async () => {
  expect(await suspects({ size: 2 * MIB, allocated: 2 * MIB }, { holes: [2] })).toEqual({
    suspected: [2],
    lengths: LENGTH_SET,
  });
});

test("where the file system reports no holes, too few blocks make every piece suspected that is not all zeros", async () => {
  expect((await suspects({ allocated: 2 * MIB })).suspected).toEqual(ALL);
  expect((await suspects({ allocated: 2 * MIB - 1 }, { zeros: [1] })).suspected).toEqual([0, 2]);
  expect((await suspects({ allocated: 2 * MIB }, { zeros: [1], holes: [1] })).suspected).toEqual([]);
});

test("a file without bytes has nothing to lose, but loses what somebody else has put into it", async () => {
  expect(await suspects({ size: 0, allocated: 0 }, { file: content(0) })).toEqual({ suspected: [], lengths: [] });
  expect(await suspects({ size: 5, allocated: 4096 }, { file: content(0) })).toEqual({ suspected: [], lengths: [0] });
});

test("of pieces that are read those are sound whose hashes are right", async () => {
  const damaged = Buffer.from(FILE.bytes);
  damaged.fill(0, MIB, MIB + 8);
  const file = path.join(temporaryFolder(), "part");
  fs.writeFileSync(file, damaged);
  const fd = fs.openSync(file, "r");
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  const verifier = new PartVerifier(systemDisk, hasher, fd, { ...FILE, zeros: new Bitmap(ALL.length) }, () => false);
  expect(list(await verifier.sound(Bitmap.full(ALL.length)))).toEqual([0, 2]);
  fs.closeSync(fd);
});
