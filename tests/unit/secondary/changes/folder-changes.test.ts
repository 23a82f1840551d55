import { expect, test } from "bun:test";
import fs from "node:fs";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { CHANGED, UNSETTLED } from "../../../../src/secondary/folder/obstacle.ts";
import type { StoredChanges } from "../../../../src/secondary/index/file-record.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { edited, IndexFixture, idOf, short, started } from "../index-fixture.ts";

test("files removed together leave no empty folders, in whatever order", async () => {
  const names = ["a/3", "a/b/2", "a/b/c/1", "a/d/1"];
  for (const order of [names, names.toReversed()]) {
    const fixture = await started(Object.fromEntries(names.map((name) => [name, name])));
    await fixture.agree();
    await fixture.index.remove(
      order.map((name) => ({ name, id: idOf(name), vector: "aaaaaaaa:2", edits: "", moved: null })),
    );
    expect(fs.readdirSync(fixture.folder)).toEqual([".redes"]);
    await fixture.index.stop();
  }
});

test("files removed together leave no empty folders, and one that the disk refuses stays alone", async () => {
  const names = ["a/b/c/1", "a/b/2", "a/3", "d/4", "e/5"];
  const failing = async (from: string, to: string) => {
    if (from.endsWith("e/5")) throw new DiskError("denied", from, "permission denied");
    await systemDisk.rename(from, to);
  };
  const fixture = new IndexFixture({ days: 7, disk: { rename: failing } });
  for (const name of [...names, "d/stays"]) fixture.write(name, name);
  await fixture.start();
  await fixture.agree();
  const removed = names.map((name) => ({ name, id: idOf(name), vector: "aaaaaaaa:2", edits: "", moved: null }));
  const outcomes = await fixture.index.remove(removed);
  expect(outcomes.map((outcome) => (outcome instanceof Error ? outcome.message : outcome))).toEqual([
    "gone",
    "gone",
    "gone",
    "gone",
    "permission denied",
  ]);
  expect(fs.readdirSync(fixture.folder).sort()).toEqual([".redes", "d", "e"]);
  expect([...fixture.index.files()].map(({ name }) => name).sort()).toEqual(["d/stays", "e/5"]);
  expect(fixture.kept.count).toBe(4);
  const next = await fixture.restart();
  expect([...next.index.files()].map(({ name }) => name).sort()).toEqual(["d/stays", "e/5"]);
  await next.stop();
});

test("install puts staged files into place, unchanged, and does not read them", async () => {
  const fixture = await started({ old: "old" });
  await fixture.agree();
  const read = fixture.hashed.length;
  const results = await fixture.index.install([
    fixture.stage("new/folder/a", "a"),
    fixture.stage("old", "newer"),
    fixture.stage("empty", ""),
  ]);
  expect(results).toEqual(["installed", "installed", "installed"]);
  expect(fixture.read("new/folder/a")).toBe("a");
  expect(fixture.read("old")).toBe("newer");
  expect(fixture.index.get("old")).toMatchObject({ id: idOf("newer"), vector: "aaaaaaaa:2", changed: false });
  expect(await fixture.index.hashes(idOf("newer"))).toHaveLength(32);
  expect(await fixture.index.hashes(idOf("old"))).toBeNull();
  expect(fs.readdirSync(fixture.path(".redes"))).toEqual(["marker"]);
  await fixture.nextScans();
  expect(fixture.hashed).toHaveLength(read);
  expect(fixture.kinds("old")).toEqual(["present", "present"]);
  const next = await fixture.restart();
  expect(next.hashed).toEqual([]);
  expect(next.index.get("empty")).toMatchObject({ vector: "aaaaaaaa:2", changed: false });
  await next.index.stop();
});

test("what was installed while the store failed is what the next edit replaces", async () => {
  let full = false;
  class SmallStore extends SecondaryStore {
    override save(changes: StoredChanges): void {
      if (full && changes.put.length > 0) throw new Error("the disk is full");
      super.save(changes);
    }
  }
  const fixture = await started({ old: "old" }, { store: new SmallStore(":memory:") });
  await fixture.agree();
  full = true;
  await expect(fixture.index.install([fixture.stage("old", "newer")])).rejects.toThrow("the disk is full");
  expect(fixture.read("old")).toBe("newer");
  fixture.write("old", "by a user");
  await fixture.nextScans();
  expect(fixture.index.get("old")).toMatchObject({ id: idOf("old"), vector: "aaaaaaaa:1" });
  full = false;
  await fixture.untilHolds("old", "by a user");
  expect(fixture.index.get("old")).toMatchObject({ vector: "aaaaaaaa:2", changed: true });
  await fixture.index.stop();
});

