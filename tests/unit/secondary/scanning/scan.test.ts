import { expect, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { hex } from "../../../../src/platform/hash.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { hexHash, IndexFixture, idOf, short } from "../index-fixture.ts";

test("the first scan finds the files of all folders, and each is reported once", async () => {
  const fixture = new IndexFixture();
  fixture.write("a.bin", "first");
  fixture.write("sub/deeper/b.bin", "second");
  fixture.write("empty", "");
  fixture.write(".hidden/c.bin", "third");
  fixture.write("sub/.d.bin", "fourth");
  await fixture.start();
  expect(fixture.heldFiles()).toEqual([
    `a.bin ${short("first")}`,
    `empty ${short("")}`,
    `sub/deeper/b.bin ${short("second")}`,
  ]);
  expect(fixture.index.count).toBe(3);
  expect(fixture.warnings).toEqual([]);
  expect(fixture.changes.map((change) => change.kind)).toEqual(["present", "present", "present"]);
  expect(fixture.index.get("a.bin")).toMatchObject({ size: 5, id: idOf("first"), vector: "", changed: false });
  expect(fixture.index.byId(idOf("second"))?.name).toBe("sub/deeper/b.bin");
  expect(hex((await fixture.index.hashes(idOf("first"))) ?? new Uint8Array(0))).toBe(hexHash("first"));
  expect(await fixture.index.hashes(idOf(""))).toHaveLength(0);
  expect(await fixture.index.hashes(idOf("unknown"))).toBeNull();
  await fixture.index.stop();
});

test("a shared folder that is not there is made", async () => {
  const fixture = new IndexFixture({ folder: `${temporaryFolder()}/new/videos1` });
  await fixture.start();
  expect(fs.statSync(fixture.folder).isDirectory()).toBe(true);
  await fixture.index.stop();
});

test("a restart reads only what changed, and tells of all", async () => {
  const first = new IndexFixture();
  for (const name of ["kept", "edited", "deleted", "touched"]) first.write(name, `content of ${name}`);
  await first.start();
  await first.index.applyAgreed([
    { name: "kept", id: idOf("content of kept"), vector: "aaaaaaaa:1", edits: short("content of kept") },
    { name: "edited", id: idOf("another"), vector: "aaaaaaaa:1", edits: short("another") },
  ]);
  await first.index.stop();
  first.write("edited", "new content");
  first.write("added", "added");
  fs.rmSync(first.path("deleted"));
  fs.utimesSync(first.path("touched"), 1, 1);
  const second = await first.restart();
  expect(second.hashed.sort()).toEqual(["added", "edited", "touched"]);
  expect(second.heldFiles()).toEqual([
    `added ${short("added")}`,
    `edited ${short("new content")}`,
    `kept ${short("content of kept")}`,
    `touched ${short("content of touched")}`,
  ]);
  expect(second.index.get("kept")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
  expect(second.index.get("edited")).toMatchObject({ vector: "", changed: true });
  expect(second.index.get("edited")?.edits).toMatch(new RegExp(`^[0-9a-f]{8} ${short("content of edited")}$`));
  expect(second.index.get("added")).toMatchObject({ vector: "", changed: true });
  expect(second.index.get("added")?.edits).toMatch(/^[0-9a-f]{8}$/);
  expect(second.kinds("kept")).toEqual(["present"]);
  expect(second.kinds("deleted")).toEqual(["gone"]);
  const third = await second.restart();
  expect(third.hashed).toEqual([]);
  expect(third.index.count).toBe(4);
  await third.index.stop();
});

test("an edit in place that puts size and modification time back is found all the same", async () => {
  const fixture = new IndexFixture();
  fixture.write("a", "one");
  fs.utimesSync(fixture.path("a"), 1_000, 1_000);
  await fixture.start();
  await fixture.index.stop();
  fs.writeFileSync(fixture.path("a"), "two");
  fs.utimesSync(fixture.path("a"), 1_000, 1_000);
  const next = await fixture.restart();
  expect(next.index.get("a")).toMatchObject({ id: idOf("two"), changed: true });
  expect(next.index.get("a")?.edits).toEndWith(` ${short("one")}`);
  await next.index.stop();
});

test("names that cannot be used are warned about once each", async () => {
  const fixture = new IndexFixture();
  fixture.write("good", "x");
  fixture.write("bell\u0007", "x");
  fs.writeFileSync(Buffer.concat([Buffer.from(`${fixture.folder}/bad`), Buffer.from([0xff, 0xfe])]), "x");
  const long = Array.from({ length: 6 }, () => "n".repeat(200)).join("/");
  fs.mkdirSync(fixture.path(long.slice(0, 1004)), { recursive: true });
  fs.writeFileSync(fixture.path(`${long.slice(0, 1004)}/${"m".repeat(30)}`), "x");
  await fixture.start();
  await fixture.nextScans();
  expect(fixture.heldFiles()).toEqual([`good ${short("x")}`]);
  expect(fixture.warnings).toHaveLength(3);
  expect(fixture.warnings.some((line) => line.includes("control character"))).toBe(true);
  expect(fixture.warnings.some((line) => line.includes("not valid UTF-8"))).toBe(true);
  expect(fixture.warnings.some((line) => line.includes("longer than 1024 bytes"))).toBe(true);
  await fixture.index.stop();
});

test("links are shared when they lead to a file inside, and nothing else is followed", async () => {
  const fixture = new IndexFixture();
  const outside = temporaryFolder();
  fs.writeFileSync(`${outside}/secret`, "secret");
  fixture.write("sub/target", "target");
  fixture.write(".redes/unfinished", "unfinished");
  fs.symlinkSync("sub/target", fixture.path("inside"));
  fs.symlinkSync(`${outside}/secret`, fixture.path("outside"));
  fs.symlinkSync(outside, fixture.path("folder-outside"));
  fs.symlinkSync("sub", fixture.path("folder-inside"));
  fs.symlinkSync("nowhere", fixture.path("dangling"));
  fs.symlinkSync("loop", fixture.path("loop"));
  fs.symlinkSync(".redes/unfinished", fixture.path("work"));
  Bun.spawnSync(["mkfifo", fixture.path("fifo")]);
  await fixture.start();
  const expected = [`inside ${short("target")}`, `sub/target ${short("target")}`];
  expect(fixture.heldFiles()).toEqual(expected);
  // What the watch tells of a path behind a link must not bring it in either.
  fs.writeFileSync(`${outside}/later`, "later");
  fixture.index.recheck("folder-outside/later");
  fixture.index.recheck(".redes/unfinished");
  await fixture.nextScans();
  expect(fixture.heldFiles()).toEqual(expected);
  await fixture.index.stop();
});

test("files that cannot be read are warned about and do not stop the others", async () => {
  const fixture = new IndexFixture({
    disk: {
      list: (folder) =>
        folder.endsWith("/closed") ? Promise.reject(new Error("permission denied")) : systemDisk.list(folder),
      open: (path, mode) =>
        path.endsWith("/unreadable") ? Promise.reject(new Error("input/output error")) : systemDisk.open(path, mode),
    },
  });
  fixture.write("closed/a", "a");
  fixture.write("unreadable", "b");
  fixture.write("fine", "c");
  await fixture.start();
  expect(fixture.heldFiles()).toEqual([`fine ${short("c")}`]);
  expect(fixture.warnings).toHaveLength(2);
  await fixture.index.stop();
});

test("a shared folder that disappears keeps its files in the index, and what is in its place is not looked at", async () => {
  const fixture = new IndexFixture({ folder: `${temporaryFolder()}/shared` });
  fixture.write("a", "a");
  await fixture.start();
  fixture.guard.watch((there) => (there ? void fixture.index.resume() : fixture.index.pause()));
  fs.renameSync(fixture.folder, `${fixture.folder}-moved`);
  fixture.write("b", "b");
  await fixture.until("it is missed", () => fixture.warnings.length > 0);
  const { scans } = fixture;
  fixture.clock.advance(100_000);
  await fixture.until("it was looked for", () => fixture.missed.includes(".redes/marker"));
  expect(fixture.scans).toBe(scans);
  expect(fixture.heldFiles()).toEqual([`a ${short("a")}`]);
  fs.rmSync(fixture.folder, { recursive: true });
  fs.renameSync(`${fixture.folder}-moved`, fixture.folder);
  fixture.write("c", "c");
  await fixture.untilHolds("c", "c");
  expect(fixture.heldFiles()).toEqual([`a ${short("a")}`, `c ${short("c")}`]);
  expect(fixture.kinds("a")).toEqual(["present"]);
  expect(fixture.warnings).toHaveLength(1);
  await fixture.stop();
});

test("10,000 small files are all found, stored, and known again", async () => {
  const fixture = new IndexFixture({ settled: true });
  for (let index = 0; index < 10_000; index++) {
    const folder = fixture.path(`f${index % 20}`);
    if (index < 20) fs.mkdirSync(folder);
    fs.writeFileSync(`${folder}/${index}`, `content ${index}`);
  }
  await fixture.start();
  expect(fixture.index.count).toBe(10_000);
  expect(fixture.changes).toHaveLength(10_000);
  expect(fixture.hashed).toHaveLength(10_000);
  const next = await fixture.restart();
  expect(next.index.count).toBe(10_000);
  expect(next.hashed).toHaveLength(0);
  await next.index.stop();
}, 60_000);
