import { expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { MIB } from "../../../support/files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import type { ScriptedSource } from "../../transfer/scripted-source.ts";
import { FILE, StreamsFixture } from "./streams-fixture.ts";

const { size, id } = FILE.version;

/** Reads the whole file from one source and ends. Gives the pieces that were asked for. */
async function readAll(folder: string, limit = 100 * MIB): Promise<readonly number[]> {
  return (await readFrom(folder, limit)).source.asked;
}

async function readFrom(
  folder: string,
  limit = 100 * MIB,
): Promise<{ source: ScriptedSource; fixture: StreamsFixture }> {
  const fixture = await StreamsFixture.keepingIn(folder, limit);
  const source = fixture.source();
  try {
    const file = await fixture.open();
    expect((await fixture.read(file, 0, size)).equals(FILE.bytes)).toBe(true);
    fixture.streams.end(file.reader, size);
    await fixture.until("it is reported", () => fixture.reports.length > 0);
    await fixture.streams.stop();
    return { source, fixture };
  } finally {
    fixture.stop();
  }
}

const piecesPath = (folder: string) => path.join(folder, `${id}.pieces`);

test("what was read once is there for the next process, which asks for nothing", async () => {
  const folder = temporaryFolder();
  expect(new Set(await readAll(folder)).size).toBe(21);
  const { source, fixture } = await readFrom(folder);
  expect([source.asked, source.manifests]).toEqual([[], 0]);
  // What is there is believed nothing, and is compared in few steps.
  expect(fixture.verified.map(([start]) => start)).toEqual([0, ...fixture.verified.map(([, end]) => end).slice(0, -1)]);
  expect(fixture.verified.at(-1)?.[1]).toBe(21);
  expect(fixture.verified.length).toBeLessThan(21);
  expect(Math.max(...fixture.verified.map(([start, end]) => end - start))).toBeLessThanOrEqual(8);
});

test("a version counts as used when its file is closed", async () => {
  const folder = temporaryFolder();
  const { fixture } = await readFrom(folder);
  const age = fixture.clock.wall() - fs.statSync(piecesPath(folder)).mtimeMs;
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(60_000);
});

test("a piece with a bit that was flipped is fetched again, and no other byte is given to anybody", async () => {
  const folder = temporaryFolder();
  await readAll(folder);
  const file = fs.openSync(piecesPath(folder), "r+");
  fs.writeSync(file, Buffer.from([(FILE.bytes[5 * MIB + 17] ?? 0) ^ 4]), 0, 1, 5 * MIB + 17);
  fs.closeSync(file);
  expect(await readAll(folder)).toEqual([5]);
  expect(await readAll(folder)).toEqual([]);
});

test("files that somebody has cut, emptied or damaged cost a transfer, and nothing else", async () => {
  const folder = temporaryFolder();
  await readAll(folder);
  fs.truncateSync(piecesPath(folder), 3 * MIB);
  expect(await readAll(folder)).toHaveLength(21);
  fs.writeFileSync(path.join(folder, `${id}.hashes`), "no hashes");
  expect(await readAll(folder)).toEqual([]);
  fs.rmSync(path.join(folder, `${id}.hashes`));
  expect(await readAll(folder)).toEqual([]);
});

test("no more is kept than the limit says, of files that are open and of those that are not", async () => {
  const folder = temporaryFolder();
  await readAll(folder, 8 * MIB);
  const allocated = () => fs.statSync(piecesPath(folder)).blocks * 512;
  expect(allocated()).toBeLessThanOrEqual(8 * MIB + 64 * 1024);
  expect(allocated()).toBeGreaterThan(4 * MIB);
  const smaller = await StreamsFixture.keepingIn(folder, MIB);
  await smaller.streams.stop();
  smaller.stop();
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
});

test("of versions that earlier processes have left, those that were used longest ago go first", async () => {
  const folder = temporaryFolder();
  const put = (name: string, bytes: number, used: number) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, Buffer.alloc(bytes, 7));
    fs.utimesSync(file, used, used);
    return fs.statSync(file).blocks * 512;
  };
  const [oldest, older, newest, open] = ["d", "c", "b", "a"].map((digit) => digit.repeat(64));
  put(`${oldest}.pieces`, 2 * MIB, 1000);
  put(`${oldest}.hashes`, 64, 5000);
  const sizes = [put(`${older}.pieces`, MIB, 2000), put(`${newest}.pieces`, 3 * MIB, 3000)];
  // Nothing of this is a version of a file.
  put("notes.pieces", 9 * MIB, 1);
  put(`${open}.part`, 9 * MIB, 1);
  fs.mkdirSync(path.join(folder, `${open}.pieces`));
  const fixture = await StreamsFixture.keepingIn(
    folder,
    sizes.reduce((sum, size) => sum + size),
  );
  await fixture.streams.stop();
  fixture.stop();
  expect(fs.readdirSync(folder).sort()).toEqual(
    ["lock", "notes.pieces", `${open}.part`, `${open}.pieces`, `${older}.pieces`, `${newest}.pieces`].sort(),
  );
});

