import { afterEach, describe, expect, test } from "bun:test";
import { driveThrough } from "../../../support/drive.ts";
import { MIB } from "../../../support/files.ts";
import { contentOf } from "../../transfer/content.ts";
import { NAME } from "../downloads/download-job-fixture.ts";
import { FILE, StreamsFixture } from "./streams-fixture.ts";

const { size } = FILE.version;
const fixtures: StreamsFixture[] = [];

function reading(sources = 2): StreamsFixture {
  const fixture = StreamsFixture.nameless();
  for (let source = 0; source < sources; source++) fixture.source();
  fixtures.push(fixture);
  return fixture;
}

afterEach(() => {
  for (const fixture of fixtures.splice(0)) fixture.stop();
});

function bytes(start: number, end: number): Buffer {
  return FILE.bytes.subarray(start, end);
}

describe("a reader", () => {
  test("gets the bytes from where it wants them, and knows which version they are of", async () => {
    const fixture = reading();
    const file = await fixture.open();
    expect([file.id, file.size, file.modified]).toEqual([FILE.version.id, size, 5_000_000]);
    const start = 7 * MIB + 123;
    expect((await fixture.read(file, start, start + 3 * MIB)).equals(bytes(start, start + 3 * MIB))).toBe(true);
  });

  test("has little fetched ahead, and when it seeks nothing more of the place that it left", async () => {
    const fixture = reading(1);
    const [source] = fixture.sources;
    const file = await fixture.open();
    await fixture.read(file, 0, 1000);
    await fixture.pass(3000);
    expect(source?.asked).toEqual([0, 1, 2, 3]);
    await fixture.read(file, 15 * MIB, 15 * MIB + 1000);
    await fixture.pass(3000);
    expect(source?.asked).toEqual([0, 1, 2, 3, 15, 16, 17, 18]);
  });

  test("reads the whole file in the end, though a source dies and comes back", async () => {
    const fixture = reading(2);
    const [first] = fixture.sources;
    const file = await fixture.open();
    const begin = await fixture.read(file, 0, 5 * MIB);
    first?.die();
    const rest = await fixture.read(file, 5 * MIB, size);
    expect(Buffer.concat([begin, rest]).equals(FILE.bytes)).toBe(true);
  });

  test.each(["", "../film", "a//b", "a/", "\0", "x".repeat(1025)])("asks no central for %j", async (name) => {
    const fixture = reading();
    await expect(fixture.open(name)).rejects.toMatchObject({ failure: "no-such-file" });
    expect(fixture.askedFor).toEqual([]);
  });

  test("is told why there is no such file, and that the central cannot be reached", async () => {
    const fixture = reading();
    fixture.unknown.add("none");
    await expect(fixture.open("none")).rejects.toMatchObject({ failure: "no-such-file" });
    fixture.central.stop();
    await expect(fixture.open()).rejects.toMatchObject({ failure: "unreachable" });
  });

  test("gets an error when no source delivers for long", async () => {
    const fixture = reading(1);
    const file = await fixture.open();
    await fixture.read(file, 0, MIB);
    fixture.sources[0]?.die();
    await expect(fixture.read(file, MIB, size)).rejects.toMatchObject({ failure: "failed" });
  });

  test("that has what it wants may wait as long as it likes, with no source", async () => {
    const fixture = reading(1);
    const file = await fixture.open();
    await fixture.read(file, 0, MIB);
    await fixture.pass(6000);
    fixture.sources[0]?.die();
    await fixture.pass(60_000);
    fixture.sources[0]?.listen();
    expect((await fixture.read(file, MIB, size)).equals(bytes(MIB, size))).toBe(true);
  });

  test("of a version that is replaced goes on, and who comes then gets another one", async () => {
    const fixture = reading();
    const file = await fixture.open();
    const fd = await fixture.fdOf(file);
    await fixture.read(file, 0, MIB);
    fixture.sendSources(false);
    await fixture.pass(100);
    const same = await fixture.open();
    expect(await fixture.fdOf(same)).toBe(fd);
    fixture.streams.end(same.reader, 0);
    fixture.sendSources(true);
    await fixture.pass(100);
    const other = await fixture.open();
    const otherFd = await fixture.fdOf(other);
    expect(otherFd).not.toBe(fd);
    expect(fixture.central.all("download").filter(({ running }) => running === null)).toHaveLength(2);
    expect((await fixture.read(file, MIB, size)).equals(bytes(MIB, size))).toBe(true);
    // The end of the old one changes nothing for those who come later.
    fixture.streams.end(file.reader, size);
    await fixture.until("it is closed", () => fixture.streams.counts.files === 1);
    expect(await fixture.fdOf(await fixture.open())).toBe(otherFd);
  });

  test("may stay when it gets no more: who comes then begins anew", async () => {
    const fixture = reading(1);
    const file = await fixture.open();
    await fixture.read(file, 0, MIB);
    fixture.sources[0]?.die();
    await expect(fixture.read(file, 12 * MIB, size)).rejects.toMatchObject({ failure: "failed" });
    expect(fixture.ends).toEqual([`${NAME} failed`]);
    fixture.sources[0]?.listen();
    const other = await fixture.open();
    expect((await fixture.read(other, 12 * MIB, size)).equals(bytes(12 * MIB, size))).toBe(true);
    // What was there is there for it, and may be given up all the same.
    expect((await fixture.read(file, 0, MIB)).equals(bytes(0, MIB))).toBe(true);
    for (const { reader } of [file, other]) fixture.streams.begin(reader, 0, 0);
    fixture.kept.shrinkTo(0);
    expect(fixture.kept.bytes).toBe(0);
  });

  test("that wants more than before from the same place gets more", async () => {
    const fixture = reading(1);
    const file = await fixture.open();
    await fixture.fdOf(file);
    await fixture.pass(3000);
    expect(fixture.sources[0]?.asked).toEqual([0]);
    fixture.streams.begin(file.reader, 0, size);
    await fixture.pass(3000);
    expect(fixture.sources[0]?.asked).toEqual([0, 1, 2, 3]);
  });
});

