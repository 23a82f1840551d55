import { expect, test } from "bun:test";
import fs from "node:fs";
import type { Watcher, WatchLimit } from "../../../../src/platform/disk/disk.ts";
import { edited, IndexFixture, idOf, short, started } from "../index-fixture.ts";

/** What is found before the first regular scan was found by watching. */
const BEFORE_SCAN = 25_000;

test("new files, also in new folders, are found by watching", async () => {
  const fixture = await started();
  fixture.write("a", "new");
  fixture.write("x/y/z/b", "deep");
  await fixture.untilHolds("a", "new");
  await fixture.untilHolds("x/y/z/b", "deep");
  fixture.write("x/y/later", "later");
  await fixture.untilHolds("x/y/later", "later");
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  await fixture.index.stop();
});

test("a renamed file is not gone before its new name is known, however long it takes to read it", async () => {
  const fixture = await started({ "album/a": "content", b: "another" });
  const barrier = Promise.withResolvers<void>();
  const { hash } = fixture.hashing;
  let reading = false;
  fixture.hashing.hash = async (file, size) => {
    reading = true;
    await barrier.promise;
    return hash(file, size);
  };
  fs.renameSync(fixture.path("album"), fixture.path("Album"));
  fs.rmSync(fixture.path("b"));
  await fixture.until("it is read", () => reading);
  await fixture.untilHolds("b", null);
  const { scans } = fixture;
  await fixture.until("it is looked for often", () => fixture.scans >= scans + 3);
  expect(fixture.index.get("album/a")).toBeDefined();
  barrier.resolve();
  await fixture.untilHolds("album/a", null);
  await fixture.untilHolds("Album/a", "content");
  const changes = fixture.changes.map((change) =>
    change.kind === "gone" ? `gone ${change.name}` : `present ${change.file.name}`,
  );
  const tail = changes.slice(changes.indexOf("gone b") + 1);
  expect(tail.toSorted()).toEqual(["gone album/a", "present Album/a"]);
  await fixture.index.stop();
});

test("without a watch the regular scans find everything", async () => {
  const watch = () => {
    throw new Error("no watches left");
  };
  const fixture = await started({ gone: "gone", kept: "kept" }, { disk: { watch } });
  expect(fixture.warnings).toHaveLength(1);
  fixture.write("a", "new");
  fs.rmSync(fixture.path("gone"));
  await fixture.untilHolds("a", "new");
  await fixture.untilHolds("gone", null);
  expect(fixture.heldFiles()).toEqual([`a ${short("new")}`, `kept ${short("kept")}`]);
  await fixture.index.stop();
});

test("that nothing can be watched is said once, however often it is tried", async () => {
  const watch = () => {
    throw new Error("this file system has no watches");
  };
  const fixture = await started({}, { disk: { watch } });
  const { scans } = fixture;
  await fixture.until("three more scans", () => fixture.scans >= scans + 3);
  expect(fixture.warnings).toEqual([
    "changes of the shared folder are found by scanning alone: this file system has no watches",
  ]);
  await fixture.index.stop();
});

test("the limit of watches is named once, and meanwhile scans come more often", async () => {
  let limited: (limit: WatchLimit) => void = () => {};
  const watch = (_folder: string, watcher: Watcher) => {
    limited = watcher.limited;
    return () => {};
  };
  const fixture = await started({}, { disk: { watch } });
  limited("watches");
  limited("watches");
  fixture.write("deep/in/it/a", "new");
  await fixture.untilHolds("deep/in/it/a", "new");
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  const { scans } = fixture;
  await fixture.until("three more scans", () => fixture.scans >= scans + 3);
  expect(fixture.clock.passed).toBeLessThan(2 * BEFORE_SCAN);
  expect(fixture.warnings).toHaveLength(1);
  expect(fixture.warnings[0]).toContain("fs.inotify.max_user_watches");
  await fixture.index.stop();
});

