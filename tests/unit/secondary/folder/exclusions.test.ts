import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { fileOfControl, isPartialName } from "../../../../src/protocol/names/partial-names.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { IndexFixture, idOf, short } from "../index-fixture.ts";

async function started(files: Readonly<Record<string, string>>): Promise<IndexFixture> {
  const fixture = new IndexFixture();
  for (const [name, content] of Object.entries(files)) fixture.write(name, content);
  await fixture.start();
  return fixture;
}

describe("unfinished files of other programs", () => {
  test.each([
    "film.mkv.part",
    "a/film.mkv.partial",
    "x.crdownload",
    "x.filepart",
    "x.iso.aria2",
    "x.!qB",
    "~$letter.docx",
    "a/~$letter.docx",
    "x.mp4.part-Frag12",
    "x.ytdl",
  ])("%s is one", (name) => {
    expect(isPartialName(name)).toBe(true);
  });

  test.each(["part", "film.part1.rar", "x.parts", "apart", "a.part/film", "x~$", "~letter", "x.aria2.txt", "x.tmp"])(
    "%s is none",
    (name) => {
      expect(isPartialName(name)).toBe(false);
    },
  );

  test("a control file tells which file is unfinished", () => {
    expect(fileOfControl("a/x.iso.aria2")).toBe("a/x.iso");
    expect(fileOfControl("a/x.iso")).toBeNull();
  });

  test("are not shared until they have their name, whether found by a scan or by watching", async () => {
    const fixture = await started({ film: "film", "old.part": "half" });
    expect(fixture.heldFiles()).toEqual([`film ${short("film")}`]);
    fixture.write("new.mkv.filepart", "half");
    fixture.write("other", "other");
    await fixture.untilHolds("other", "other");
    await fixture.nextScans();
    expect(fixture.index.get("new.mkv.filepart")).toBeUndefined();
    fs.renameSync(fixture.path("new.mkv.filepart"), fixture.path("new.mkv"));
    await fixture.untilHolds("new.mkv", "half");
    expect(fixture.warnings).toEqual([]);
    await fixture.stop();
  });

  test("a file with a control file beside it is shared once that is gone", async () => {
    const fixture = new IndexFixture();
    fixture.write("before.iso", "half");
    fixture.write("before.iso.aria2", "control");
    await fixture.start();
    fixture.write("big.iso.aria2", "control");
    fixture.write("big.iso", "half");
    await fixture.nextScans();
    expect(fixture.heldFiles()).toEqual([]);
    fixture.write("big.iso", "half and half");
    fs.rmSync(fixture.path("big.iso.aria2"));
    await fixture.untilHolds("big.iso", "half and half");
    expect(fixture.heldFiles()).toEqual([`big.iso ${short("half and half")}`]);
    await fixture.stop();
  });

  test("that were shared by an earlier version are deleted by nobody", async () => {
    const fixture = await started({ "x.txt": "half" });
    await fixture.agree();
    const record = fixture.store.recordsAfter("", 1)[0];
    const hashes = fixture.store.hashes("x.txt", idOf("half"));
    if (!record || !hashes) throw new Error("it is not stored");
    fs.renameSync(fixture.path("x.txt"), fixture.path("x.part"));
    const put = [{ record: { ...record, name: "x.part" }, hashes }];
    fixture.store.save({ put, drop: ["x.txt"], vanished: [], forget: [], planned: [], over: [], undigested: [] });
    const next = await fixture.restart();
    expect(next.changes).toEqual([]);
    expect(await next.remove("x.part", "half")).toBe(false);
    expect(next.read("x.part")).toBe("half");
    await next.stop();
  });
});

