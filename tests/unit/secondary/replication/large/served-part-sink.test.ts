import { expect, test } from "bun:test";
import fs from "node:fs";
import { zeroPieces } from "../../../../../src/hashing/zero-pieces.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import { pieceHash } from "../../../../../src/protocol/versions/version.ts";
import { ServedPartSink } from "../../../../../src/secondary/replication/large/served-part-sink.ts";
import { DiskSpace } from "../../../../../src/secondary/replication/placement/disk-space.ts";
import { PartialFiles } from "../../../../../src/secondary/serving/partial-files.ts";
import { journalMark } from "../../../../../src/transfer/sinks/journal.ts";
import type { InitialPieces } from "../../../../../src/transfer/sinks/sink.ts";
import { type Content, content, contentOf } from "../../../transfer/content.ts";
import { PartFileFixture } from "../../../transfer/sinks/part-file-fixture.ts";

const FILM = content(4 * MIB);

/** A part that is served while it grows, on a disk with so many bytes free. */
class ServedPartFixture {
  readonly parts = new PartFileFixture();
  readonly partialFiles = new PartialFiles(systemDisk);
  readonly space: DiskSpace;
  changes = 0;

  constructor(public freeBytes = 100 * MIB) {
    this.space = new DiskSpace({
      disk: { freeBytes: async () => this.freeBytes },
      freeSpace: async () => this.freeBytes,
      freeableBytes: async () => 0,
    });
  }

  async open(file: Content): Promise<ServedPartSink> {
    const part = await this.parts.prepare({ file });
    const serving = {
      availabilityChanged: () => {
        this.changes += 1;
      },
    };
    const { partialFiles, space } = this;
    return new ServedPartSink({ disk: systemDisk, partialFiles, space, serving }, part, file.version, "staging");
  }

  async begin(sink: ServedPartSink, file: Content): Promise<InitialPieces> {
    return sink.begin(file.hashes, await zeroPieces(file.version, file.hashes));
  }
}

function write(sink: ServedPartSink, file: Content, piece: number): void {
  const bytes = file.bytes.subarray(piece * MIB, (piece + 1) * MIB);
  fs.writeSync(sink.file, bytes, 0, bytes.length, sink.position(piece));
  fs.writeSync(sink.journal, journalMark(pieceHash(file.hashes, piece)), 0, 4, sink.markPosition(piece));
  sink.pieceWritten(piece);
}

test("each piece is served as soon as it is written, and the descriptor is not that of the part", async () => {
  const fixture = new ServedPartFixture();
  const sink = await fixture.open(FILM);
  expect(await fixture.partialFiles.acquire(FILM.version.id)).toBeNull();
  await fixture.begin(sink, FILM);
  expect(fixture.changes).toBe(1);
  expect(fixture.partialFiles.hashes(FILM.version.id)).toEqual(FILM.hashes);
  const reader = await fixture.partialFiles.acquire(FILM.version.id);
  expect(reader?.fd).not.toBe(sink.file);
  expect([0, 1, 2, 3].map((piece) => reader?.has(piece))).toEqual([false, false, false, false]);
  write(sink, FILM, 2);
  expect([0, 1, 2, 3].map((piece) => reader?.has(piece))).toEqual([false, false, true, false]);
  const read = Buffer.alloc(MIB);
  fs.readSync(reader?.fd ?? -1, read, 0, MIB, 2 * MIB);
  expect(read.equals(FILM.bytes.subarray(2 * MIB, 3 * MIB))).toBe(true);
  for (const piece of [0, 1, 3]) write(sink, FILM, piece);
  await sink.finish();
  // It is served until its version is removed, also after it has its name.
  expect((await fixture.partialFiles.acquire(FILM.version.id))?.bitmap()).toBeNull();
  reader?.release();
});

test("space is reserved for what has not arrived, and given back when the copy ends", async () => {
  const fixture = new ServedPartFixture(5 * MIB);
  const sink = await fixture.open(FILM);
  await fixture.begin(sink, FILM);
  expect(sink.remainingBytes).toBe(4 * MIB);
  expect(await fixture.space.hasSpaceFor("staging", MIB)).toBe(false);
  write(sink, FILM, 0);
  expect(sink.remainingBytes).toBe(3 * MIB);
  expect(await fixture.space.hasSpaceFor("staging", MIB)).toBe(true);
  await sink.abandon();
  expect(await fixture.space.hasSpaceFor("staging", 4 * MIB)).toBe(true);
});

test("a copy that the disk has no space for does not begin, and nothing is served of it", async () => {
  const fixture = new ServedPartFixture(3 * MIB);
  const sink = await fixture.open(FILM);
  const error = await fixture.begin(sink, FILM).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DiskError);
  expect(error).toMatchObject({ failure: "full" });
  expect(await fixture.partialFiles.acquire(FILM.version.id)).toBeNull();
  await sink.abandon();
});

test("zeros need no space", async () => {
  const bytes = Buffer.alloc(4 * MIB);
  FILM.bytes.copy(bytes, 0, 0, MIB);
  const sparse = contentOf(bytes);
  const fixture = new ServedPartFixture(2 * MIB);
  const sink = await fixture.open(sparse);
  await fixture.begin(sink, sparse);
  expect(sink.remainingBytes).toBe(MIB);
  await sink.abandon();
});

test("a piece that an earlier try left and that is wrong has to arrive again", async () => {
  const fixture = new ServedPartFixture();
  const first = await fixture.open(FILM);
  await fixture.begin(first, FILM);
  for (const piece of [0, 1]) write(first, FILM, piece);
  await first.abandon();
  // Somebody has changed the part: its pieces are read before they count.
  fixture.parts.tamper("x", MIB + 7);
  fixture.parts.markedLater(-1);
  const next = await fixture.open(FILM);
  const checked: [number, boolean][] = [];
  next.setListener({
    consumed() {},
    failed() {},
    pieceChecked: (piece, there) => void checked.push([piece, there]),
  });
  const { have, unverified } = await fixture.begin(next, FILM);
  expect([have.size, next.remainingBytes]).toEqual([0, 4 * MIB - unverified.size * MIB]);
  next.verifyUnread();
  for (let turn = 0; turn < 1000 && checked.length < unverified.size; turn++) await Bun.sleep(1);
  expect(checked.filter(([, there]) => there).map(([piece]) => piece)).toEqual([0]);
  expect(next.remainingBytes).toBe(3 * MIB);
  expect((await fixture.partialFiles.acquire(FILM.version.id))?.has(1)).toBe(false);
  expect((await fixture.partialFiles.acquire(FILM.version.id))?.has(0)).toBe(true);
  await next.abandon();
});
