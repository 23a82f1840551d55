import { expect, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { StagedFile } from "../../../../src/secondary/changes/staged-file.ts";
import type { PlannedInstall, StoredChanges } from "../../../../src/secondary/index/file-record.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { type IndexFixture, idOf, started } from "../index-fixture.ts";

/** Seconds since 1970. */
const MODIFIED = 1_700_000_000.123456;

/** A database that the process does not live to write records to. */
class LastPlansStore extends SecondaryStore {
  refuses: (changes: StoredChanges) => boolean = () => false;
  readonly saved: StoredChanges[] = [];

  override save(changes: StoredChanges): void {
    if (this.refuses(changes)) throw new Error("killed");
    this.saved.push(changes);
    super.save(changes);
  }
}

/** A staged copy with the time of its version. */
function staged(fixture: IndexFixture, name: string, content: string, vector?: string): StagedFile {
  const file = fixture.stage(name, content, vector);
  fs.utimesSync(file.temp, MODIFIED, MODIFIED);
  return { ...file, modified: MODIFIED * 1_000_000 };
}

/** An index with the file `old`, whose process was killed after these copies got their names and before their records. */
async function killedAfterNaming(contents: Record<string, string>) {
  const store = new LastPlansStore(":memory:");
  const fixture = await started({ old: "old" }, { store });
  await fixture.agree();
  store.refuses = ({ put }) => put.length > 0;
  const copies = Object.entries(contents).map(([name, content]) => staged(fixture, name, content));
  await expect(fixture.index.install(copies)).rejects.toThrow("killed");
  await fixture.stop();
  store.refuses = () => false;
  return { fixture, store };
}

test("a copy that got its name and no record is the cluster's version after a crash, and not a person's", async () => {
  const { fixture } = await killedAfterNaming({ new: "new", "folder/newer": "newer", old: "replaced" });
  const next = await fixture.restart();
  for (const [name, content] of Object.entries({ new: "new", "folder/newer": "newer", old: "replaced" })) {
    expect(next.index.get(name)).toMatchObject({
      id: idOf(content),
      vector: "aaaaaaaa:2",
      changed: false,
      edits: "dddddddd",
    });
  }
  // It goes with a removal, as any other copy does.
  expect(await next.remove("new", "new", "aaaaaaaa:3")).toBe(true);
  await next.stop();
});

test("a file that got its other name and no record is no person's after a crash, and goes with a removal of that name", async () => {
  const store = new LastPlansStore(":memory:");
  const fixture = await started({ old: "old" }, { store });
  await fixture.agree();
  store.refuses = ({ put }) => put.length > 0;
  const moved = { as: "new", edit: "eeeeeeee" };
  const order = { name: "old", id: idOf("old"), vector: "aaaaaaaa:2", edits: "", moved };
  await expect(fixture.index.remove([order])).rejects.toThrow("killed");
  expect(fs.readFileSync(fixture.path("new"), "utf8")).toBe("old");
  await fixture.stop();
  store.refuses = () => false;
  const next = await fixture.restart();
  expect(next.index.get("new")).toMatchObject({ id: idOf("old"), vector: "", changed: true, edits: "eeeeeeee" });
  const removal = { name: "new", id: idOf("old"), vector: "bbbbbbbb:1", edits: "eeeeeeee", moved: null };
  expect(await next.index.remove([removal])).toEqual(["gone"]);
  await next.stop();
  expect(next.store.installPlans()).toEqual([]);
});

test("a file that could not get its other name is not planned for it after the next start", async () => {
  const fixture = await started({ old: "old", new: "another" });
  await fixture.agree();
  const moved = { as: "new", edit: "eeeeeeee" };
  await fixture.index.remove([{ name: "old", id: idOf("old"), vector: "aaaaaaaa:2", edits: "", moved }]);
  await fixture.stop();
  const next = await fixture.restart();
  expect(next.index.get("new")).toMatchObject({ id: idOf("another") });
  // With the next transaction, whatever it is about.
  next.write("later", "later");
  await next.untilHolds("later", "later");
  await next.stop();
  expect(next.store.installPlans()).toEqual([]);
});

test("what somebody puts under the name of a planned copy while the process is away is theirs", async () => {
  const { fixture } = await killedAfterNaming({ other: "copy", same: "copy", old: "copy" });
  fixture.write("other", "mine");
  fixture.write("old", "mine");
  // The same content, put there anew.
  fs.rmSync(fixture.path("same"));
  fixture.write("same", "copy");
  const next = await fixture.restart();
  for (const name of ["other", "same"]) expect(next.index.get(name)).toMatchObject({ vector: "", changed: true });
  expect(next.index.get("old")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
  await next.stop();
});

test("after the folder was read, what comes under the name of a planned copy is somebody's", async () => {
  const { fixture } = await killedAfterNaming({ new: "new" });
  fs.rmSync(fixture.path("new"));
  const next = await fixture.restart();
  fs.writeFileSync(next.path(".new"), "new");
  fs.utimesSync(next.path(".new"), MODIFIED, MODIFIED);
  fs.renameSync(next.path(".new"), next.path("new"));
  await next.untilHolds("new", "new");
  expect(next.index.get("new")).toMatchObject({ vector: "", changed: true });
  await next.stop();
  expect(next.store.installPlans()).toEqual([]);
});

test("a copy whose folder could not be synced is no edit of what it replaced", async () => {
  let fails = false;
  const syncFolder = (folder: string) =>
    fails ? Promise.reject(new Error("too many open files")) : systemDisk.syncFolder(folder);
  const fixture = await started({ old: "old" }, { disk: { syncFolder } });
  await fixture.agree();
  fails = true;
  await expect(fixture.index.install([staged(fixture, "old", "newer")])).rejects.toThrow("too many open files");
  fails = false;
  await fixture.untilHolds("old", "newer");
  expect(fixture.index.get("old")).toMatchObject({ vector: "aaaaaaaa:2", changed: false, edits: "dddddddd" });
  await fixture.index.stop();
});

test("nothing gets its name before it is stored that it will", async () => {
  const store = new LastPlansStore(":memory:");
  const fixture = await started({}, { store });
  store.refuses = ({ planned }) => planned.length > 0;
  const copies = [staged(fixture, "a", "a"), staged(fixture, "b", "b")];
  await expect(fixture.index.install(copies)).rejects.toThrow("killed");
  expect([fixture.read("a"), fixture.read("b")]).toEqual([null, null]);
  store.refuses = () => false;
  // These are planned no more.
  fixture.write("c", "c");
  await fixture.untilHolds("c", "c");
  expect(store.saved.flatMap(({ planned }) => planned)).toEqual([]);
  await fixture.index.stop();
});

test("the transaction of one install stores the plan of the next; each plan is over with the one after it", async () => {
  const store = new LastPlansStore(":memory:");
  const fixture = await started({}, { store });
  await fixture.index.install([staged(fixture, "0", "0")]);
  const before = store.saved.length;
  await Promise.all(["1", "2", "3"].map((name) => fixture.index.install([staged(fixture, name, name)])));
  const transactions = store.saved.slice(before).map(({ planned, put, over }) => ({
    planned: planned.flatMap(({ files }) => JSON.parse(files).map(({ name }: PlannedInstall) => name)),
    put: put.map(({ record }) => record.name),
    over: over.length,
  }));
  expect(transactions).toEqual([
    { planned: ["1", "2", "3"], put: [], over: 1 },
    { planned: [], put: ["1"], over: 0 },
    { planned: [], put: ["2"], over: 1 },
    { planned: [], put: ["3"], over: 1 },
  ]);
  await fixture.index.stop();
});