describe("several readers of a file", () => {
  test("do not end with one of them", async () => {
    const fixture = reading(1);
    const { clock, streams } = fixture;
    const [one, other] = [await fixture.open(), await fixture.open()];
    for (const { reader } of [one, other]) streams.begin(reader, 0, size);
    const [leaving, staying] = [one, other].map(({ reader }) => streams.read(reader, 0, 0));
    streams.end(one.reader, 0);
    await expect(leaving).rejects.toThrow("the reader is gone");
    expect(await driveThrough(clock, staying as NonNullable<typeof staying>)).not.toEqual([]);
  });

  test("share what is fetched", async () => {
    const fixture = reading(1);
    const [one, other] = [await fixture.open(), await fixture.open()];
    expect(await fixture.fdOf(one)).toBe(await fixture.fdOf(other));
    const [left, right] = await Promise.all([fixture.read(one, 0, 6 * MIB), fixture.read(other, 0, 6 * MIB)]);
    expect([left.equals(bytes(0, 6 * MIB)), right.equals(left)]).toEqual([true, true]);
    const asked = fixture.sources[0]?.asked ?? [];
    expect(new Set(asked).size).toBe(asked.length);
  });

  test("are one download, which counts once they have had all of it", async () => {
    const fixture = reading();
    const [one, other] = [await fixture.open(), await fixture.open()];
    await fixture.read(one, 0, 12 * MIB);
    await fixture.read(other, 10 * MIB, size);
    fixture.streams.end(one.reader, 12 * MIB);
    expect(fixture.reports).toEqual([]);
    fixture.streams.end(other.reader, size);
    await fixture.until("it is reported", () => fixture.reports.length > 0);
    expect([fixture.reports, fixture.ends]).toEqual([["done"], [`${NAME} done`]]);
    expect(fixture.central.all("download").filter(({ running }) => running === null)).toHaveLength(1);
  });

  test("that have left some of it are no download that counts; it ends when nobody has come back for a while", async () => {
    const fixture = reading();
    const one = await fixture.open();
    const fd = await fixture.fdOf(one);
    await fixture.read(one, 0, 12 * MIB);
    fixture.streams.end(one.reader, 12 * MIB);
    await fixture.pass(14_000);
    expect(fixture.reports).toEqual([]);
    const again = await fixture.open();
    expect(await fixture.fdOf(again)).toBe(fd);
    fixture.streams.end(again.reader, 0);
    await fixture.pass(16_000);
    expect([fixture.reports, fixture.ends]).toEqual([["cancelled"], [`${NAME} cancelled`]]);
  });
});

