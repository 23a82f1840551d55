import { expect, test } from "bun:test";
import fs from "node:fs";
import type { Watcher, WatchLimit } from "../../../../src/platform/disk/disk.ts";
import { idOf, Shelf, short } from "../library-fixture.ts";

/** What is found before the first regular scan was found by watching. */
const BEFORE_SCAN = 25_000;

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

test("new files, also in new folders, are found by watching", async () => {
  const shelf = await started();
  shelf.write("a", "new");
  shelf.write("x/y/z/b", "deep");
  await shelf.untilHolds("a", "new");
  await shelf.untilHolds("x/y/z/b", "deep");
  shelf.write("x/y/later", "later");
  await shelf.untilHolds("x/y/later", "later");
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  await shelf.library.stop();
});

test("a renamed file is not gone before its new name is known, however long it takes to read it", async () => {
  const shelf = await started({ "album/a": "content", b: "another" });
  const gate = Promise.withResolvers<void>();
  const { hash } = shelf.hashing;
  let reading = false;
  shelf.hashing.hash = async (file, size) => {
    reading = true;
    await gate.promise;
    return hash(file, size);
  };
  fs.renameSync(shelf.path("album"), shelf.path("Album"));
  fs.rmSync(shelf.path("b"));
  await shelf.until("it is read", () => reading);
  await shelf.untilHolds("b", null);
  const { scans } = shelf;
  await shelf.until("it is looked for often", () => shelf.scans >= scans + 3);
  expect(shelf.library.get("album/a")).toBeDefined();
  gate.resolve();
  await shelf.untilHolds("album/a", null);
  await shelf.untilHolds("Album/a", "content");
  const told = shelf.changes.map((change) =>
    change.kind === "gone" ? `gone ${change.name}` : `present ${change.file.name}`,
  );
  const tail = told.slice(told.indexOf("gone b") + 1);
  expect(tail.toSorted()).toEqual(["gone album/a", "present Album/a"]);
  await shelf.library.stop();
});

test("without a watch the regular scans find everything", async () => {
  const watch = () => {
    throw new Error("no watches left");
  };
  const shelf = await started({ gone: "gone", kept: "kept" }, { disk: { watch } });
  expect(shelf.warnings).toHaveLength(1);
  shelf.write("a", "new");
  fs.rmSync(shelf.path("gone"));
  await shelf.untilHolds("a", "new");
  await shelf.untilHolds("gone", null);
  expect(shelf.holdings()).toEqual([`a ${short("new")}`, `kept ${short("kept")}`]);
  await shelf.library.stop();
});

test("that nothing can be watched is said once, however often it is tried", async () => {
  const watch = () => {
    throw new Error("this file system has no watches");
  };
  const shelf = await started({}, { disk: { watch } });
  const { scans } = shelf;
  await shelf.until("three more scans", () => shelf.scans >= scans + 3);
  expect(shelf.warnings).toEqual([
    "changes of the shared folder are found by scanning alone: this file system has no watches",
  ]);
  await shelf.library.stop();
});

test("the limit of watches is named once, and meanwhile scans come more often", async () => {
  let limited: (limit: WatchLimit) => void = () => {};
  const watch = (_folder: string, watcher: Watcher) => {
    limited = watcher.limited;
    return () => {};
  };
  const shelf = await started({}, { disk: { watch } });
  limited("watches");
  limited("watches");
  shelf.write("deep/in/it/a", "new");
  await shelf.untilHolds("deep/in/it/a", "new");
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  const { scans } = shelf;
  await shelf.until("three more scans", () => shelf.scans >= scans + 3);
  expect(shelf.clock.now()).toBeLessThan(2 * BEFORE_SCAN);
  expect(shelf.warnings).toHaveLength(1);
  expect(shelf.warnings[0]).toContain("fs.inotify.max_user_watches");
  await shelf.library.stop();
});