test("a limit of watches that is met at once is no reason to scan without end", async () => {
  const watch = (_folder: string, { limited }: Watcher) => {
    limited("instances");
    return () => {};
  };
  const fixture = await started({}, { disk: { watch } });
  await fixture.until("four scans", () => fixture.scans >= 4);
  expect(fixture.clock.passed).toBeGreaterThan(14_000);
  expect(fixture.warnings).toHaveLength(1);
  expect(fixture.warnings[0]).toContain("fs.inotify.max_user_instances");
  await fixture.index.stop();
});

test("a name with U+FFFD in it is shared; one that is not UTF-8 looks the same and is not", async () => {
  const fixture = new IndexFixture();
  const garbled = (name: string) => Buffer.concat([Buffer.from(fixture.path(name)), Buffer.from([0xff])]);
  fixture.write("x\uFFFD", "valid");
  fixture.write("in \uFFFD/y", "in a folder");
  fs.writeFileSync(garbled("x"), "not UTF-8");
  fs.mkdirSync(garbled("in "));
  fs.writeFileSync(Buffer.concat([garbled("in "), Buffer.from("/y")]), "not to be reached");
  await fixture.start();
  expect(fixture.heldFiles()).toEqual([`in \uFFFD/y ${short("in a folder")}`, `x\uFFFD ${short("valid")}`]);
  expect(fixture.warnings.filter((text) => text.includes("not valid UTF-8"))).toHaveLength(2);
  fixture.write("new \uFFFD", "seen by watching");
  await fixture.untilHolds("new \uFFFD", "seen by watching");
  fs.rmSync(fixture.path("x\uFFFD"));
  await fixture.untilHolds("x\uFFFD", null);
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  await fixture.index.stop();
});

test("when the system lost track, a scan follows soon", async () => {
  let tell: (path: string | null) => void = () => {};
  const watch = (_folder: string, { changed }: Watcher) => {
    tell = changed;
    return () => {};
  };
  const fixture = await started({}, { disk: { watch } });
  fixture.write("a", "new");
  tell(null);
  await fixture.untilHolds("a", "new");
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  await fixture.index.stop();
});

test("of a new folder the name is enough", async () => {
  let tell: (path: string | null) => void = () => {};
  const watch = (_folder: string, { changed }: Watcher) => {
    tell = changed;
    return () => {};
  };
  const fixture = await started({}, { disk: { watch } });
  fixture.write("x/y/a", "new");
  tell("x");
  await fixture.untilHolds("x/y/a", "new");
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  await fixture.index.stop();
});

test("a file is not announced while somebody has it open for writing", async () => {
  const fixture = await started();
  const fd = fs.openSync(fixture.path("film"), "w");
  fs.writeSync(fd, "half");
  await fixture.until("the writer was noticed a few times", () => fixture.writers >= 4);
  expect(fixture.hashed).toEqual([]);
  fs.writeSync(fd, " and half");
  const noticed = fixture.writers;
  await fixture.until("the writer was noticed again", () => fixture.writers >= noticed + 2);
  expect(fixture.index.get("film")).toBeUndefined();
  fs.closeSync(fd);
  await fixture.untilHolds("film", "half and half");
  expect(fixture.kinds("film")).toEqual(["present"]);
  await fixture.index.stop();
});

test("start does not wait for a file that is being written", async () => {
  const fixture = new IndexFixture();
  fixture.write("done", "done");
  const fd = fs.openSync(fixture.path("film"), "w");
  fs.writeSync(fd, "half");
  await fixture.start();
  expect(fixture.heldFiles()).toEqual([`done ${short("done")}`]);
  fs.closeSync(fd);
  await fixture.untilHolds("film", "half");
  await fixture.index.stop();
});

test("a file that changes while it is read is read again", async () => {
  const fixture = await started({}, {});
  let edits = 2;
  fixture.afterRead = () => {
    if (edits > 0) fs.appendFileSync(fixture.path("a"), `${edits--}`);
  };
  fixture.write("a", "content");
  await fixture.untilHolds("a", "content21");
  expect(fixture.changes).toHaveLength(1);
  expect(fixture.index.get("a")).toMatchObject({ vector: "", changed: true });
  expect(fixture.index.get("a")?.edits ?? "").toMatch(edited());
  await fixture.index.stop();
});