test.each([
  ["many at once", {}],
  ["one by one", { disk: {} }],
])("install names files without a name, %s", async (_, options) => {
  const fixture = await started({ old: "old", mine: "mine" }, options);
  await fixture.index.applyAgreed([{ name: "old", id: idOf("old"), vector: "aaaaaaaa:1", edits: short("old") }]);
  const staged = [
    fixture.stageUnnamed("new/folder/a", "a"),
    fixture.stageUnnamed("b", "b"),
    fixture.stageUnnamed("old", "newer"),
    fixture.stageUnnamed("mine", "theirs"),
  ];
  const results = await fixture.index.install(staged);
  for (const { unnamed } of staged) if (unnamed !== null) fs.closeSync(unnamed);
  expect(results).toEqual(["installed", "installed", "installed", CHANGED]);
  expect(["new/folder/a", "b", "old", "mine"].map((name) => fixture.read(name))).toEqual(["a", "b", "newer", "mine"]);
  const read = fixture.hashed.length;
  await fixture.nextScans();
  expect(fixture.hashed).toHaveLength(read);
  await fixture.index.stop();
});

test("install refuses what a user made or changed meanwhile, and keeps the staged file", async () => {
  const fixture = await started({ edited: "one", replaced: "one", written: "one", fine: "one", deleted: "one" });
  await fixture.agree();
  fs.appendFileSync(fixture.path("edited"), " more");
  fixture.write(".tmp", "mine");
  fs.renameSync(fixture.path(".tmp"), fixture.path("replaced"));
  fixture.write("made", "mine");
  fs.rmSync(fixture.path("deleted"));
  const writer = fs.openSync(fixture.path("written"), "r+");
  const names = ["edited", "replaced", "made", "written", "fine", "deleted"];
  const staged = names.map((name) => fixture.stage(name, `delivered ${name}`));
  expect(await fixture.index.install(staged)).toEqual([CHANGED, CHANGED, UNSETTLED, CHANGED, "installed", "installed"]);
  fs.closeSync(writer);
  expect(fixture.read("edited")).toBe("one more");
  expect(fixture.read("replaced")).toBe("mine");
  expect(fixture.read("made")).toBe("mine");
  expect(fixture.read("written")).toBe("one");
  expect(staged.map(({ temp }) => fs.existsSync(temp))).toEqual([true, true, true, true, false, false]);
  await fixture.untilHolds("edited", "one more");
  await fixture.untilHolds("made", "mine");
  await fixture.nextScans();
  expect(fixture.kinds("deleted")).toEqual(["present", "present"]);
  await fixture.index.stop();
});

test("install refuses to replace a version that the staged file does not descend from", async () => {
  const fixture = await started({ a: "other", b: "same", c: "old" });
  await fixture.agree("bbbbbbbb:1");
  fixture.write("d", "put");
  fixture.write("c", "changed");
  await fixture.untilHolds("d", "put");
  await fixture.untilHolds("c", "changed");
  const staged = [
    fixture.stage("a", "delivered"),
    fixture.stage("b", "same"),
    fixture.stage("c", "delivered", "bbbbbbbb:2"),
    fixture.stage("d", "delivered"),
  ];
  expect(await fixture.index.install(staged)).toEqual([CHANGED, "installed", CHANGED, CHANGED]);
  expect(["a", "c", "d"].map((name) => fixture.read(name))).toEqual(["other", "changed", "put"]);
  await fixture.index.stop();
});

test("install does not replace a file that appears at the last moment", async () => {
  const renameNew = async (from: string, to: string) => {
    fs.writeFileSync(to, "mine");
    await systemDisk.renameNoReplace(from, to);
  };
  const fixture = await started({}, { disk: { renameNoReplace: renameNew } });
  const file = fixture.stage("a", "delivered");
  expect(await fixture.index.install([file])).toEqual([CHANGED]);
  expect(fixture.warnings).toEqual([]);
  expect(fs.existsSync(file.temp)).toBe(true);
  await fixture.untilHolds("a", "mine");
  await fixture.index.stop();
});

