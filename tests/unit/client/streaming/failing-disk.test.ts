import { expect, test } from "bun:test";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIB } from "../../../support/files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { FILE, StreamsFixture } from "./streams-fixture.ts";

const { size } = FILE.version;

test("a cache whose disk becomes full is left, and what is read goes on: the log says so once", async () => {
  const folder = temporaryFolder();
  const fixture = await StreamsFixture.keepingIn(folder, 100 * MIB);
  fixture.source();
  fixture.source();
  const [one, other] = [await fixture.open(), await fixture.open("another name")];
  fixture.full.set(folder, 6 * MIB);
  const both = await Promise.all([fixture.read(one, 0, size), fixture.read(other, 0, size)]);
  expect(both.map((bytes) => bytes.equals(FILE.bytes))).toEqual([true, true]);
  // What was there before the disk was full is still where it was.
  expect((await fixture.read(one, 0, size)).equals(FILE.bytes)).toBe(true);
  expect(fixture.said).toEqual([
    expect.stringMatching(
      /^no-cache: nothing more is kept in .* until client serve is started again: .*the disk is full/,
    ),
  ]);
  fixture.streams.end(one.reader, size);
  fixture.streams.end(other.reader, size);
  await fixture.until("they are reported", () => fixture.reports.length === 2);
  expect(fixture.reports).toEqual(["done", "done"]);
  await fixture.streams.stop();
  expect(fs.readdirSync(folder)).toEqual(["lock"]);
  fixture.stop();
});

test("what is in a cache on a disk that fails is fetched again, and who comes later does not use it", async () => {
  const folder = temporaryFolder();
  const first = await StreamsFixture.keepingIn(folder, 100 * MIB);
  first.source();
  await first.read(await first.open(), 0, 4 * MIB);
  await first.streams.stop();
  first.stop();
  const fixture = await StreamsFixture.keepingIn(folder, 100 * MIB);
  const source = fixture.source();
  fixture.full.set(folder, 0);
  const file = await fixture.open();
  expect((await fixture.read(file, 10 * MIB, size)).equals(FILE.bytes.subarray(10 * MIB))).toBe(true);
  expect((await fixture.read(file, 0, 4 * MIB)).equals(FILE.bytes.subarray(0, 4 * MIB))).toBe(true);
  expect(source.asked).toContain(0);
  const later = await fixture.open("another name");
  expect(fs.readlinkSync(`/proc/self/fd/${await fixture.fdOf(later)}`)).not.toStartWith(folder);
  expect(fixture.said).toHaveLength(1);
  await fixture.streams.stop();
  fixture.stop();
});

test("when no disk takes what is read it is in memory, and when that is full the reading ends with the reason", async () => {
  const fixture = StreamsFixture.nameless();
  fixture.source();
  fixture.full.set(tmpdir(), 0);
  const file = await fixture.open();
  expect((await fixture.read(file, 0, 8 * MIB)).equals(FILE.bytes.subarray(0, 8 * MIB))).toBe(true);
  await fixture.read(await fixture.open("another name"), 0, MIB);
  expect(fixture.logged.filter((line) => line.startsWith("no-room"))).toHaveLength(1);
  fixture.full.set("/dev/shm", 0);
  const reading = fixture.read(file, 15 * MIB, size);
  await expect(reading).rejects.toMatchObject({ message: expect.stringContaining("the disk is full") });
  fixture.stop();
});

test("a folder that cannot be used for a cache keeps nobody from reading", async () => {
  const path = join(temporaryFolder(), "file");
  fs.writeFileSync(path, "");
  const fixture = await StreamsFixture.keepingIn(path, 100 * MIB);
  fixture.source();
  expect((await fixture.read(await fixture.open(), 0, MIB)).equals(FILE.bytes.subarray(0, MIB))).toBe(true);
  expect(fixture.said).toEqual([expect.stringMatching(/^no-cache: nothing is kept in /)]);
  await fixture.streams.stop();
  fixture.stop();
});