test("a renamed file goes and comes, a renamed folder with all that is in it", async () => {
  const fixture = await started({ a: "one", "s/b": "two", "s/t/c": "three", "st/d": "four" });
  fs.renameSync(fixture.path("a"), fixture.path("z"));
  fs.renameSync(fixture.path("s"), fixture.path("r"));
  await fixture.until("the old names are gone", () => ["a", "s/b", "s/t/c"].every((name) => !fixture.index.get(name)));
  await fixture.until("the new names are there", () => fixture.index.count === 4);
  expect(fixture.heldFiles()).toEqual([
    `r/b ${short("two")}`,
    `r/t/c ${short("three")}`,
    `st/d ${short("four")}`,
    `z ${short("one")}`,
  ]);
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  expect(fixture.index.byId(idOf("one"))?.name).toBe("z");
  await fixture.index.stop();
});

test("a deleted file is reported as gone, once", async () => {
  const fixture = await started({ a: "one", "s/b": "two" });
  fs.rmSync(fixture.path("a"));
  fs.rmSync(fixture.path("s"), { recursive: true });
  await fixture.until("both are gone", () => fixture.index.count === 0);
  expect(fixture.kinds("a")).toEqual(["present", "gone"]);
  expect(fixture.kinds("s/b")).toEqual(["present", "gone"]);
  expect(fixture.index.byId(idOf("one"))).toBeUndefined();
  expect(await fixture.index.hashes(idOf("one"))).toBeNull();
  expect(fixture.store.recordsAfter("", 10)).toEqual([]);
  await fixture.index.stop();
});