test("a file that a user replaces right after it was installed is a new version", async () => {
  const renameIf: Disk["renameIf"] = async (from, to, isRight) => {
    const isDone = await systemDisk.renameIf(from, to, isRight);
    fs.writeFileSync(`${to}.new`, "mine");
    fs.renameSync(`${to}.new`, to);
    return isDone;
  };
  const fixture = await started({ a: "one" }, { disk: { renameIf } });
  await fixture.agree();
  expect(await fixture.index.install([fixture.stage("a", "two")])).toEqual(["installed"]);
  await fixture.untilHolds("a", "mine");
  expect(fixture.index.get("a")).toMatchObject({ vector: "aaaaaaaa:2", changed: true });
  expect(fixture.index.get("a")?.edits ?? "").toMatch(edited("dddddddd"));
  await fixture.index.stop();
});

test("install never writes beyond the shared folder", async () => {
  const outside = temporaryFolder();
  const fixture = await started();
  fs.symlinkSync(outside, fixture.path("link"));
  fs.mkdirSync(`${outside}/there`);
  const names = ["link/a", "link/there/a", "link/deeper/a", "../a", ".hidden/a", "a\u0000b", "link"];
  const staged = names.map((name, index) => ({ ...fixture.stage(`f${index}`, "x"), name }));
  expect(inEnglish(await fixture.index.install(staged))).toEqual([
    { reason: "a symbolic link stands here in the place of the folder link", lasting: true },
    { reason: "a symbolic link stands here in the place of the folder link", lasting: true },
    { reason: "a symbolic link stands here in the place of the folder link", lasting: true },
    { reason: "its name is not shared here", lasting: true },
    { reason: "its name is not shared here", lasting: true },
    { reason: "its name is not shared here", lasting: true },
    { reason: "a symbolic link stands here in its place", lasting: true },
  ]);
  expect(fs.readdirSync(outside, { recursive: true })).toEqual(["there"]);
  expect(fixture.index.count).toBe(0);
  await fixture.index.stop();
});

test("install refuses a file of the wrong size, and the second of one name", async () => {
  const fixture = await started();
  const wrong = fixture.stage("a", "content");
  fs.appendFileSync(wrong.temp, "!");
  const twice = [fixture.stage("b", "first"), fixture.stage("b", "second")];
  const reason = expect.stringContaining("is not a file of 7 bytes");
  expect(inEnglish(await fixture.index.install([wrong, ...twice]))).toEqual([
    { reason, lasting: false },
    "installed",
    inEnglish(CHANGED),
  ]);
  await fixture.index.stop();
});

test("install refuses another file than was verified, although it has the size", async () => {
  const fixture = await started();
  const staged = fixture.stage("a", "content");
  const file = await systemDisk.lstat(staged.temp);
  if (!file) throw new Error("there is no file");
  fs.writeFileSync(`${staged.temp}-copy`, "another");
  fs.renameSync(`${staged.temp}-copy`, staged.temp);
  const reason = expect.stringContaining("was replaced after its check");
  expect(inEnglish(await fixture.index.install([{ ...staged, verified: file }]))).toEqual([{ reason, lasting: false }]);
  expect(fs.existsSync(fixture.path("a"))).toBe(false);
  const whole = fixture.stage("b", "content");
  const right = await systemDisk.lstat(whole.temp);
  expect(await fixture.index.install([{ ...whole, ...(right ? { verified: right } : {}) }])).toEqual(["installed"]);
  await fixture.index.stop();
});

test("a file being read when its staged file arrives is left to the staged file", async () => {
  const fixture = await started({ a: "one" });
  const hash = fixture.hashing.hash;
  let began = false;
  fixture.hashing.hash = () => {
    began = true;
    return new Promise(() => {});
  };
  fs.utimesSync(fixture.path("a"), 1, 1);
  await fixture.until("it is being read again", () => began);
  fixture.hashing.hash = hash;
  fs.rmSync(fixture.path("a"));
  expect(await fixture.index.install([fixture.stage("a", "two")])).toEqual(["installed"]);
  await fixture.nextScans();
  expect(fixture.index.get("a")).toMatchObject({ id: idOf("two"), changed: false });
  await fixture.index.stop();
});

