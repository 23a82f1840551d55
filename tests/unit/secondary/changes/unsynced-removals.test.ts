import { expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { IndexFixture } from "../index-fixture.ts";
import { idOf, started } from "../index-fixture.ts";

const CONTENTS: Record<string, string> = { a: "one", "s/b": "two", "s/c": "three", d: "four" };

/** Which folders the disk refuses to sync. */
let refuses: (folder: string) => boolean = () => false;

/** The folder in which a removed `s/b` or `s/c` is kept. */
const isWhereKept = (folder: string) => /kept\/.*-removed.*\/s$/.test(folder);
const isShare = (folder: string) => fs.existsSync(`${folder}/.redes`);

/** An index with these files, on a disk that refuses some syncs. */
async function withFailingDisk(days: number, synced: string[] = []) {
  refuses = () => false;
  const syncFolder = async (folder: string) => {
    if (refuses(folder)) throw new DiskError("other", folder, "input/output error");
    synced.push(folder);
    await systemDisk.syncFolder(folder);
  };
  const fixture = await started(CONTENTS, { days, disk: { syncFolder } });
  await fixture.agree();
  return fixture;
}

/** The order to remove all of them. */
async function removeAll({ index }: IndexFixture) {
  const removed = Object.entries(CONTENTS).map(([name, content]) => {
    return { name, id: idOf(content), vector: "aaaaaaaa:2", edits: "", moved: null };
  });
  const outcomes = await index.remove(removed);
  return outcomes.map((outcome) => (outcome instanceof Error ? outcome.message : outcome));
}

const REFUSED = "input/output error";

test.each([
  ["what is kept of it", 7, isWhereKept, ["gone", REFUSED, REFUSED, "gone"]],
  ["its folder", 0, isShare, [REFUSED, REFUSED, REFUSED, REFUSED]],
])(
  "a file is removed again where the disk refuses to sync %s, and the others of the batch are removed",
  async (_, days, where, outcomes) => {
    const synced: string[] = [];
    const fixture = await withFailingDisk(days, synced);
    refuses = where;
    expect(await removeAll(fixture)).toEqual(outcomes);
    const left = Object.keys(CONTENTS).filter((_, index) => outcomes[index] === REFUSED);
    expect([...fixture.index.files()].map(({ name }) => name).sort()).toEqual([...left].sort());
    await fixture.nextScans();
    expect([...fixture.index.files()].map(({ name }) => name).sort()).toEqual([...left].sort());
    refuses = () => false;
    synced.length = 0;
    const again = await removeAll(fixture);
    // What was tried again after the last scan may have come before the order.
    for (const [index, outcome] of outcomes.entries())
      expect(outcome === REFUSED ? ["gone", "stays"] : ["stays"]).toContain(String(again[index]));
    expect(synced.filter((folder) => where(folder)).length).toBeGreaterThan(0);
    expect([...fixture.index.files()]).toEqual([]);
    expect(fixture.store.recordsAfter("", 10)).toEqual([]);
    await fixture.stop();
  },
);

test.each([
  ["what is kept of it", isWhereKept],
  ["its folder", isShare],
])(
  "a file that has left is known no more once the disk syncs %s, though nobody orders its removal again",
  async (_, where) => {
    const fixture = await withFailingDisk(7);
    refuses = where;
    await removeAll(fixture);
    expect(fixture.index.count).toBeGreaterThan(0);
    refuses = () => false;
    await fixture.nextScans();
    await fixture.until("they are gone", () => fixture.index.count === 0);
    expect(fixture.store.recordsAfter("", 10)).toEqual([]);
    // What comes there next comes after nothing.
    fixture.write("s/b", "two");
    await fixture.until("s/b is new", () => fixture.index.get("s/b")?.changed === true);
    expect(fixture.index.get("s/b")).toMatchObject({ id: idOf("two"), vector: "" });
    await fixture.stop();
  },
);

test("what somebody puts in the place of a file that is to be removed again is theirs, though it is the same", async () => {
  const fixture = await withFailingDisk(7);
  refuses = isWhereKept;
  await removeAll(fixture);
  await fixture.nextScans();
  fixture.write("s/b", "two");
  await fixture.until("s/b is new", () => fixture.index.get("s/b")?.changed === true);
  expect(fixture.index.get("s/b")).toMatchObject({ id: idOf("two"), vector: "" });
  refuses = () => false;
  const [a, b, c, d] = await removeAll(fixture);
  expect([a, b, d]).toEqual(["stays", "stays", "stays"]);
  // What was tried again after the last scan may have come before the order.
  expect(["gone", "stays"]).toContain(String(c));
  expect([...fixture.index.files()].map(({ name }) => name)).toEqual(["s/b"]);
  expect(fixture.read("s/b")).toBe("two");
  await fixture.stop();
});

test("the very file that a power loss brings back is removed again, while the process goes on and after a restart", async () => {
  for (const restarts of [false, true]) {
    const fixture = await withFailingDisk(7);
    refuses = isWhereKept;
    await removeAll(fixture);
    const kept = fixture.kept.newest("s/b");
    if (!kept) throw new Error("not kept");
    const [folder] = fs
      .readdirSync(fixture.path(".redes/kept"))
      .filter((name) => fs.existsSync(fixture.path(`.redes/kept/${name}/s/b`)));
    fs.mkdirSync(fixture.path("s"), { recursive: true });
    fs.renameSync(fixture.path(`.redes/kept/${folder}/s/b`), fixture.path("s/b"));
    refuses = () => false;
    const next = restarts ? await fixture.restart() : fixture;
    await next.nextScans();
    expect(next.index.get("s/b")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
    expect((await removeAll(next))[1]).toBe("gone");
    await next.stop();
  }
});
