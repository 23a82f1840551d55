import { expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { RemovedFile } from "../../../../src/secondary/changes/folder-changes.ts";
import { IndexFixture, idOf, started } from "../index-fixture.ts";

const EDIT = "eeeeeeee";
/** What a file with the content "one" is called that cannot be called b. */
const CONFLICT = `b.conflict-${idOf("one").slice(0, 8)}`;

/** The first version of a name, with this content, gets another name. */
function moving(name: string, content: string, as: string): RemovedFile {
  return { name, id: idOf(content), vector: "aaaaaaaa:2", edits: "", moved: { as, edit: EDIT } };
}

/** What became of each: its new name after an arrow, or why it stays. */
async function move(fixture: IndexFixture, ...removed: RemovedFile[]) {
  const outcomes = await fixture.index.remove(removed);
  return outcomes.map((outcome) => {
    if (outcome instanceof Error) return `tried again: ${outcome.message}`;
    if (typeof outcome === "string") return outcome;
    return "as" in outcome ? `→ ${outcome.as}` : outcome.unmoved;
  });
}

/** A file has its name as if somebody had put it there after it was moved. */
function expectPutAgain(fixture: IndexFixture, name: string, content: string): void {
  expect(fixture.read(name)).toBe(content);
  expect(fixture.index.get(name)).toMatchObject({ id: idOf(content), vector: "", changed: true, edits: EDIT });
}

function names(fixture: IndexFixture): string[] {
  return [...fixture.index.files()].map(({ name }) => name).sort();
}

test("a file gets another name, in folders that are made, and is recorded with the edit that all share; nothing is read", async () => {
  const fixture = await started({ "s/t/a": "one", b: "two" }, { days: 7 });
  await fixture.agree();
  const read = fixture.hashed.length;
  expect(await move(fixture, moving("s/t/a", "one", "new/c"), moving("b", "two", "d"))).toEqual(["→ new/c", "→ d"]);
  expect(names(fixture)).toEqual(["d", "new/c"]);
  expect(fs.readdirSync(fixture.folder).sort()).toEqual([".redes", "d", "new"]);
  expect(fixture.index.get("new/c")).toMatchObject({ id: idOf("one"), vector: "", changed: true, edits: EDIT });
  expect(await fixture.index.hashes(idOf("one"))).toHaveLength(32);
  expect(fixture.kept.count).toBe(0);
  await fixture.nextScans();
  expect(fixture.hashed).toHaveLength(read);
  const next = await fixture.restart();
  expect([next.hashed, names(next)]).toEqual([[], ["d", "new/c"]]);
  expect(next.index.get("new/c")?.edits).toBe(EDIT);
  await next.stop();
});

test("an older version, and one that follows nothing of it, do not get the new name", async () => {
  const fixture = await started({ a: "older", b: "other" }, { days: 7 });
  await fixture.agree();
  const stranger = { ...moving("b", "other", "y"), vector: "bbbbbbbb:1" };
  expect(await move(fixture, moving("a", "one", "x"), stranger)).toEqual(["gone", "stays"]);
  expect(names(fixture)).toEqual(["b"]);
  expect(fixture.kept.count).toBe(1);
  await fixture.stop();
});

test("where another file stands at the new name, the file gets that of a conflict, and leaves the cluster for none", async () => {
  const fixture = await started({ a: "one", b: "two" }, { days: 7 });
  await fixture.agree();
  expect(await move(fixture, moving("a", "one", "b"))).toEqual([`→ b.conflict-${idOf("one").slice(0, 8)}`]);
  expect(names(fixture)).toEqual(["b", CONFLICT]);
  expect(fixture.read("b")).toBe("two");
  expect(fixture.read(CONFLICT)).toBe("one");
  expect(fixture.kept.count).toBe(0);
  await fixture.stop();
});

test("where a folder stands at the new name, the file gets that of a conflict, as the central would have it", async () => {
  const fixture = await started({ a: "one", "b/x": "two" }, { days: 7 });
  await fixture.agree();
  expect(await move(fixture, moving("a", "one", "b"))).toEqual([`→ ${CONFLICT}`]);
  expect(names(fixture)).toEqual([CONFLICT, "b/x"].sort());
  await fixture.stop();
});

test("two that are moved to one name at once are both there afterwards", async () => {
  const fixture = await started({ a: "one", b: "two" }, { days: 7 });
  await fixture.agree();
  expect(await move(fixture, moving("a", "one", "c"))).toEqual(["→ c"]);
  expect(await move(fixture, moving("b", "two", "c"))).toEqual([`→ c.conflict-${idOf("two").slice(0, 8)}`]);
  expect([fixture.read("c"), fixture.read(`c.conflict-${idOf("two").slice(0, 8)}`)]).toEqual(["one", "two"]);
  await fixture.stop();
});

test("where the same content stands at the new name already, the file is kept as a removed one", async () => {
  const fixture = await started({ a: "one", b: "one" }, { days: 7 });
  await fixture.agree();
  expect(await move(fixture, moving("a", "one", "b"))).toEqual(["gone"]);
  expect(fixture.read("b")).toBe("one");
  expect(fixture.kept.newest("a")?.id).toBe(idOf("one"));
  await fixture.stop();
});

test("where both are names of one file, the old one goes", async () => {
  const fixture = await started({ a: "one" }, { days: 7 });
  fs.linkSync(fixture.path("a"), fixture.path("b"));
  await fixture.untilHolds("b", "one");
  await fixture.nextScans();
  await fixture.agree();
  expect(await move(fixture, moving("a", "one", "b"))).toEqual(["gone"]);
  await fixture.nextScans();
  expect(names(fixture)).toEqual(["b"]);
  expect(fixture.read("b")).toBe("one");
  await fixture.stop();
});

test.each([
  ["in the place of a folder a file", "file/x", {}, "a file stands here in the place of the folder file"],
  ["a rule of this secondary", "no.tmp", { ".redesignore": "*.tmp" }, ".redesignore excludes it"],
  ["the length of a name that the disk takes", `${"n".repeat(300)}`, {}, "its name is too long"],
  ["a file, and at the name of the conflict one too,", "b", { b: "2", [CONFLICT]: "3" }, "something else stands here"],
  ["a folder, and at the name of the conflict", "b", { "b/x": "2", [`${CONFLICT}/x`]: "3" }, "something else stands"],
])(
  "where %s stands in the way, the file is there by its old name again, and why is said",
  async (_, as, files, why) => {
    const fixture = await started({ a: "one", "folder/x": "x", file: "y", ...files }, { days: 7 });
    await fixture.agree();
    const before = names(fixture);
    const [outcome] = await move(fixture, moving("a", "one", as));
    expect(outcome).toStartWith(why);
    expectPutAgain(fixture, "a", "one");
    expect(names(fixture)).toEqual(before);
    expect(await fixture.index.hashes(idOf("one"))).toHaveLength(32);
    // The same order once more, as after a crash, takes nothing away.
    expect(await move(fixture, moving("a", "one", as))).toEqual(["stays"]);
    await fixture.nextScans();
    expect([fixture.kept.count, names(fixture)]).toEqual([0, before]);
    const next = await fixture.restart();
    expectPutAgain(next, "a", "one");
    await next.stop();
  },
);

test("a file that somebody has just changed stays under its name", async () => {
  const fixture = await started({ a: "one" });
  await fixture.agree();
  fixture.write("a", "edited");
  expect(await move(fixture, moving("a", "one", "b"))).toEqual(["stays"]);
  expect([fixture.read("a"), fixture.read("b")]).toEqual(["edited", null]);
  await fixture.stop();
});

test.each([
  ["denied", "permission denied", true],
  ["readonly", "the file system is read-only", true],
  ["full", "no space is left", true],
  ["device", "it is on another disk", false],
  ["missing", "the folder is not there any more", true],
] as const)(
  "one that the disk refuses to rename (%s) stays, and those moved with it are moved",
  async (failure, text, isTriedAgain) => {
    const fixture = new IndexFixture({
      disk: {
        async renameNoReplace(from, to, reach) {
          if (from.endsWith("/a")) throw new DiskError(failure, from, text);
          await systemDisk.renameNoReplace(from, to, reach);
        },
      },
    });
    fixture.write("a", "one");
    fixture.write("b", "two");
    await fixture.start();
    await fixture.agree();
    const outcomes = await move(fixture, moving("a", "one", "x"), moving("b", "two", "y"));
    expect(outcomes).toEqual([isTriedAgain ? `tried again: ${text}` : text, "→ y"]);
    expect(names(fixture)).toEqual(["a", "y"]);
    if (isTriedAgain) expect(fixture.index.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
    else expectPutAgain(fixture, "a", "one");
    await fixture.stop();
  },
);

test("a file that vanished before counts as gone", async () => {
  const fixture = await started({ a: "one" });
  await fixture.agree();
  fs.rmSync(fixture.path("a"));
  expect(await move(fixture, moving("a", "one", "b"))).toEqual(["gone"]);
  expect(names(fixture)).toEqual([]);
  await fixture.stop();
});