test("a file about to be given up when its staged file arrives is not gone", async () => {
  let proceed: (() => void) | null = null;
  const folder = temporaryFolder();
  const lstat = async (path: string) => {
    const stat = await systemDisk.lstat(path);
    // The last thing that is asked before a file counts as gone.
    if (path === folder && !fs.existsSync(`${folder}/a`) && !proceed) {
      await new Promise<void>((resolve) => {
        proceed = resolve;
      });
    }
    return stat;
  };
  const fixture = await started({ a: "one" }, { folder, disk: { lstat } });
  fs.rmSync(fixture.path("a"));
  await fixture.until("it is about to be given up", () => proceed !== null);
  expect(await fixture.index.install([fixture.stage("a", "two")])).toEqual(["installed"]);
  (proceed as (() => void) | null)?.();
  await fixture.nextScans();
  expect(fixture.index.get("a")?.id).toBe(idOf("two"));
  expect(fixture.kinds("a")).toEqual(["present", "present"]);
  await fixture.index.stop();
});

test("remove deletes an unchanged file and the folders that it leaves empty", async () => {
  const fixture = await started({ "s/t/a": "one", "s/b": "two" });
  await fixture.agree();
  expect(await fixture.remove("s/t/a", "one", "bbbbbbbb:9")).toBe(false);
  expect(await fixture.remove("s/t/a", "one")).toBe(true);
  expect(fs.readdirSync(fixture.path("s"))).toEqual(["b"]);
  expect(await fixture.remove("s/b", "two")).toBe(true);
  expect(fs.readdirSync(fixture.folder)).toEqual([".redes"]);
  expect(fixture.kinds("s/t/a")).toEqual(["present", "gone"]);
  expect(fixture.store.recordsAfter("", 10)).toEqual([]);
  await fixture.index.stop();
});

/** The first version of a name, with this content, was removed from the cluster. */
function removed(name: string, content: string) {
  return { name, id: idOf(content), vector: "aaaaaaaa:2", edits: "", moved: null };
}

test("a file counts as removed, and what comes there next is new, where what was kept of it is gone already", async () => {
  const deletedFirst = async (wanted: string) => {
    const [label] = /^.*\/kept\/[^/]+/.exec(wanted) ?? [];
    if (label !== undefined) fs.rmSync(label, { recursive: true, force: true });
    await systemDisk.syncFolder(wanted);
  };
  const fixture = await started({ "s/t/a": "one", b: "two" }, { days: 7, disk: { syncFolder: deletedFirst } });
  await fixture.agree();
  const orders = [removed("s/t/a", "one"), removed("b", "two")];
  expect(await fixture.index.remove(orders)).toEqual(["gone", "gone"]);
  expect([...fixture.index.files()]).toEqual([]);
  fixture.write("s/t/a", "one");
  await fixture.untilHolds("s/t/a", "one");
  expect(await fixture.index.remove(orders)).toEqual(["stays", "stays"]);
  expect(fixture.read("s/t/a")).toBe("one");
  await fixture.stop();
});

test("a file counts as removed, and those removed with it, where somebody has deleted its folders before", async () => {
  const fixture = await started({ "s/t/a": "one", b: "two" });
  await fixture.agree();
  fs.rmSync(fixture.path("s"), { recursive: true });
  expect(await fixture.index.remove([removed("s/t/a", "one"), removed("b", "two")])).toEqual(["gone", "gone"]);
  expect([...fixture.index.files()]).toEqual([]);
  await fixture.index.stop();
});

test("remove keeps what a user changed", async () => {
  const fixture = await started({ a: "one", b: "one" });
  await fixture.agree();
  fs.appendFileSync(fixture.path("a"), " more");
  expect(await fixture.remove("a", "one")).toBe(false);
  expect(fixture.read("a")).toBe("one more");
  fs.rmSync(fixture.path("b"));
  expect(await fixture.remove("b", "one")).toBe(true);
  await fixture.index.stop();
});

