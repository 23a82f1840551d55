import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { controlled, isUnfinished } from "../../../../src/secondary/folder/partial-names.ts";
import { idOf, Shelf, short } from "../library-fixture.ts";

async function started(files: Readonly<Record<string, string>>): Promise<Shelf> {
  const shelf = new Shelf();
  for (const [name, content] of Object.entries(files)) shelf.write(name, content);
  await shelf.start();
  return shelf;
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
    expect(isUnfinished(name)).toBe(true);
  });

  test.each(["part", "film.part1.rar", "x.parts", "apart", "a.part/film", "x~$", "~letter", "x.aria2.txt", "x.tmp"])(
    "%s is none",
    (name) => {
      expect(isUnfinished(name)).toBe(false);
    },
  );

  test("a control file tells which file is unfinished", () => {
    expect(controlled("a/x.iso.aria2")).toBe("a/x.iso");
    expect(controlled("a/x.iso")).toBeNull();
  });

  test("are not shared until they have their name, whether found by a scan or by watching", async () => {
    const shelf = await started({ film: "film", "old.part": "half" });
    expect(shelf.holdings()).toEqual([`film ${short("film")}`]);
    shelf.write("new.mkv.filepart", "half");
    shelf.write("other", "other");
    await shelf.untilHolds("other", "other");
    await shelf.nextScans();
    expect(shelf.library.get("new.mkv.filepart")).toBeUndefined();
    fs.renameSync(shelf.path("new.mkv.filepart"), shelf.path("new.mkv"));
    await shelf.untilHolds("new.mkv", "half");
    expect(shelf.warnings).toEqual([]);
    await shelf.stop();
  });

  test("a file with a control file beside it is shared once that is gone", async () => {
    const shelf = new Shelf();
    shelf.write("before.iso", "half");
    shelf.write("before.iso.aria2", "control");
    await shelf.start();
    shelf.write("big.iso.aria2", "control");
    shelf.write("big.iso", "half");
    await shelf.nextScans();
    expect(shelf.holdings()).toEqual([]);
    shelf.write("big.iso", "half and half");
    fs.rmSync(shelf.path("big.iso.aria2"));
    await shelf.untilHolds("big.iso", "half and half");
    expect(shelf.holdings()).toEqual([`big.iso ${short("half and half")}`]);
    await shelf.stop();
  });

  test("that were shared by an earlier version are deleted by nobody", async () => {
    const shelf = await started({ "x.txt": "half" });
    await shelf.agree();
    const record = shelf.store.remembered("", 1)[0];
    const hashes = shelf.store.hashes("x.txt", idOf("half"));
    if (!record || !hashes) throw new Error("it is not stored");
    fs.renameSync(shelf.path("x.txt"), shelf.path("x.part"));
    const put = [{ record: { ...record, name: "x.part" }, hashes }];
    shelf.store.save({ put, drop: ["x.txt"], vanished: [], forget: [] });
    const next = await shelf.restart();
    expect(next.changes).toEqual([]);
    expect(await next.remove("x.part", "half")).toBe(false);
    expect(next.read("x.part")).toBe("half");
    await next.stop();
  });
});

describe("what .redesignore names", () => {
  const RULES = "# comments\n*.log\n/build/\n!keep.log\n";

  test("is not shared, as gitignore would have it", async () => {
    const shelf = await started({
      ".redesignore": RULES,
      "a.log": "1",
      "deep/b.log": "2",
      "keep.log": "3",
      "build/x": "4",
      "deep/build/y": "5",
      "a.LOG": "6",
    });
    expect(shelf.holdings()).toEqual([`a.LOG ${short("6")}`, `deep/build/y ${short("5")}`, `keep.log ${short("3")}`]);
    shelf.write("new.log", "n");
    shelf.write("new", "new");
    await shelf.untilHolds("new", "new");
    await shelf.nextScans();
    expect(shelf.library.get("new.log")).toBeUndefined();
    await shelf.stop();
  });

  test("is no source and no deletion when the rules come later, and is shared again when they go", async () => {
    const shelf = await started({ "a.log": "log", film: "film" });
    await shelf.agree();
    shelf.write(".redesignore", RULES);
    await shelf.untilHolds("a.log", null);
    expect(shelf.kinds("a.log").at(-1)).toBe("gone");
    expect(shelf.read("a.log")).toBe("log");
    expect(await shelf.library.obstacleTo("a.log")).toMatchObject({
      reason: ".redesignore excludes it",
      lasting: true,
    });
    expect(await shelf.library.adopt([shelf.deliver("a.log", "other")])).not.toEqual(["adopted"]);
    expect(await shelf.remove("a.log", "log")).toBe(false);
    expect(shelf.read("a.log")).toBe("log");
    const hashed = shelf.hashed.length;
    fs.rmSync(shelf.path(".redesignore"));
    await shelf.untilHolds("a.log", "log");
    expect(shelf.library.get("a.log")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
    expect(shelf.hashed).toHaveLength(hashed);
    await shelf.stop();
  });

  test("holds for files that come together with it", async () => {
    const shelf = await started({ film: "film" });
    shelf.write(".redesignore", "*.tmp\n");
    shelf.write("z.tmp", "cache");
    shelf.write("other", "other");
    await shelf.untilHolds("other", "other");
    await shelf.nextScans();
    expect(shelf.kinds("z.tmp")).toEqual([]);
    expect(shelf.holdings()).toEqual([`film ${short("film")}`, `other ${short("other")}`]);
    await shelf.stop();
  });

  test("is not shared again because the system tells late of a change from before", async () => {
    const shelf = await started({ "a.log": "log", film: "film" });
    shelf.write(".redesignore", RULES);
    await shelf.untilHolds("a.log", null);
    shelf.hint("a.log");
    shelf.write("other", "other");
    await shelf.untilHolds("other", "other");
    await shelf.nextScans();
    expect(shelf.kinds("a.log")).toEqual(["present", "gone"]);
    await shelf.stop();
  });

  test("holds while the file is being written anew", async () => {
    const shelf = await started({ ".redesignore": "*.log", "a.log": "log", film: "film" });
    for (let turn = 0; turn < 20; turn++) {
      shelf.write(".redesignore", turn % 2 === 0 ? "" : "*.lo");
      shelf.clock.advance(500);
      await Bun.sleep(1);
    }
    shelf.write(".redesignore", "*.log\n*.txt");
    shelf.write("b.txt", "text");
    shelf.write("other", "other");
    await shelf.untilHolds("other", "other");
    await shelf.nextScans();
    expect(shelf.kinds("a.log")).toEqual([]);
    await shelf.stop();
  });

  test("stays as it was when the file cannot be read, which is told once; at the start nothing is shared then", async () => {
    const shelf = await started({ ".redesignore": "*.log", "a.log": "log" });
    shelf.write(".redesignore", `*.log\n${"x".repeat(1024 * 1024)}`);
    await shelf.until("it is told", () => shelf.warnings.length > 0);
    await shelf.nextScans();
    expect(shelf.warnings).toHaveLength(1);
    expect(shelf.warnings[0]).toContain(".redesignore is too large");
    expect(shelf.holdings()).toEqual([]);
    await shelf.stop();
    const next = new Shelf({ folder: shelf.folder, store: shelf.store });
    await expect(next.start()).rejects.toThrow(".redesignore is too large");
    await next.stop();
  });
});