test("a limit of watches that is met at once is no reason to scan without end", async () => {
  const watch = (_folder: string, { limited }: Watcher) => {
    limited("instances");
    return () => {};
  };
  const shelf = await started({}, { disk: { watch } });
  await shelf.until("four scans", () => shelf.scans >= 4);
  expect(shelf.clock.now()).toBeGreaterThan(14_000);
  expect(shelf.warnings).toHaveLength(1);
  expect(shelf.warnings[0]).toContain("fs.inotify.max_user_instances");
  await shelf.library.stop();
});

test("a name with U+FFFD in it is shared; one that is not UTF-8 looks the same and is not", async () => {
  const shelf = new Shelf();
  const garbled = (name: string) => Buffer.concat([Buffer.from(shelf.path(name)), Buffer.from([0xff])]);
  shelf.write("x\uFFFD", "valid");
  shelf.write("in \uFFFD/y", "in a folder");
  fs.writeFileSync(garbled("x"), "not UTF-8");
  fs.mkdirSync(garbled("in "));
  fs.writeFileSync(Buffer.concat([garbled("in "), Buffer.from("/y")]), "not to be reached");
  await shelf.start();
  expect(shelf.holdings()).toEqual([`in \uFFFD/y ${short("in a folder")}`, `x\uFFFD ${short("valid")}`]);
  expect(shelf.warnings.filter((text) => text.includes("not valid UTF-8"))).toHaveLength(2);
  shelf.write("new \uFFFD", "seen by watching");
  await shelf.untilHolds("new \uFFFD", "seen by watching");
  fs.rmSync(shelf.path("x\uFFFD"));
  await shelf.untilHolds("x\uFFFD", null);
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  await shelf.library.stop();
});

test("when the system lost track, a scan follows soon", async () => {
  let tell: (path: string | null) => void = () => {};
  const watch = (_folder: string, { changed }: Watcher) => {
    tell = changed;
    return () => {};
  };
  const shelf = await started({}, { disk: { watch } });
  shelf.write("a", "new");
  tell(null);
  await shelf.untilHolds("a", "new");
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  await shelf.library.stop();
});

test("of a new folder the name is enough", async () => {
  let tell: (path: string | null) => void = () => {};
  const watch = (_folder: string, { changed }: Watcher) => {
    tell = changed;
    return () => {};
  };
  const shelf = await started({}, { disk: { watch } });
  shelf.write("x/y/a", "new");
  tell("x");
  await shelf.untilHolds("x/y/a", "new");
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  await shelf.library.stop();
});

test("a file is not announced while somebody has it open for writing", async () => {
  const shelf = await started();
  const fd = fs.openSync(shelf.path("film"), "w");
  fs.writeSync(fd, "half");
  await shelf.until("the writer was noticed a few times", () => shelf.writers >= 4);
  expect(shelf.hashed).toEqual([]);
  fs.writeSync(fd, " and half");
  const noticed = shelf.writers;
  await shelf.until("the writer was noticed again", () => shelf.writers >= noticed + 2);
  expect(shelf.library.get("film")).toBeUndefined();
  fs.closeSync(fd);
  await shelf.untilHolds("film", "half and half");
  expect(shelf.kinds("film")).toEqual(["present"]);
  await shelf.library.stop();
});

test("start does not wait for a file that is being written", async () => {
  const shelf = new Shelf();
  shelf.write("done", "done");
  const fd = fs.openSync(shelf.path("film"), "w");
  fs.writeSync(fd, "half");
  await shelf.start();
  expect(shelf.holdings()).toEqual([`done ${short("done")}`]);
  fs.closeSync(fd);
  await shelf.untilHolds("film", "half");
  await shelf.library.stop();
});

test("a file that changes while it is read is read again", async () => {
  const shelf = await started({}, {});
  let edits = 2;
  const hash = shelf.hashing.hash;
  shelf.hashing.hash = async (path, size) => {
    const hashed = await hash(path, size);
    if (edits > 0) fs.appendFileSync(path, `${edits--}`);
    return hashed;
  };
  shelf.write("a", "content");
  await shelf.untilHolds("a", "content21");
  expect(shelf.changes).toHaveLength(1);
  expect(shelf.library.get("a")).toMatchObject({ vector: "", changed: true });
  expect(shelf.library.get("a")?.edits ?? "").toMatch(edited());
  await shelf.library.stop();
});

