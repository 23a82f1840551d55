import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { MIB } from "../../../support/files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { FILE, StreamsFixture } from "./streams-fixture.ts";

const { size, id } = FILE.version;

/** Reads the whole file from one source and ends. Gives the pieces that were asked for. */
async function readAll(folder: string, limit = 100 * MIB): Promise<number[]> {
  const fixture = await StreamsFixture.keepingIn(folder, limit);
  const source = fixture.source();
  try {
    const file = await fixture.open();
    expect((await fixture.read(file, 0, size)).equals(FILE.bytes)).toBe(true);
    fixture.streams.end(file.reader, size);
    await fixture.until("it is reported", () => fixture.reports.length > 0);
    await fixture.streams.stop();
    return source.asked;
  } finally {
    fixture.stop();
  }
}

const piecesPath = (folder: string) => path.join(folder, `${id}.pieces`);

test("what was read once is there for the next process, which asks for nothing", async () => {
  const folder = temporaryFolder();
  expect(new Set(await readAll(folder)).size).toBe(21);
  expect(await readAll(folder)).toEqual([]);
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

test("a folder that another process uses is left alone, and reading goes on without it", async () => {
  const folder = temporaryFolder();
  const first = await StreamsFixture.keepingIn(folder, 100 * MIB);
  expect(new Set(await readAll(folder)).size).toBe(21);
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
  await first.streams.stop();
  first.stop();
});

test("two names with the same content do not disturb each other", async () => {
  const fixture = await StreamsFixture.keepingIn(temporaryFolder(), 100 * MIB);
  fixture.source();
  const [one, other] = [await fixture.open("one"), await fixture.open("other")];
  expect(await fixture.fdOf(one)).not.toBe(await fixture.fdOf(other));
  const both = await Promise.all([fixture.read(one, 0, size), fixture.read(other, 0, size)]);
  expect(both.map((bytes) => bytes.equals(FILE.bytes))).toEqual([true, true]);
  await fixture.streams.stop();
  fixture.stop();
});