test("of a version of which nothing was read nothing is kept", async () => {
  const folder = temporaryFolder();
  const fixture = await StreamsFixture.keepingIn(folder, 100 * MIB);
  fixture.source();
  await fixture.open();
  await fixture.streams.stop();
  fixture.stop();
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
});

test("pieces in front of a gap are there for the next process", async () => {
  const folder = temporaryFolder();
  const fixture = await StreamsFixture.keepingIn(folder, 100 * MIB);
  fixture.source();
  await fixture.read(await fixture.open(), 10 * MIB, 11 * MIB);
  await fixture.pass(6000);
  await fixture.streams.stop();
  fixture.stop();
  const asked = new Set(await readAll(folder));
  expect([10, 11, 12, 13].filter((piece) => asked.has(piece))).toEqual([]);
});

test("who comes while the file is being closed finds in it what was read", async () => {
  const folder = temporaryFolder();
  const fixture = await StreamsFixture.keepingIn(folder, 100 * MIB);
  const source = fixture.source();
  const file = await fixture.open();
  await fixture.read(file, 0, size);
  fixture.streams.end(file.reader, size);
  for (let turn = 0; turn < 1000 && fixture.streams.list().length > 0; turn++) await Promise.resolve();
  expect([fixture.streams.list(), fixture.streams.counts.files]).toEqual([[], 1]);
  const asked = source.asked.length;
  const again = await fixture.open();
  expect((await fixture.read(again, 0, size)).equals(FILE.bytes)).toBe(true);
  expect(source.asked).toHaveLength(asked);
  await fixture.streams.stop();
  fixture.stop();
});

test("a folder in which no room can be given back is left, and reading goes on", async () => {
  const folder = temporaryFolder();
  const zeroRange = async () => {
    throw new DiskError("other", folder, "no holes here");
  };
  const fixture = await StreamsFixture.keepingIn(folder, 2 * MIB, { zeroRange });
  fixture.source();
  const file = await fixture.open();
  expect((await fixture.read(file, 0, size)).equals(FILE.bytes)).toBe(true);
  expect((await fixture.read(file, 0, size)).equals(FILE.bytes)).toBe(true);
  expect(fixture.said).toEqual([expect.stringMatching(/^no-cache: nothing more is kept in .*: no holes here/)]);
  await fixture.streams.stop();
  fixture.stop();
});

test("a folder that another process uses is left alone, and reading goes on without it", async () => {
  const folder = temporaryFolder();
  const first = await StreamsFixture.keepingIn(folder, 100 * MIB);
  const { source, fixture } = await readFrom(folder);
  expect(new Set(source.asked).size).toBe(21);
  expect(fixture.said).toEqual([expect.stringContaining("another process uses it; give another --cache-dir")]);
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
  await first.streams.stop();
  first.stop();
});

test("two names with the same content do not disturb each other", async () => {
  const folder = temporaryFolder();
  const fixture = await StreamsFixture.keepingIn(folder, 100 * MIB);
  fixture.source();
  const [one, other] = [await fixture.open("one"), await fixture.open("other")];
  const paths = [];
  for (const file of [one, other]) paths.push(fs.readlinkSync(`/proc/self/fd/${await fixture.fdOf(file)}`));
  expect([paths[0], path.dirname(paths[1] ?? "")]).toEqual([piecesPath(folder), os.tmpdir()]);
  const both = await Promise.all([fixture.read(one, 0, size), fixture.read(other, 0, size)]);
  expect(both.map((bytes) => bytes.equals(FILE.bytes))).toEqual([true, true]);
  await fixture.streams.stop();
  fixture.stop();
});
