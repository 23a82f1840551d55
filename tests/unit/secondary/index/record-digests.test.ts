import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { drive } from "../../../support/drive.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

let fixture: IndexFixture;

beforeEach(async () => {
  fixture = new IndexFixture({ settled: true, hashScope: "digests" });
  fixture.write("a", "one");
  fixture.write("b", "one");
  fixture.write("c", "two");
  await fixture.start();
});

afterEach(() => fixture.stop());

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Whether the digests of a content are stored. */
async function stored(content: string): Promise<boolean> {
  const digests = await fixture.index.digests(idOf(content), "sha-256");
  if (digests) expect(Buffer.from(digests).toString("hex")).toBe(sha256(content));
  return digests !== null;
}

async function changed(name: string, content: string | null): Promise<void> {
  if (content === null) fs.rmSync(fixture.path(name));
  else fixture.write(name, content);
  fixture.index.recheck(name);
  const id = content === null ? undefined : idOf(content);
  await drive(fixture.clock, `${name} is known`, () => fixture.index.get(name)?.id === id);
}

test("where digests are made they come with a new file, in the same pass", async () => {
  expect(fixture.index.get("a")?.sha256).toBe(sha256("one"));
  expect(fixture.index.sha256Of(idOf("two"))).toBe(sha256("two"));
  expect(fixture.index.sha256Of(idOf("three"))).toBeNull();
  expect([await stored("one"), await stored("two"), await stored("three")]).toEqual([true, true, false]);
  expect(fixture.changes.map(({ kind }) => kind)).toEqual(["present", "present", "present"]);
  expect(fixture.hashed.sort()).toEqual(["a", "b", "c"]);
});

test("they stay as long as some name has the version", async () => {
  await changed("a", null);
  expect(await stored("one")).toBe(true);
  await changed("b", "three");
  expect([await stored("one"), await stored("three")]).toEqual([false, true]);
  await changed("c", null);
  expect(await stored("two")).toBe(false);
});

test("they stay with a name that changes", async () => {
  fs.renameSync(fixture.path("c"), fixture.path("d"));
  for (const name of ["c", "d"]) fixture.index.recheck(name);
  await drive(fixture.clock, "the new name", () => fixture.index.get("d") !== undefined && !fixture.index.get("c"));
  expect(fixture.index.get("d")?.sha256).toBe(sha256("two"));
  expect(await stored("two")).toBe(true);
});

test("a conflict that takes another name takes them along", async () => {
  expect(await fixture.index.renameConflict("c", idOf("two"), "c.conflict")).toBe(true);
  expect(fixture.index.get("c.conflict")?.sha256).toBe(sha256("two"));
  expect(await stored("two")).toBe(true);
});

test("nothing of them is left when another folder takes the place of this one", async () => {
  fixture.store.deleteFiles();
  expect([await stored("one"), await stored("two")]).toEqual([false, false]);
});