test("replaced by rename and edited in place: changed from the version that was there", async () => {
  const fixture = await started({ a: "one", b: "uno" });
  await fixture.agree();
  expect(fixture.index.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
  fixture.write(".a.tmp", "two");
  fs.renameSync(fixture.path(".a.tmp"), fixture.path("a"));
  fs.appendFileSync(fixture.path("b"), " due");
  await fixture.untilHolds("a", "two");
  await fixture.untilHolds("b", "uno due");
  expect(fixture.index.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
  expect(fixture.index.get("a")?.edits ?? "").toMatch(edited(short("one")));
  expect(fixture.index.get("b")).toMatchObject({ size: 7 });
  expect(fixture.index.get("b")?.edits ?? "").toMatch(edited(short("uno")));
  const { edits } = fixture.index.get("a") ?? { edits: "" };
  fixture.write("a", "three");
  await fixture.untilHolds("a", "three");
  expect(fixture.index.get("a")).toMatchObject({ vector: "aaaaaaaa:1" });
  expect(fixture.index.get("a")?.edits ?? "").toMatch(edited(edits));
  expect(fixture.kinds("a")).toEqual(["present", "present", "present"]);
  await fixture.index.stop();
});

test("deleted and made again at once is a change, not a loss", async () => {
  const fixture = await started({ a: "one" });
  fs.rmSync(fixture.path("a"));
  await fixture.until("it was missed", () => fixture.missed.includes("a"));
  expect(fixture.index.get("a")?.id).toBe(idOf("one"));
  fixture.write("a", "two");
  await fixture.untilHolds("a", "two");
  expect(fixture.index.get("a")).toMatchObject({ changed: true });
  expect(fixture.index.get("a")?.edits ?? "").toMatch(edited(short("one")));
  expect(fixture.kinds("a")).toEqual(["present", "present"]);
  await fixture.index.stop();
});

test("new times alone are no news, and keep what was agreed", async () => {
  const fixture = await started({ a: "one" });
  await fixture.agree();
  fs.utimesSync(fixture.path("a"), 1, 1);
  await fixture.until("it was read again", () => fixture.hashed.length === 2);
  await fixture.until("the new time is stored", () => fixture.store.recordsAfter("", 1)[0]?.mtimeNs === 1_000_000_000n);
  expect(fixture.index.get("a")).toMatchObject({ id: idOf("one"), vector: "aaaaaaaa:1", changed: false });
  expect(fixture.kinds("a")).toEqual(["present"]);
  await fixture.index.stop();
});

test("one version under several names is there until the last is gone", async () => {
  const fixture = await started({ a: "same", b: "same", c: "same" });
  fs.rmSync(fixture.path("a"));
  fs.rmSync(fixture.path("b"));
  await fixture.until("two are gone", () => fixture.index.count === 1);
  expect(fixture.index.byId(idOf("same"))?.name).toBe("c");
  expect(await fixture.index.hashes(idOf("same"))).toHaveLength(32);
  await fixture.index.stop();
});

test("while the store fails nothing is reported, and nothing is lost", async () => {
  const fixture = await started();
  const save = fixture.store.save.bind(fixture.store);
  let failures = 0;
  fixture.store.save = (changes) => {
    failures += 1;
    if (failures < 4) throw new Error("disk full");
    save(changes);
  };
  fixture.write("a", "one");
  await fixture.untilHolds("a", "one");
  expect(failures).toBe(4);
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN);
  expect(fixture.warnings).toHaveLength(3);
  expect(fixture.kinds("a")).toEqual(["present"]);
  await fixture.index.stop();
});

test("what is numbered while the same file is being found again stays so, also when the store fails at first", async () => {
  const fixture = await started();
  fixture.write("a", "one");
  await fixture.untilHolds("a", "one");
  const save = fixture.store.save.bind(fixture.store);
  let failures = 2;
  fixture.store.save = (changes) => {
    // Meanwhile the file is found again, touched and the same.
    fixture.write("a", "one");
    if (failures-- > 0) throw new Error("disk full");
    save(changes);
  };
  await fixture.agree();
  await fixture.nextScans();
  expect(fixture.index.get("a")).toMatchObject({ id: idOf("one"), vector: "aaaaaaaa:1", changed: false });
  expect(fixture.kinds("a")).toEqual(["present"]);
  await fixture.index.stop();
  expect(fixture.store.recordsAfter("", 1)).toMatchObject([{ name: "a", vector: "aaaaaaaa:1", changed: false }]);
});

test("the number of an earlier version that comes late is the base of the file that is there now, and reported", async () => {
  const fixture = await started();
  fixture.write("a", "one");
  await fixture.untilHolds("a", "one");
  const { id, edits = "" } = fixture.index.get("a") ?? { id: "" };
  fixture.write("a", "two");
  await fixture.untilHolds("a", "two");
  await fixture.index.applyAgreed([{ name: "a", id, vector: "aaaaaaaa:4", edits }]);
  expect(fixture.index.get("a")).toMatchObject({ id: idOf("two"), vector: "aaaaaaaa:4", changed: true });
  expect(fixture.kinds("a")).toEqual(["present", "present", "present"]);
});

test("what is put under the name of a deleted file comes after it, also after a restart", async () => {
  const fixture = await started({ a: "one", b: "one", c: "one", d: "one" });
  await fixture.agree();
  for (const name of ["a", "b", "c", "d"]) fs.rmSync(fixture.path(name));
  await fixture.until("all are gone", () => fixture.index.count === 0);
  expect(await fixture.index.install([fixture.stage("c", "copied")])).toEqual(["installed"]);
  expect(await fixture.remove("d", "one")).toBe(false);
  const next = await fixture.restart();
  for (const name of ["a", "c", "d"]) next.write(name, "two");
  next.write("b", "one");
  for (const name of ["a", "c", "d"]) await next.untilHolds(name, "two");
  await next.untilHolds("b", "one");
  expect(next.index.get("a")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
  expect(next.index.get("a")?.edits ?? "").toMatch(edited(short("one")));
  // The same content is back, as if it had never been away.
  expect(next.index.get("b")).toMatchObject({ vector: "aaaaaaaa:1", changed: false, edits: "" });
  expect(next.index.get("c")).toMatchObject({ vector: "aaaaaaaa:2", changed: true });
  expect(next.index.get("c")?.edits ?? "").toMatch(edited("dddddddd"));
  expect(next.index.get("d")).toMatchObject({ vector: "", changed: true });
  expect(next.index.get("d")?.edits ?? "").toMatch(edited());
  expect(next.store.vanished()).toEqual([]);
  await next.index.stop();
});
