import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { zeroPieces } from "../../../../src/hashing/zero-pieces.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { pieceCount } from "../../../../src/protocol/versions/version.ts";
import type { PartFile } from "../../../../src/transfer/sinks/part-file.ts";
import { SinkError } from "../../../../src/transfer/sinks/sink.ts";
import { content, contentOf } from "../content.ts";
import { ALL, FILE, failure, MODIFIED, PartFileFixture, WRONG } from "./part-file-fixture.ts";

describe("a part that somebody touches while it grows", () => {
  const losses: [string, string, (fixture: PartFileFixture) => void][] = [
    ["removed", "moved or removed while it grew", ({ part }) => fs.rmSync(part)],
    ["moved", "moved or removed while it grew", ({ part, path: to }) => fs.renameSync(part, `${to}.mine`)],
    [
      "replaced by a copy",
      "replaced by another file",
      ({ part }) => {
        fs.copyFileSync(part, `${part}.copy`);
        fs.renameSync(`${part}.copy`, part);
      },
    ],
    [
      "in a folder that was moved",
      "the folder",
      (fixture) => fs.renameSync(path.dirname(fixture.path), `${fixture.folder}/moved`),
    ],
  ];
  test.each(losses)("%s: nothing gets the name, also with force", async (_what, message, touch) => {
    for (const force of [false, true]) {
      const fixture = new PartFileFixture();
      const sink = await fixture.growing(ALL, { force });
      touch(fixture);
      const error = await failure(sink.finish());
      expect(error).toBeInstanceOf(SinkError);
      expect(String(error)).toContain(message);
      expect(fs.existsSync(fixture.path)).toBe(false);
      expect(sink.resumablePath).toBeNull();
    }
  });

  test.each(losses)("%s: it is seen before the end", async (_what, message, touch) => {
    const fixture = new PartFileFixture();
    const sink = await fixture.prepare();
    const broken = Promise.withResolvers<Error>();
    sink.setListener({ consumed() {}, pieceChecked() {}, failed: broken.resolve });
    await sink.begin(FILE.hashes);
    touch(fixture);
    fixture.clock.advance(3000);
    expect(String(await broken.promise)).toContain(message);
    await sink.abandon();
  });

  test("a second one that begins anew at the same path keeps its files, and the first gives them no name", async () => {
    const fixture = new PartFileFixture();
    const first = await fixture.growing(ALL);
    fs.rmSync(fixture.part);
    fs.rmSync(fixture.journal);
    const second = await fixture.growing([0]);
    expect(await failure(first.finish())).toBeInstanceOf(SinkError);
    expect(fs.existsSync(fixture.path)).toBe(false);
    fixture.write(second, [1, 2, 3]);
    await second.finish();
    expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
  });

  const cuts: [string, (part: string) => void][] = [
    [
      "in place, and has its length, room and time as before",
      (part) => {
        const { atimeMs, mtimeMs } = fs.statSync(part);
        const fd = fs.openSync(part, "r+");
        fs.writeSync(fd, WRONG, 0, MIB, MIB);
        fs.closeSync(fd);
        fs.utimesSync(part, atimeMs / 1000, mtimeMs / 1000);
      },
    ],
    ["to nothing", (part) => fs.truncateSync(part)],
    [
      "and has its length again",
      (part) => {
        fs.truncateSync(part, MIB);
        fs.truncateSync(part, FILE.bytes.length);
      },
    ],
    [
      "and has all of its room again, of which nothing was written",
      (part) => {
        fs.truncateSync(part, MIB);
        expect(Bun.spawnSync(["fallocate", "-l", String(FILE.bytes.length), part]).exitCode).toBe(0);
      },
    ],
  ];
  test.each(cuts)(
    "one that was changed %s does not count before it is read, and what is lost comes again",
    async (_how, cut) => {
      const fixture = new PartFileFixture();
      const sink = await fixture.growing(ALL);
      cut(fixture.part);
      expect(String(await failure(sink.finish()))).toContain("was changed by somebody while it grew");
      expect(fs.existsSync(fixture.path)).toBe(false);
      const again = await fixture.prepare();
      const have = await fixture.begin(again);
      expect(have.length).toBeLessThan(4);
      fixture.write(
        again,
        ALL.filter((piece) => !have.includes(piece)),
      );
      await again.finish();
      expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
    },
  );

  test("one of a single piece is read at its end, without a thread", async () => {
    const small = content(1000);
    const fixture = new PartFileFixture();
    const sink = await fixture.prepare({ file: small });
    await fixture.begin(sink, small);
    fixture.write(sink, [0], small);
    fs.writeFileSync(fixture.part, new Uint8Array(1000));
    expect(String(await failure(sink.finish()))).toContain("was changed by somebody while it grew");
    expect(fs.existsSync(fixture.path)).toBe(false);
    const again = await fixture.prepare({ file: small });
    await fixture.begin(again, small);
    fixture.write(again, [0], small);
    await again.finish();
    expect(fs.readFileSync(fixture.path).equals(small.bytes)).toBe(true);
    expect(fixture.hashed).toEqual([]);
  });

  describe.each([
    ["without bytes", content(0)],
    ["of one piece", content(1000)],
    ["of several pieces", FILE],
    ["of zeros alone", contentOf(Buffer.alloc(2 * MIB))],
  ])("one %s to which somebody adds bytes", (_what, file) => {
    const pieces = Array.from({ length: pieceCount(file.version.size) }, (_, piece) => piece);
    async function grown(fixture: PartFileFixture): Promise<PartFile> {
      const sink = await fixture.prepare({ file });
      await fixture.begin(sink, file, await zeroPieces(file.version, file.hashes));
      fixture.write(sink, pieces, file);
      fs.appendFileSync(fixture.part, "what does not belong here");
      return sink;
    }

    test.each([true, false])("is done without them, also after a power loss; writers are told of: %p", async (told) => {
      const fixture = new PartFileFixture();
      const syncedSizes: number[] = [];
      fixture.disk.sync = async (fd) => void syncedSizes.push(fs.fstatSync(fd).size);
      if (!told) fixture.disk.watchWriters = () => null;
      await (await grown(fixture)).finish();
      expect(fs.readFileSync(fixture.path).equals(file.bytes)).toBe(true);
      expect(fs.statSync(fixture.path).mtimeMs).toBe(MODIFIED / 1000);
      expect(syncedSizes.at(-1)).toBe(file.bytes.length);
    });

    test("and adds them again at once is not done", async () => {
      const fixture = new PartFileFixture();
      fixture.disk.sync = async () => fs.appendFileSync(fixture.part, "x");
      expect(String(await failure((await grown(fixture)).finish()))).toContain("its length changes");
      expect(fs.existsSync(fixture.path)).toBe(false);
    });
  });

  test("one that somebody writes to while it gets its name is not done", async () => {
    for (const file of [content(1000), FILE]) {
      const fixture = new PartFileFixture();
      fixture.disk.renameNoReplace = async (from, to) => {
        await systemDisk.renameNoReplace(from, to);
        fs.appendFileSync(to, "x");
      };
      const sink = await fixture.prepare({ file });
      await fixture.begin(sink, file);
      fixture.write(sink, file === FILE ? ALL : [0], file);
      expect(String(await failure(sink.finish()))).toContain("was written to while it got its name");
    }
  });

  test("one that nobody has touched is not read at its end, nor are pieces of zeros that are holes", async () => {
    const bytes = Buffer.from(FILE.bytes);
    bytes.fill(0, MIB, 2 * MIB);
    const sparse = contentOf(bytes);
    for (const [file, filled] of [
      [FILE, ALL],
      [sparse, [0, 2, 3]],
    ] as const) {
      const fixture = new PartFileFixture();
      const sink = await fixture.prepare({ file });
      await fixture.begin(sink, file, await zeroPieces(file.version, file.hashes));
      fixture.write(sink, filled, file);
      await sink.finish();
      expect(fs.readFileSync(fixture.path).equals(file.bytes)).toBe(true);
      expect(fixture.hashed).toEqual([]);
    }
  });

  test("nor is one read where the system does not tell of writers", async () => {
    const fixture = new PartFileFixture();
    fixture.disk = { ...systemDisk, watchWriters: () => null };
    await (await fixture.growing(ALL)).finish();
    expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
    expect(fixture.hashed).toEqual([]);
  });

  test("another program's file that takes the name in the last moment is not what was verified", async () => {
    const fixture = new PartFileFixture();
    fixture.disk.rename = async (from, to) => {
      fs.writeFileSync(`${from}x`, "another's");
      fs.renameSync(`${from}x`, from);
      await systemDisk.rename(from, to);
    };
    const sink = await fixture.growing(ALL, { force: true });
    expect(String(await failure(sink.finish()))).toContain("what is there was not verified");
  });
});