test("a conflict renames, never replaces, and leaves one of two equal files", async () => {
  const fixture = await started({ "s/a.bin": "one", other: "other", twin: "one" });
  const id = idOf("one");
  const as = conflictName("s/a.bin", id);
  expect(await fixture.index.renameConflict("s/a.bin", idOf("other"), as)).toBe(false);
  expect(await fixture.index.renameConflict("s/a.bin", id, "other")).toBe(false);
  expect(fixture.read("other")).toBe("other");
  expect(await fixture.index.renameConflict("s/a.bin", id, as)).toBe(true);
  expect(fixture.heldFiles()).toEqual(
    [`${as} ${short("one")}`, `other ${short("other")}`, `twin ${short("one")}`].sort(),
  );
  expect(await fixture.index.renameConflict("twin", id, as)).toBe(true);
  expect(fixture.heldFiles()).toEqual([`${as} ${short("one")}`, `other ${short("other")}`].sort());
  expect(fixture.index.byId(id)?.name).toBe(as);
  expect(await fixture.index.hashes(id)).toHaveLength(32);
  fs.appendFileSync(fixture.path(as), " more");
  expect(await fixture.index.renameConflict(as, id, "elsewhere")).toBe(false);
  const reads = fixture.hashed.length;
  await fixture.untilHolds(as, "one more");
  expect(fixture.hashed).toHaveLength(reads + 1);
  await fixture.index.stop();
});

/** A disk on which somebody writes into `name` in the last moment before it is renamed. */
function editedBeforeRename(folder: string, name: string) {
  return {
    rename: async (from: string, to: string) => {
      if (from === `${folder}/${name}`) fs.appendFileSync(from, " more");
      await systemDisk.rename(from, to);
    },
  };
}

test("quarantine moves exactly the version that was asked for out of the folder", async () => {
  const fixture = await started({ a: "one" });
  fs.symlinkSync("a", fixture.path("link"));
  await fixture.untilHolds("link", "one");
  const to = fixture.path(".redes/damaged");
  expect(await fixture.index.quarantine("a", idOf("two"), to)).toBe(false);
  expect(await fixture.index.quarantine("link", idOf("one"), to)).toBe(false);
  expect(await fixture.index.quarantine("missing", idOf("one"), to)).toBe(false);
  expect([fixture.read("a"), fs.existsSync(to)]).toEqual(["one", false]);
  expect(await fixture.index.quarantine("a", idOf("one"), to)).toBe(true);
  expect([fixture.read("a"), fs.readFileSync(to, "utf8")]).toEqual([null, "one"]);
  expect(fixture.index.get("a")).toBeUndefined();
  await fixture.index.stop();
});

test("a file that is edited in the last moment is not quarantined", async () => {
  const folder = temporaryFolder();
  const fixture = await started({ a: "one" }, { folder, disk: editedBeforeRename(folder, "a") });
  const to = fixture.path(".redes/damaged");
  expect(await fixture.index.quarantine("a", idOf("one"), to)).toBe(false);
  expect([fixture.read("a"), fs.existsSync(to)]).toEqual(["one more", false]);
  await fixture.untilHolds("a", "one more");
  await fixture.index.stop();
});

test("a folder that takes the place of a file in the last moment keeps its name when the file was to be renamed", async () => {
  const folder = temporaryFolder();
  const renameNoReplace = async (from: string, to: string) => {
    if (from === `${folder}/a`) {
      fs.rmSync(from);
      fs.mkdirSync(from);
      fs.writeFileSync(`${from}/inside`, "two");
    }
    await systemDisk.renameNoReplace(from, to);
  };
  const fixture = await started({ a: "one" }, { folder, disk: { renameNoReplace } });
  expect(await fixture.index.renameConflict("a", idOf("one"), "a.conflict")).toBe(false);
  expect([fixture.read("a/inside"), fs.existsSync(fixture.path("a.conflict"))]).toEqual(["two", false]);
  await fixture.untilHolds("a/inside", "two");
  expect(fixture.index.get("a.conflict")).toBeUndefined();
  await fixture.index.stop();
});

test("a file that is edited in the last moment is not removed, and nothing of it is kept", async () => {
  const folder = temporaryFolder();
  const fixture = await started({ a: "one" }, { folder, days: 7, disk: editedBeforeRename(folder, "a") });
  await fixture.agree();
  expect(await fixture.remove("a", "one")).toBe(false);
  expect([fixture.read("a"), fixture.kept.count]).toEqual(["one more", 0]);
  expect(fs.readdirSync(fixture.path(".redes/kept"))).toEqual([]);
  await fixture.untilHolds("a", "one more");
  await fixture.stop();
});
