import { expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { CHANGED, UNSETTLED } from "../../../../src/secondary/folder/obstacle.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { idOf, Shelf, short } from "../library-fixture.ts";

/** One edit after others. */
function edited(...before: string[]): RegExp {
  return new RegExp(`^[0-9a-f]{8}${before.map((edit) => ` ${edit}`).join("")}$`);
}

async function started(files: Record<string, string> = {}, options: ConstructorParameters<typeof Shelf>[0] = {}) {
  const shelf = new Shelf(options);
  for (const [name, content] of Object.entries(files)) shelf.write(name, content);
  await shelf.start();
  return shelf;
}

test("files removed together leave no empty folders, and one that the disk refuses stays alone", async () => {
  const names = ["a/b/c/1", "a/b/2", "a/3", "d/4", "e/5"];
  const failing = async (from: string, to: string) => {
    if (from.endsWith("e/5")) throw new DiskError("denied", from, "permission denied");
    await systemDisk.rename(from, to);
  };
  const shelf = new Shelf({ days: 7, disk: { rename: failing } });
  for (const name of [...names, "d/stays"]) shelf.write(name, name);
  await shelf.start();
  await shelf.agree();
  const removed = names.map((name) => ({ name, id: idOf(name), vector: "aaaaaaaa:2", edits: "" }));
  const outcomes = await shelf.library.remove(removed);
  expect(outcomes.map((outcome) => (outcome instanceof Error ? outcome.message : outcome))).toEqual([
    "gone",
    "gone",
    "gone",
    "gone",
    "permission denied",
  ]);
  expect(fs.readdirSync(shelf.folder).sort()).toEqual([".redes", "d", "e"]);
  expect([...shelf.library.files()].map(({ name }) => name).sort()).toEqual(["d/stays", "e/5"]);
  expect(shelf.kept.count).toBe(4);
  const next = await shelf.restart();
  expect([...next.library.files()].map(({ name }) => name).sort()).toEqual(["d/stays", "e/5"]);
  await next.stop();
});

test("adopt puts deliveries into place, unchanged, and does not read them", async () => {
  const shelf = await started({ old: "old" });
  await shelf.agree();
  const read = shelf.hashed.length;
  const results = await shelf.library.adopt([
    shelf.deliver("new/folder/a", "a"),
    shelf.deliver("old", "newer"),
    shelf.deliver("empty", ""),
  ]);
  expect(results).toEqual(["adopted", "adopted", "adopted"]);
  expect(shelf.read("new/folder/a")).toBe("a");
  expect(shelf.read("old")).toBe("newer");
  expect(shelf.library.get("old")).toMatchObject({ id: idOf("newer"), vector: "aaaaaaaa:2", changed: false });
  expect(await shelf.library.hashes(idOf("newer"))).toHaveLength(32);
  expect(await shelf.library.hashes(idOf("old"))).toBeNull();
  expect(fs.readdirSync(shelf.path(".redes"))).toEqual(["marker"]);
  await shelf.nextScans();
  expect(shelf.hashed).toHaveLength(read);
  expect(shelf.kinds("old")).toEqual(["present", "present"]);
  const next = await shelf.restart();
  expect(next.hashed).toEqual([]);
  expect(next.library.get("empty")).toMatchObject({ vector: "aaaaaaaa:2", changed: false });
  await next.library.stop();
});

test.each([
  ["many at once", {}],
  ["one by one", { disk: {} }],
])("adopt names files without a name, %s", async (_, options) => {
  const shelf = await started({ old: "old", mine: "mine" }, options);
  await shelf.library.agreed([{ name: "old", id: idOf("old"), vector: "aaaaaaaa:1", edits: short("old") }]);
  const deliveries = [
    shelf.deliverUnnamed("new/folder/a", "a"),
    shelf.deliverUnnamed("b", "b"),
    shelf.deliverUnnamed("old", "newer"),
    shelf.deliverUnnamed("mine", "theirs"),
  ];
  const results = await shelf.library.adopt(deliveries);
  for (const { unnamed } of deliveries) if (unnamed !== null) fs.closeSync(unnamed);
  expect(results).toEqual(["adopted", "adopted", "adopted", CHANGED]);
  expect(["new/folder/a", "b", "old", "mine"].map((name) => shelf.read(name))).toEqual(["a", "b", "newer", "mine"]);
  const read = shelf.hashed.length;
  await shelf.nextScans();
  expect(shelf.hashed).toHaveLength(read);
  await shelf.library.stop();
});

test("adopt refuses what a user made or changed meanwhile, and keeps the delivery", async () => {
  const shelf = await started({ edited: "one", replaced: "one", written: "one", fine: "one", deleted: "one" });
  await shelf.agree();
  fs.appendFileSync(shelf.path("edited"), " more");
  shelf.write(".tmp", "mine");
  fs.renameSync(shelf.path(".tmp"), shelf.path("replaced"));
  shelf.write("made", "mine");
  fs.rmSync(shelf.path("deleted"));
  const writer = fs.openSync(shelf.path("written"), "r+");
  const names = ["edited", "replaced", "made", "written", "fine", "deleted"];
  const deliveries = names.map((name) => shelf.deliver(name, `delivered ${name}`));
  expect(await shelf.library.adopt(deliveries)).toEqual([CHANGED, CHANGED, UNSETTLED, CHANGED, "adopted", "adopted"]);
  fs.closeSync(writer);
  expect(shelf.read("edited")).toBe("one more");
  expect(shelf.read("replaced")).toBe("mine");
  expect(shelf.read("made")).toBe("mine");
  expect(shelf.read("written")).toBe("one");
  expect(deliveries.map(({ temp }) => fs.existsSync(temp))).toEqual([true, true, true, true, false, false]);
  await shelf.untilHolds("edited", "one more");
  await shelf.untilHolds("made", "mine");
  await shelf.nextScans();
  expect(shelf.kinds("deleted")).toEqual(["present", "present"]);
  await shelf.library.stop();
});

test("adopt refuses to replace a version that the delivery does not descend from", async () => {
  const shelf = await started({ a: "other", b: "same", c: "old" });
  await shelf.agree("bbbbbbbb:1");
  shelf.write("d", "put");
  shelf.write("c", "changed");
  await shelf.untilHolds("d", "put");
  await shelf.untilHolds("c", "changed");
  const deliveries = [
    shelf.deliver("a", "delivered"),
    shelf.deliver("b", "same"),
    shelf.deliver("c", "delivered", "bbbbbbbb:2"),
    shelf.deliver("d", "delivered"),
  ];
  expect(await shelf.library.adopt(deliveries)).toEqual([CHANGED, "adopted", CHANGED, CHANGED]);
  expect(["a", "c", "d"].map((name) => shelf.read(name))).toEqual(["other", "changed", "put"]);
  await shelf.library.stop();
});

test("adopt does not replace a file that appears at the last moment", async () => {
  const renameNew = async (from: string, to: string) => {
    fs.writeFileSync(to, "mine");
    await systemDisk.renameNoReplace(from, to);
  };
  const shelf = await started({}, { disk: { renameNoReplace: renameNew } });
  const delivery = shelf.deliver("a", "delivered");
  expect(await shelf.library.adopt([delivery])).toEqual([CHANGED]);
  expect(shelf.warnings).toEqual([]);
  expect(fs.existsSync(delivery.temp)).toBe(true);
  await shelf.untilHolds("a", "mine");
  await shelf.library.stop();
});

test("a file that a user replaces right after it was adopted is a new version", async () => {
  const rename = async (from: string, to: string) => {
    await systemDisk.rename(from, to);
    fs.writeFileSync(`${to}.new`, "mine");
    fs.renameSync(`${to}.new`, to);
  };
  const shelf = await started({ a: "one" }, { disk: { rename } });
  await shelf.agree();
  expect(await shelf.library.adopt([shelf.deliver("a", "two")])).toEqual(["adopted"]);
  await shelf.untilHolds("a", "mine");
  expect(shelf.library.get("a")).toMatchObject({ vector: "aaaaaaaa:2", changed: true });
  expect(shelf.library.get("a")?.edits ?? "").toMatch(edited("dddddddd"));
  await shelf.library.stop();
});

test("adopt works where the file system cannot rename without replacing", async () => {
  const renameNew = (_from: string, to: string) => Promise.reject(new DiskError("denied", to, "no links here"));
  const shelf = await started({}, { disk: { renameNoReplace: renameNew } });
  expect(await shelf.library.adopt([shelf.deliver("s/a", "delivered")])).toEqual(["adopted"]);
  expect(shelf.read("s/a")).toBe("delivered");
  await shelf.library.stop();
});

test("adopt never writes beyond the shared folder", async () => {
  const outside = temporaryFolder();
  const shelf = await started();
  fs.symlinkSync(outside, shelf.path("link"));
  fs.mkdirSync(`${outside}/there`);
  const names = ["link/a", "link/there/a", "link/deeper/a", "../a", ".hidden/a", "a\u0000b", "link"];
  const deliveries = names.map((name, index) => ({ ...shelf.deliver(`f${index}`, "x"), name }));
  expect(await shelf.library.adopt(deliveries)).toEqual([
    { reason: "a symbolic link stands here in the place of the folder link", lasting: true },
    { reason: "a symbolic link stands here in the place of the folder link", lasting: true },
    { reason: "a symbolic link stands here in the place of the folder link", lasting: true },
    { reason: "its name is not shared here", lasting: true },
    { reason: "its name is not shared here", lasting: true },
    { reason: "its name is not shared here", lasting: true },
    { reason: "a symbolic link stands here in its place", lasting: true },
  ]);
  expect(fs.readdirSync(outside, { recursive: true })).toEqual(["there"]);
  expect(shelf.library.count).toBe(0);
  await shelf.library.stop();
});

test("adopt refuses a delivery of the wrong size, and the second of one name", async () => {
  const shelf = await started();
  const wrong = shelf.deliver("a", "content");
  fs.appendFileSync(wrong.temp, "!");
  const twice = [shelf.deliver("b", "first"), shelf.deliver("b", "second")];
  const reason = expect.stringContaining("is not a file of 7 bytes");
  expect(await shelf.library.adopt([wrong, ...twice])).toEqual([{ reason, lasting: false }, "adopted", CHANGED]);
  await shelf.library.stop();
});

test("adopt refuses another file than was verified, although it has the size", async () => {
  const shelf = await started();
  const delivery = shelf.deliver("a", "content");
  const file = await systemDisk.lstat(delivery.temp);
  if (!file) throw new Error("there is no delivery");
  fs.writeFileSync(`${delivery.temp}-copy`, "another");
  fs.renameSync(`${delivery.temp}-copy`, delivery.temp);
  const reason = expect.stringContaining("was replaced after its check");
  expect(await shelf.library.adopt([{ ...delivery, file }])).toEqual([{ reason, lasting: false }]);
  expect(fs.existsSync(shelf.path("a"))).toBe(false);
  const whole = shelf.deliver("b", "content");
  const right = await systemDisk.lstat(whole.temp);
  expect(await shelf.library.adopt([{ ...whole, ...(right ? { file: right } : {}) }])).toEqual(["adopted"]);
  await shelf.library.stop();
});

test("a file being read when its delivery arrives is left to the delivery", async () => {
  const shelf = await started({ a: "one" });
  const hash = shelf.hashing.hash;
  let began = false;
  shelf.hashing.hash = () => {
    began = true;
    return new Promise(() => {});
  };
  fs.utimesSync(shelf.path("a"), 1, 1);
  await shelf.until("it is being read again", () => began);
  shelf.hashing.hash = hash;
  fs.rmSync(shelf.path("a"));
  expect(await shelf.library.adopt([shelf.deliver("a", "two")])).toEqual(["adopted"]);
  await shelf.nextScans();
  expect(shelf.library.get("a")).toMatchObject({ id: idOf("two"), changed: false });
  await shelf.library.stop();
});

test("a file about to be given up when its delivery arrives is not gone", async () => {
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
  const shelf = await started({ a: "one" }, { folder, disk: { lstat } });
  fs.rmSync(shelf.path("a"));
  await shelf.until("it is about to be given up", () => proceed !== null);
  expect(await shelf.library.adopt([shelf.deliver("a", "two")])).toEqual(["adopted"]);
  (proceed as (() => void) | null)?.();
  await shelf.nextScans();
  expect(shelf.library.get("a")?.id).toBe(idOf("two"));
  expect(shelf.kinds("a")).toEqual(["present", "present"]);
  await shelf.library.stop();
});

test("remove deletes an unchanged file and the folders that it leaves empty", async () => {
  const shelf = await started({ "s/t/a": "one", "s/b": "two" });
  await shelf.agree();
  expect(await shelf.remove("s/t/a", "one", "bbbbbbbb:9")).toBe(false);
  expect(await shelf.remove("s/t/a", "one")).toBe(true);
  expect(fs.readdirSync(shelf.path("s"))).toEqual(["b"]);
  expect(await shelf.remove("s/b", "two")).toBe(true);
  expect(fs.readdirSync(shelf.folder)).toEqual([".redes"]);
  expect(shelf.kinds("s/t/a")).toEqual(["present", "gone"]);
  expect(shelf.store.remembered("", 10)).toEqual([]);
  await shelf.library.stop();
});

test("remove keeps what a user changed", async () => {
  const shelf = await started({ a: "one", b: "one" });
  await shelf.agree();
  fs.appendFileSync(shelf.path("a"), " more");
  expect(await shelf.remove("a", "one")).toBe(false);
  expect(shelf.read("a")).toBe("one more");
  fs.rmSync(shelf.path("b"));
  expect(await shelf.remove("b", "one")).toBe(true);
  await shelf.library.stop();
});

test("moveAside renames, never replaces, and leaves one of two equal files", async () => {
  const shelf = await started({ "s/a.bin": "one", other: "other", twin: "one" });
  const id = idOf("one");
  const as = conflictName("s/a.bin", id);
  expect(await shelf.library.moveAside("s/a.bin", idOf("other"), as)).toBe(false);
  expect(await shelf.library.moveAside("s/a.bin", id, "other")).toBe(false);
  expect(shelf.read("other")).toBe("other");
  expect(await shelf.library.moveAside("s/a.bin", id, as)).toBe(true);
  expect(shelf.holdings()).toEqual([`${as} ${short("one")}`, `other ${short("other")}`, `twin ${short("one")}`].sort());
  expect(await shelf.library.moveAside("twin", id, as)).toBe(true);
  expect(shelf.holdings()).toEqual([`${as} ${short("one")}`, `other ${short("other")}`].sort());
  expect(shelf.library.byId(id)?.name).toBe(as);
  expect(await shelf.library.hashes(id)).toHaveLength(32);
  fs.appendFileSync(shelf.path(as), " more");
  expect(await shelf.library.moveAside(as, id, "elsewhere")).toBe(false);
  const reads = shelf.hashed.length;
  await shelf.untilHolds(as, "one more");
  expect(shelf.hashed).toHaveLength(reads + 1);
  await shelf.library.stop();
});