describe("what .redesignore names", () => {
  const RULES = "# comments\n*.log\n/build/\n!keep.log\n";

  test("is not shared, as gitignore would have it", async () => {
    const fixture = await started({
      ".redesignore": RULES,
      "a.log": "1",
      "deep/b.log": "2",
      "keep.log": "3",
      "build/x": "4",
      "deep/build/y": "5",
      "a.LOG": "6",
    });
    expect(fixture.heldFiles()).toEqual([
      `a.LOG ${short("6")}`,
      `deep/build/y ${short("5")}`,
      `keep.log ${short("3")}`,
    ]);
    fixture.write("new.log", "n");
    fixture.write("new", "new");
    await fixture.untilHolds("new", "new");
    await fixture.nextScans();
    expect(fixture.index.get("new.log")).toBeUndefined();
    await fixture.stop();
  });

  test("is no source and no deletion when the rules come later, and is shared again when they go", async () => {
    const fixture = await started({ "a.log": "log", film: "film" });
    await fixture.agree();
    fixture.write(".redesignore", RULES);
    await fixture.untilHolds("a.log", null);
    expect(fixture.kinds("a.log").at(-1)).toBe("gone");
    expect(fixture.read("a.log")).toBe("log");
    expect(inEnglish(await fixture.index.obstacleTo("a.log"))).toEqual({
      reason: ".redesignore excludes it",
      lasting: true,
    });
    expect(await fixture.index.install([fixture.stage("a.log", "other")])).not.toEqual(["installed"]);
    expect(await fixture.remove("a.log", "log")).toBe(false);
    expect(fixture.read("a.log")).toBe("log");
    const hashed = fixture.hashed.length;
    fs.rmSync(fixture.path(".redesignore"));
    await fixture.untilHolds("a.log", "log");
    expect(fixture.index.get("a.log")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
    expect(fixture.hashed).toHaveLength(hashed);
    await fixture.stop();
  });

  test("holds for files that come together with it", async () => {
    const fixture = await started({ film: "film" });
    fixture.write(".redesignore", "*.tmp\n");
    fixture.write("z.tmp", "cache");
    fixture.write("other", "other");
    await fixture.untilHolds("other", "other");
    await fixture.nextScans();
    expect(fixture.kinds("z.tmp")).toEqual([]);
    expect(fixture.heldFiles()).toEqual([`film ${short("film")}`, `other ${short("other")}`]);
    await fixture.stop();
  });

  test("is not shared again because the system tells late of a change from before", async () => {
    const fixture = await started({ "a.log": "log", film: "film" });
    fixture.write(".redesignore", RULES);
    await fixture.untilHolds("a.log", null);
    fixture.tellChange("a.log");
    fixture.write("other", "other");
    await fixture.untilHolds("other", "other");
    await fixture.nextScans();
    expect(fixture.kinds("a.log")).toEqual(["present", "gone"]);
    await fixture.stop();
  });

  test("holds while the file is being written anew", async () => {
    const fixture = await started({ ".redesignore": "*.log", "a.log": "log", film: "film" });
    for (let turn = 0; turn < 20; turn++) {
      fixture.write(".redesignore", turn % 2 === 0 ? "" : "*.lo");
      fixture.clock.advance(500);
      await Bun.sleep(1);
    }
    fixture.write(".redesignore", "*.log\n*.txt");
    fixture.write("b.txt", "text");
    fixture.write("other", "other");
    await fixture.untilHolds("other", "other");
    await fixture.nextScans();
    expect(fixture.kinds("a.log")).toEqual([]);
    await fixture.stop();
  });

  test("stays as it was when the file cannot be read, which is reported once; at the start nothing is shared then", async () => {
    const fixture = await started({ ".redesignore": "*.log", "a.log": "log" });
    fixture.write(".redesignore", `*.log\n${"x".repeat(1024 * 1024)}`);
    await fixture.until("it is told", () => fixture.warnings.length > 0);
    await fixture.nextScans();
    expect(fixture.warnings).toHaveLength(1);
    expect(fixture.warnings[0]).toContain(".redesignore is too large");
    expect(fixture.heldFiles()).toEqual([]);
    await fixture.stop();
    const next = new IndexFixture({ folder: fixture.folder, store: fixture.store });
    await expect(next.start()).rejects.toThrow(".redesignore is too large");
    await next.stop();
  });
});