test("no more files than there may be are read at once; one that nobody reads makes room", async () => {
  const fixture = reading();
  const files = [await fixture.open("a"), await fixture.open("b"), await fixture.open("c")];
  await expect(fixture.open(NAME)).rejects.toMatchObject({ failure: "busy" });
  fixture.streams.end(files[1]?.reader ?? 0, 0);
  expect((await fixture.open(NAME)).size).toBe(size);
});

test("what has come for all files counts, of those that are closed too", async () => {
  const fixture = reading(1);
  const { streams } = fixture;
  const [one, other] = [await fixture.open("one"), await fixture.open("other")];
  for (const file of [one, other]) await fixture.read(file, 0, size);
  expect(streams.receivedBytes).toBe(2 * size);
  streams.end(one.reader, size);
  await fixture.until("it is closed", () => streams.counts.files === 1);
  expect(streams.receivedBytes).toBe(2 * size);
});

test("who looks on sees how far a file is, and the secondaries that it came from", async () => {
  const fixture = reading(2);
  fixture.sources[1]?.die();
  const file = await fixture.open();
  await fixture.read(file, 0, 2 * MIB);
  await fixture.pass(3000);
  const { id } = FILE.version;
  expect(fixture.streams.list()).toEqual([
    expect.objectContaining({ name: NAME, version: expect.objectContaining({ id, size }), sources: [1] }),
  ]);
  expect(fixture.streams.list()[0]?.bytes).toBeGreaterThanOrEqual(2 * MIB);
});

test("no more than a thousand read at once", async () => {
  const fixture = reading();
  const { streams } = fixture;
  const first = await fixture.open();
  await Promise.all(Array.from({ length: 999 }, () => streams.open(NAME)));
  await expect(streams.open(NAME)).rejects.toMatchObject({ failure: "busy" });
  streams.end(first.reader, 0);
  expect((await streams.open(NAME)).size).toBe(size);
});

test("what was read is given up once there is too much of it, never what a reader wants", async () => {
  const fixture = reading();
  const file = await fixture.open();
  await fixture.read(file, 0, size);
  expect(fixture.kept.bytes).toBe(size);
  const { streams } = fixture;
  streams.begin(file.reader, 0, 0);
  fixture.kept.shrinkTo(0);
  expect(fixture.kept.bytes).toBe(0);
  expect((await fixture.read(file, 3 * MIB, 4 * MIB)).equals(bytes(3 * MIB, 4 * MIB))).toBe(true);
  fixture.kept.shrinkTo(0);
  expect(fixture.kept.bytes).toBeGreaterThanOrEqual(MIB);
  streams.end(file.reader, 0);
});

test("a reader among many is told of what follows before it says how far it is", async () => {
  const fixture = reading();
  const file = await fixture.open();
  for (let other = 0; other < 200; other++) await fixture.open();
  fixture.streams.begin(file.reader, 0, size);
  let told = 0;
  for (let asked = 0; asked < 4; asked++) {
    const extents = await driveThrough(fixture.clock, fixture.streams.read(file.reader, 0, told));
    expect(extents[0]?.start).toBe(told);
    told = extents.at(-1)?.end ?? 0;
  }
  expect(told).toBeGreaterThanOrEqual(4 * MIB);
});

test("what a reader was told that it can read is not given up before it has had it", async () => {
  const fixture = reading();
  const file = await fixture.open();
  await fixture.read(file, 0, size);
  fixture.streams.begin(file.reader, 0, size);
  const told = [];
  for (const from of [0, 4 * MIB]) {
    told.push((await driveThrough(fixture.clock, fixture.streams.read(file.reader, 0, from))).at(-1)?.end);
  }
  expect(told).toEqual([4 * MIB, 8 * MIB]);
  fixture.kept.shrinkTo(0);
  expect(fixture.kept.bytes).toBe(8 * MIB);
});

test("pieces that are all zeros are neither fetched nor kept", async () => {
  const fixture = StreamsFixture.nameless(contentOf(Buffer.concat([Buffer.alloc(3 * MIB), bytes(0, 2 * MIB)])));
  fixtures.push(fixture);
  const source = fixture.source();
  const file = await fixture.open();
  expect((await fixture.read(file, 0, 5 * MIB)).equals(fixture.file.bytes)).toBe(true);
  expect([source.asked, fixture.kept.bytes]).toEqual([[3, 4], 2 * MIB]);
});