test("a renamed file goes and comes, a renamed folder with all that is in it", async () => {
  const shelf = await started({ a: "one", "s/b": "two", "s/t/c": "three", "st/d": "four" });
  fs.renameSync(shelf.path("a"), shelf.path("z"));
  fs.renameSync(shelf.path("s"), shelf.path("r"));
  await shelf.until("the old names are gone", () => ["a", "s/b", "s/t/c"].every((name) => !shelf.library.get(name)));
  await shelf.until("the new names are there", () => shelf.library.count === 4);
  expect(shelf.holdings()).toEqual([
    `r/b ${short("two")}`,
    `r/t/c ${short("three")}`,
    `st/d ${short("four")}`,
    `z ${short("one")}`,
  ]);
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  expect(shelf.library.byId(idOf("one"))?.name).toBe("z");
  await shelf.library.stop();
});

test("a deleted file is told as gone, once", async () => {
  const shelf = await started({ a: "one", "s/b": "two" });
  fs.rmSync(shelf.path("a"));
  fs.rmSync(shelf.path("s"), { recursive: true });
  await shelf.until("both are gone", () => shelf.library.count === 0);
  expect(shelf.kinds("a")).toEqual(["present", "gone"]);
  expect(shelf.kinds("s/b")).toEqual(["present", "gone"]);
  expect(shelf.library.byId(idOf("one"))).toBeUndefined();
  expect(await shelf.library.hashes(idOf("one"))).toBeNull();
  expect(shelf.store.remembered("", 10)).toEqual([]);
  await shelf.library.stop();
});

