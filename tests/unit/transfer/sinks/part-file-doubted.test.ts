import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { ALL, FILE, failure, PartFileFixture, WRONG } from "./part-file-fixture.ts";

describe("a part that somebody has touched between two tries", () => {
  test("is read, however soon after the last mark, and only what is right counts", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun(ALL);
    fixture.tamper(WRONG, MIB);
    fixture.markedLater(-1);
    expect(await fixture.again()).toEqual([0, 2, 3]);
    expect(fixture.hashed).toEqual(ALL);
    expect(fixture.warnings[0]).toContain("touched after its journal's last mark");
    // From then on nothing has touched it.
    expect(await fixture.again()).toEqual([0, 2, 3]);
    expect(fixture.hashed).toEqual(ALL);
  });

  test("is read when it is a copy, times and all, with its journal", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun(ALL);
    const copied = Bun.spawnSync(
      [
        "sh",
        "-c",
        `cp -p "${fixture.part}" x && cp -p x "${fixture.part}.new" && mv "${fixture.part}.new" "${fixture.part}"`,
      ],
      {
        cwd: fixture.folder,
      },
    );
    expect(copied.exitCode).toBe(0);
    fixture.tamper(WRONG, 0);
    expect(await fixture.again()).toEqual([1, 2, 3]);
  });

  test("a check that is broken off is made again: what it has not come to is neither lost nor believed", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun(ALL);
    fixture.tamper(WRONG, 2 * MIB);
    fixture.markedLater(-1);
    const sink = await fixture.prepare();
    const { have, unverified: unread } = await sink.begin(FILE.hashes);
    expect([have.size, unread.size]).toEqual([0, 4]);
    sink.verifyUnread();
    await sink.abandon();
    fixture.markedLater(1000);
    expect(await fixture.again()).toEqual([0, 1, 3]);
  });

  test("what the disk cannot give back comes again, and ends no download", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun(ALL);
    fixture.boot = "boot-2";
    fixture.unreadable = true;
    const sink = await fixture.prepare();
    expect(await fixture.begin(sink)).toEqual([]);
    fixture.write(sink, ALL);
    await sink.finish();
    expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
  });

  test("is read although the journal could not be emptied before: the end of that try makes nobody believe it", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun(ALL);
    fixture.tamper(WRONG, MIB);
    fixture.markedLater(-1);
    fixture.disk = { truncate: () => Promise.reject(new DiskError("full", fixture.journal, "no space left")) };
    const sink = await fixture.prepare();
    expect(await failure(sink.begin(FILE.hashes))).toBeInstanceOf(DiskError);
    await sink.abandon();
    fixture.disk = {};
    expect(await fixture.again()).toEqual([0, 2, 3]);
  });

  test("last bytes of a connection that was stopped do not make the next try read, others' later ones do", async () => {
    for (const [late, read] of [
      [100, []],
      [5000, ALL],
    ] as const) {
      const fixture = new PartFileFixture();
      const sink = await fixture.growing(ALL);
      // Bytes that came last and have no mark yet.
      fixture.markedLater(-late);
      await sink.abandon();
      expect(await fixture.again()).toEqual(ALL);
      expect(fixture.hashed).toEqual([...read]);
    }
  });
});

test.each([
  ["had no doubt of", "boot-1", []],
  ["has read already", "boot-2", [0, 1]],
])("last bytes of a connection do not make the next try read what this one %s", async (_, boot, read) => {
  const fixture = new PartFileFixture();
  await fixture.begun([0, 1]);
  fixture.boot = boot;
  const sink = await fixture.prepare();
  expect(await fixture.begin(sink)).toEqual([0, 1]);
  fixture.write(sink, [2]);
  fixture.markedLater(-100);
  await sink.abandon();
  expect(await fixture.again()).toEqual([0, 1, 2]);
  expect(fixture.hashed).toEqual(read);
});