describe("what is left", () => {
  test("of a try to which nothing came is nothing, not even the folders that were made for it", async () => {
    const fixture = new PartFileFixture();
    const sink = await fixture.prepare();
    await fixture.begin(sink);
    await sink.abandon();
    expect(fs.readdirSync(fixture.folder)).toEqual([]);
    expect(sink.resumablePath).toBeNull();
  });

  test("of a try that cannot read the journal is nothing that was not there, and nothing is left open", async () => {
    const fixture = new PartFileFixture();
    const open = new Set<number>();
    fixture.disk = {
      async open(file, mode) {
        const fd = await systemDisk.open(file, mode);
        open.add(fd);
        return fd;
      },
      async close(fd) {
        open.delete(fd);
        await systemDisk.close(fd);
      },
      read: () => Promise.reject(new DiskError("other", fixture.journal, "cannot read journal: EIO")),
    };
    expect(String(await failure(fixture.prepare()))).toContain("EIO");
    expect(open.size).toBe(0);
    expect(fs.readdirSync(fixture.folder)).toEqual([]);
  });

  test("of a damaged file of which no piece is right is all of it", async () => {
    const fixture = new PartFileFixture();
    const other = content(3 * MIB + 77, 9);
    fs.mkdirSync(path.dirname(fixture.path));
    fs.writeFileSync(fixture.part, other.bytes);
    expect(await fixture.again()).toEqual([]);
    expect(fs.readFileSync(fixture.part).equals(other.bytes)).toBe(true);
  });
});