test("replaced by rename and edited in place: changed from the version that was there", async () => {
  const shelf = await started({ a: "one", b: "uno" });
  await shelf.agree();
  expect(shelf.library.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
  shelf.write(".a.tmp", "two");
  fs.renameSync(shelf.path(".a.tmp"), shelf.path("a"));
  fs.appendFileSync(shelf.path("b"), " due");
  await shelf.untilHolds("a", "two");
  await shelf.untilHolds("b", "uno due");
  expect(shelf.library.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
  expect(shelf.library.get("a")?.edits ?? "").toMatch(edited(short("one")));
  expect(shelf.library.get("b")).toMatchObject({ size: 7 });
  expect(shelf.library.get("b")?.edits ?? "").toMatch(edited(short("uno")));
  const { edits } = shelf.library.get("a") ?? { edits: "" };
  shelf.write("a", "three");
  await shelf.untilHolds("a", "three");
  expect(shelf.library.get("a")).toMatchObject({ vector: "aaaaaaaa:1" });
  expect(shelf.library.get("a")?.edits ?? "").toMatch(edited(edits));
  expect(shelf.kinds("a")).toEqual(["present", "present", "present"]);
  await shelf.library.stop();
});

test("deleted and made again at once is a change, not a loss", async () => {
  const shelf = await started({ a: "one" });
  fs.rmSync(shelf.path("a"));
  await shelf.until("it was missed", () => shelf.missed.includes("a"));
  expect(shelf.library.get("a")?.id).toBe(idOf("one"));
  shelf.write("a", "two");
  await shelf.untilHolds("a", "two");
  expect(shelf.library.get("a")).toMatchObject({ changed: true });
  expect(shelf.library.get("a")?.edits ?? "").toMatch(edited(short("one")));
  expect(shelf.kinds("a")).toEqual(["present", "present"]);
  await shelf.library.stop();
});

test("new times alone are no news, and keep what was agreed", async () => {
  const shelf = await started({ a: "one" });
  await shelf.agree();
  fs.utimesSync(shelf.path("a"), 1, 1);
  await shelf.until("it was read again", () => shelf.hashed.length === 2);
  await shelf.until("the new time is stored", () => shelf.store.remembered("", 1)[0]?.mtimeNs === 1_000_000_000n);
  expect(shelf.library.get("a")).toMatchObject({ id: idOf("one"), vector: "aaaaaaaa:1", changed: false });
  expect(shelf.kinds("a")).toEqual(["present"]);
  await shelf.library.stop();
});

test("one version under several names is there until the last is gone", async () => {
  const shelf = await started({ a: "same", b: "same", c: "same" });
  fs.rmSync(shelf.path("a"));
  fs.rmSync(shelf.path("b"));
  await shelf.until("two are gone", () => shelf.library.count === 1);
  expect(shelf.library.byId(idOf("same"))?.name).toBe("c");
  expect(await shelf.library.hashes(idOf("same"))).toHaveLength(32);
  await shelf.library.stop();
});

test("while the store fails nothing is told, and nothing is lost", async () => {
  const shelf = await started();
  const save = shelf.store.save.bind(shelf.store);
  let failures = 0;
  shelf.store.save = (changes) => {
    failures += 1;
    if (failures < 4) throw new Error("disk full");
    save(changes);
  };
  shelf.write("a", "one");
  await shelf.untilHolds("a", "one");
  expect(failures).toBe(4);
  expect(shelf.clock.now()).toBeLessThan(BEFORE_SCAN);
  expect(shelf.warnings).toHaveLength(3);
  expect(shelf.kinds("a")).toEqual(["present"]);
  await shelf.library.stop();
});

test("what is numbered while the same file is being found again stays so, also when the store fails at first", async () => {
  const shelf = await started();
  shelf.write("a", "one");
  await shelf.untilHolds("a", "one");
  const save = shelf.store.save.bind(shelf.store);
  let failures = 2;
  shelf.store.save = (changes) => {
    // Meanwhile the file is found again, touched and the same.
    shelf.write("a", "one");
    if (failures-- > 0) throw new Error("disk full");
    save(changes);
  };
  await shelf.agree();
  await shelf.nextScans();
  expect(shelf.library.get("a")).toMatchObject({ id: idOf("one"), vector: "aaaaaaaa:1", changed: false });
  expect(shelf.kinds("a")).toEqual(["present"]);
  await shelf.library.stop();
  expect(shelf.store.remembered("", 1)).toMatchObject([{ name: "a", vector: "aaaaaaaa:1", changed: false }]);
});

test("the number of an earlier version that comes late is the base of the file that is there now, and told", async () => {
  const shelf = await started();
  shelf.write("a", "one");
  await shelf.untilHolds("a", "one");
  const { id, edits = "" } = shelf.library.get("a") ?? { id: "" };
  shelf.write("a", "two");
  await shelf.untilHolds("a", "two");
  await shelf.library.agreed([{ name: "a", id, vector: "aaaaaaaa:4", edits }]);
  expect(shelf.library.get("a")).toMatchObject({ id: idOf("two"), vector: "aaaaaaaa:4", changed: true });
  expect(shelf.kinds("a")).toEqual(["present", "present", "present"]);
});

test("what is put under the name of a deleted file comes after it, also after a restart", async () => {
  const shelf = await started({ a: "one", b: "one", c: "one", d: "one" });
  await shelf.agree();
  for (const name of ["a", "b", "c", "d"]) fs.rmSync(shelf.path(name));
  await shelf.until("all are gone", () => shelf.library.count === 0);
  expect(await shelf.library.adopt([shelf.deliver("c", "copied")])).toEqual(["adopted"]);
  expect(await shelf.remove("d", "one")).toBe(false);
  const next = await shelf.restart();
  for (const name of ["a", "c", "d"]) next.write(name, "two");
  next.write("b", "one");
  for (const name of ["a", "c", "d"]) await next.untilHolds(name, "two");
  await next.untilHolds("b", "one");
  expect(next.library.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
  expect(next.library.get("a")?.edits ?? "").toMatch(edited(short("one")));
  // The same content is back, as if it had never been away.
  expect(next.library.get("b")).toMatchObject({ vector: "aaaaaaaa:1", changed: false, edits: "" });
  expect(next.library.get("c")).toMatchObject({ vector: "aaaaaaaa:2", changed: true });
  expect(next.library.get("c")?.edits ?? "").toMatch(edited("dddddddd"));
  expect(next.library.get("d")).toMatchObject({ vector: "", changed: true });
  expect(next.library.get("d")?.edits ?? "").toMatch(edited());
  expect(next.store.vanished()).toEqual([]);
  await next.library.stop();
});
