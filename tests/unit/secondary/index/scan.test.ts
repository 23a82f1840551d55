import { expect, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { hex } from "../../../../src/platform/hash.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { hexHash, idOf, Shelf, short } from "../library-fixture.ts";

test("the first scan finds the files of all folders, and each is told once", async () => {
  const shelf = new Shelf();
  shelf.write("a.bin", "first");
  shelf.write("sub/deeper/b.bin", "second");
  shelf.write("empty", "");
  shelf.write(".hidden/c.bin", "third");
  shelf.write("sub/.d.bin", "fourth");
  await shelf.start();
  expect(shelf.holdings()).toEqual([
    `a.bin ${short("first")}`,
    `empty ${short("")}`,
    `sub/deeper/b.bin ${short("second")}`,
  ]);
  expect(shelf.library.count).toBe(3);
  expect(shelf.warnings).toEqual([]);
  expect(shelf.changes.map((change) => change.kind)).toEqual(["present", "present", "present"]);
  expect(shelf.library.get("a.bin")).toMatchObject({ size: 5, id: idOf("first"), vector: "", changed: false });
  expect(shelf.library.byId(idOf("second"))?.name).toBe("sub/deeper/b.bin");
  expect(hex((await shelf.library.hashes(idOf("first"))) ?? new Uint8Array(0))).toBe(hexHash("first"));
  expect(await shelf.library.hashes(idOf(""))).toHaveLength(0);
  expect(await shelf.library.hashes(idOf("unknown"))).toBeNull();
  await shelf.library.stop();
});

test("a shared folder that is not there is made", async () => {
  const shelf = new Shelf({ folder: `${temporaryFolder()}/new/videos1` });
  await shelf.start();
  expect(fs.statSync(shelf.folder).isDirectory()).toBe(true);
  await shelf.library.stop();
});

test("a restart reads only what changed, and tells of all", async () => {
  const first = new Shelf();
  for (const name of ["kept", "edited", "deleted", "touched"]) first.write(name, `content of ${name}`);
  await first.start();
  await first.library.agreed([
    { name: "kept", id: idOf("content of kept"), vector: "aaaaaaaa:1", edits: short("content of kept") },
    { name: "edited", id: idOf("another"), vector: "aaaaaaaa:1", edits: short("another") },
  ]);
  await first.library.stop();
  first.write("edited", "new content");
  first.write("added", "added");
  fs.rmSync(first.path("deleted"));
  fs.utimesSync(first.path("touched"), 1, 1);
  const second = await first.restart();
  expect(second.hashed.sort()).toEqual(["added", "edited", "touched"]);
  expect(second.holdings()).toEqual([
    `added ${short("added")}`,
    `edited ${short("new content")}`,
    `kept ${short("content of kept")}`,
    `touched ${short("content of touched")}`,
  ]);
  expect(second.library.get("kept")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
  expect(second.library.get("edited")).toMatchObject({ vector: "", changed: true });
  expect(second.library.get("edited")?.edits).toMatch(new RegExp(`^[0-9a-f]{8} ${short("content of edited")}$`));
  expect(second.library.get("added")).toMatchObject({ vector: "", changed: true });
  expect(second.library.get("added")?.edits).toMatch(/^[0-9a-f]{8}$/);
  expect(second.kinds("kept")).toEqual(["present"]);
  expect(second.kinds("deleted")).toEqual(["gone"]);
  const third = await second.restart();
  expect(third.hashed).toEqual([]);
  expect(third.library.count).toBe(4);
  await third.library.stop();
});

test("an edit in place that puts size and modification time back is found all the same", async () => {
  const shelf = new Shelf();
  shelf.write("a", "one");
  fs.utimesSync(shelf.path("a"), 1_000, 1_000);
  await shelf.start();
  await shelf.library.stop();
  fs.writeFileSync(shelf.path("a"), "two");
  fs.utimesSync(shelf.path("a"), 1_000, 1_000);
  const next = await shelf.restart();
  expect(next.library.get("a")).toMatchObject({ id: idOf("two"), changed: true });
  expect(next.library.get("a")?.edits).toEndWith(` ${short("one")}`);
  await next.library.stop();
});

test("names that cannot be used are warned about once each", async () => {
  const shelf = new Shelf();
  shelf.write("good", "x");
  shelf.write("bell\u0007", "x");
  fs.writeFileSync(Buffer.concat([Buffer.from(`${shelf.folder}/bad`), Buffer.from([0xff, 0xfe])]), "x");
  const long = Array.from({ length: 6 }, () => "n".repeat(200)).join("/");
  fs.mkdirSync(shelf.path(long.slice(0, 1004)), { recursive: true });
  fs.writeFileSync(shelf.path(`${long.slice(0, 1004)}/${"m".repeat(30)}`), "x");
  await shelf.start();
  await shelf.nextScans();
  expect(shelf.holdings()).toEqual([`good ${short("x")}`]);
  expect(shelf.warnings).toHaveLength(3);
  expect(shelf.warnings.some((line) => line.includes("control character"))).toBe(true);
  expect(shelf.warnings.some((line) => line.includes("not valid UTF-8"))).toBe(true);
  expect(shelf.warnings.some((line) => line.includes("longer than 1024 bytes"))).toBe(true);
  await shelf.library.stop();
});

test("links are shared when they lead to a file inside, and nothing else is followed", async () => {
  const shelf = new Shelf();
  const outside = temporaryFolder();
  fs.writeFileSync(`${outside}/secret`, "secret");
  shelf.write("sub/target", "target");
  shelf.write(".redes/unfinished", "unfinished");
  fs.symlinkSync("sub/target", shelf.path("inside"));
  fs.symlinkSync(`${outside}/secret`, shelf.path("outside"));
  fs.symlinkSync(outside, shelf.path("folder-outside"));
  fs.symlinkSync("sub", shelf.path("folder-inside"));
  fs.symlinkSync("nowhere", shelf.path("dangling"));
  fs.symlinkSync("loop", shelf.path("loop"));
  fs.symlinkSync(".redes/unfinished", shelf.path("work"));
  Bun.spawnSync(["mkfifo", shelf.path("fifo")]);
  await shelf.start();
  const expected = [`inside ${short("target")}`, `sub/target ${short("target")}`];
  expect(shelf.holdings()).toEqual(expected);
  // What the watch tells of a path behind a link must not bring it in either.
  fs.writeFileSync(`${outside}/later`, "later");
  shelf.library.look("folder-outside/later");
  shelf.library.look(".redes/unfinished");
  await shelf.nextScans();
  expect(shelf.holdings()).toEqual(expected);
  await shelf.library.stop();
});

test("files that cannot be read are warned about and do not stop the others", async () => {
  const shelf = new Shelf({
    disk: {
      list: (folder) =>
        folder.endsWith("/closed") ? Promise.reject(new Error("permission denied")) : systemDisk.list(folder),
      open: (path, mode) =>
        path.endsWith("/unreadable") ? Promise.reject(new Error("input/output error")) : systemDisk.open(path, mode),
    },
  });
  shelf.write("closed/a", "a");
  shelf.write("unreadable", "b");
  shelf.write("fine", "c");
  await shelf.start();
  expect(shelf.holdings()).toEqual([`fine ${short("c")}`]);
  expect(shelf.warnings).toHaveLength(2);
  await shelf.library.stop();
});

test("a shared folder that disappears keeps its files in the library, and what is in its place is not looked at", async () => {
  const shelf = new Shelf({ folder: `${temporaryFolder()}/shared` });
  shelf.write("a", "a");
  await shelf.start();
  shelf.guard.watch((there) => (there ? void shelf.library.resume() : shelf.library.pause()));
  fs.renameSync(shelf.folder, `${shelf.folder}-moved`);
  shelf.write("b", "b");
  await shelf.until("it is missed", () => shelf.warnings.length > 0);
  const { scans } = shelf;
  shelf.clock.advance(100_000);
  await shelf.until("it was looked for", () => shelf.missed.includes(".redes/marker"));
  expect(shelf.scans).toBe(scans);
  expect(shelf.holdings()).toEqual([`a ${short("a")}`]);
  fs.rmSync(shelf.folder, { recursive: true });
  fs.renameSync(`${shelf.folder}-moved`, shelf.folder);
  shelf.write("c", "c");
  await shelf.untilHolds("c", "c");
  expect(shelf.holdings()).toEqual([`a ${short("a")}`, `c ${short("c")}`]);
  expect(shelf.kinds("a")).toEqual(["present"]);
  expect(shelf.warnings).toHaveLength(1);
  await shelf.stop();
});

test("10,000 small files are all found, stored, and known again", async () => {
  const shelf = new Shelf({ settled: true });
  for (let index = 0; index < 10_000; index++) {
    const folder = shelf.path(`f${index % 20}`);
    if (index < 20) fs.mkdirSync(folder);
    fs.writeFileSync(`${folder}/${index}`, `content ${index}`);
  }
  await shelf.start();
  expect(shelf.library.count).toBe(10_000);
  expect(shelf.changes).toHaveLength(10_000);
  expect(shelf.hashed).toHaveLength(10_000);
  const next = await shelf.restart();
  expect(next.library.count).toBe(10_000);
  expect(next.hashed).toHaveLength(0);
  await next.library.stop();
}, 60_000);
