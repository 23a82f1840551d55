import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import fs from "node:fs";
import { hash, hex } from "../../../src/platform/hash.ts";
import { StoreError } from "../../../src/platform/sqlite.ts";
import { MAX_VANISHED } from "../../../src/secondary/index/file-record.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { DIGESTS_BEFORE, nothing, record } from "./store-samples.ts";

function problem(file: string): string {
  try {
    new SecondaryStore(file).close();
  } catch (error) {
    if (error instanceof StoreError) return error.message;
    throw error;
  }
  return "none";
}

test("records survive, exactly as they were", () => {
  const file = `${temporaryFolder()}/secondary.db`;
  const first = new SecondaryStore(file);
  const empty = {
    ...record,
    name: "empty",
    id: "4".repeat(64),
    vector: "",
    changed: false,
    blake3: null,
    sha256: null,
    size: 0,
  };
  const hashes = new Uint8Array(32).fill(9);
  first.save({
    ...nothing,
    put: [
      { record, hashes },
      { record: empty, hashes: new Uint8Array(0) },
    ],
  });
  first.close();
  const second = new SecondaryStore(file);
  expect(second.recordsAfter("", 10)).toEqual([record, empty]);
  expect(second.recordsAfter("a/ñ.bin", 10)).toEqual([empty]);
  expect(second.recordsAfter("", 1)).toHaveLength(1);
  expect(second.hashes(record.name, record.id)).toEqual(hashes);
  expect(second.hashes(empty.name, empty.id)).toHaveLength(0);
  const numbered = { ...record, mtimeNs: 5n, vector: "aaaaaaaa:4", changed: false };
  second.save({ ...nothing, put: [{ record: numbered, hashes: null }], drop: ["empty", "unknown"] });
  expect(second.recordsAfter("", 10)).toEqual([numbered]);
  expect(second.hashes(record.name, record.id)).toEqual(hashes);
  expect(second.hashes(empty.name, empty.id)).toBeNull();
  expect(second.hashes(record.name, empty.id)).toBeNull();
  second.close();
});

test("what was known of vanished files is remembered, the oldest first and no more than the newest ten thousand", () => {
  const store = new SecondaryStore(":memory:");
  const { id, vector, changed, edits } = record;
  const gone = (name: string) => ({ name, id, vector, changed, edits });
  store.save({ ...nothing, vanished: [gone("a"), gone("b")] });
  store.save({ ...nothing, vanished: [gone("a")] });
  expect(store.vanished()).toEqual([gone("b"), gone("a")]);
  store.save({ ...nothing, forget: ["b", "unknown"] });
  expect(store.vanished()).toEqual([gone("a")]);
  store.save({ ...nothing, vanished: Array.from({ length: MAX_VANISHED }, (_, index) => gone(`${index}`)) });
  expect(store.vanished()).toHaveLength(MAX_VANISHED);
  expect(store.vanished()[0]?.name).toBe("0");
});

test("plans of installs survive until they are over", () => {
  const file = `${temporaryFolder()}/secondary.db`;
  const first = new SecondaryStore(file);
  const plans = [
    { number: 7, files: '["b","a"]' },
    { number: 9, files: '["c"]' },
  ];
  first.save({ ...nothing, planned: plans });
  first.close();
  const second = new SecondaryStore(file);
  expect(second.installPlans()).toEqual(plans);
  second.save({ ...nothing, over: [7, 8] });
  expect(second.installPlans()).toEqual(plans.slice(1));
  second.deleteFiles();
  expect(second.installPlans()).toEqual([]);
  second.close();
});

test("plans in a database of the fifth version are taken over", () => {
  const file = `${temporaryFolder()}/secondary.db`;
  new SecondaryStore(file).close();
  const old = new Database(file);
  old.run(`DROP TABLE install_plans;
   ${DIGESTS_BEFORE}
   CREATE TABLE planned_installs (
     plan INTEGER NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, vector TEXT NOT NULL, edits TEXT NOT NULL,
     modified INTEGER NOT NULL
   ) STRICT;`);
  const { id, vector, edits } = record;
  const planned = (name: string) => ({ name, id, vector, edits, modified: 2 ** 52 });
  const plans = [
    { number: 7, files: [planned("b"), planned('"a"')] },
    { number: 9, files: [planned("c")] },
  ];
  const insert = old.query("INSERT INTO planned_installs VALUES (?, ?, ?, ?, ?, ?)");
  for (const { number, files } of plans)
    for (const { name, modified } of files) insert.run(number, name, id, vector, edits, modified);
  old.run("PRAGMA user_version = 5");
  old.close();
  const store = new SecondaryStore(file);
  expect(store.installPlans().map(({ number, files }) => ({ number, files: JSON.parse(files) }))).toEqual(plans);
  store.close();
});

test("a database of the first version is taken over: what it knew of the order of versions becomes vectors", () => {
  const file = `${temporaryFolder()}/secondary.db`;
  const [one, two, three] = ["1", "2", "3"].map((digit) => digit.repeat(64)) as [string, string, string];
  const old = new Database(file, { create: true });
  old.run(`CREATE TABLE files (
     name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
     inode INTEGER NOT NULL, id TEXT NOT NULL, ancestors TEXT NOT NULL, agreed INTEGER NOT NULL, hashes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE served (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
   CREATE TABLE served_downloads (
     at INTEGER PRIMARY KEY AUTOINCREMENT, download TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (download, name)
   ) STRICT;
   CREATE TABLE pending_reports (at INTEGER PRIMARY KEY, download TEXT NOT NULL UNIQUE, report BLOB NOT NULL) STRICT;
   CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`);
  const insert = old.query("INSERT INTO files VALUES (?, 5, 6, 7, 8, ?, ?, ?, x'00')");
  insert.run("a-first", one, "", 1);
  insert.run("b-newest", three, `${two} ${one}`, 1);
  insert.run("c-edited", three, `${two} ${one}`, 0);
  insert.run("d-new", one, "", 0);
  const more = "INSERT INTO files VALUES (?, ?, 6, 7, 8, ?, '', 1, ?)";
  for (const [name, size] of [
    ["e-empty", 0],
    ["f-piece", 1],
    ["g-pieces", 2],
  ] as const) {
    old.query(more).run(name, size, one, Buffer.alloc(32 * size, 0xab));
  }
  old.run("PRAGMA user_version = 1");
  old.close();
  const store = new SecondaryStore(file);
  const fingerprint = { size: 5, mtimeNs: 6n, ctimeNs: 7n, inode: 8n, blake3: null, sha256: null };
  const [first, newest, edited, fresh, ...whole] = store.recordsAfter("", 10);
  expect(first).toEqual({ ...fingerprint, name: "a-first", id: one, vector: "11111111:1", changed: false, edits: "" });
  expect(newest).toMatchObject({ vector: "11111111:1 22222222:1 33333333:1", changed: false, edits: "" });
  expect(edited).toMatchObject({ vector: "11111111:1 22222222:1", changed: true, edits: "33333333" });
  expect(fresh).toMatchObject({ vector: "", changed: true, edits: "11111111" });
  expect(whole.map(({ blake3 }) => blake3)).toEqual([hex(hash(new Uint8Array(0))), "ab".repeat(32), null]);
  expect(store.hashes("b-newest", three)).toEqual(new Uint8Array(1));
  expect(store.meta("scanned")).toBe("yes");
  store.close();
  expect(new SecondaryStore(file).recordsAfter("", 10)).toHaveLength(7);
  expect(new SecondaryStore(":memory:").meta("scanned")).toBeNull();
});

test("a change that fails halfway leaves nothing behind", () => {
  const store = new SecondaryStore(":memory:");
  store.save({ ...nothing, put: [{ record, hashes: new Uint8Array(32) }] });
  const broken = { ...record, name: "b", size: Number.NaN };
  expect(() =>
    store.save({ ...nothing, put: [{ record: broken, hashes: new Uint8Array(0) }], drop: [record.name] }),
  ).toThrow();
  expect(store.recordsAfter("", 10)).toEqual([record]);
});

test("a download counts once for each name, even after many others", () => {
  const store = new SecondaryStore(":memory:");
  expect(
    store.importLegacy(
      new Map([
        ["film", 40],
        ["old", 2],
      ]),
    ),
  ).toBe(true);
  expect(store.importLegacy(new Map([["film", 1000]]))).toBe(false);
  expect(store.countServed("d1", "film")).toBe(true);
  expect(store.countServed("d1", "film")).toBe(false);
  expect(store.countServed("d1", "other")).toBe(true);
  expect(store.countServed("d2", "film")).toBe(true);
  expect(store.servedCounts()).toEqual(
    new Map([
      ["film", 42],
      ["old", 2],
      ["other", 1],
    ]),
  );
});

test("only the newest 100,000 downloads are remembered", () => {
  const store = new SecondaryStore(":memory:");
  for (let index = 0; index <= 100_000; index++) store.countServed(`d${index}`, "film");
  expect(store.countServed("d1", "film")).toBe(false);
  expect(store.countServed("d0", "film")).toBe(true);
  expect(store.servedCounts()).toEqual(new Map([["film", 100_002]]));
}, 30_000);

test("reports are kept in order until they are dropped, facts until they are replaced", () => {
  const store = new SecondaryStore(":memory:");
  store.addReport("d2", new Uint8Array([2]));
  store.addReport("d1", new Uint8Array([1]));
  store.addReport("d2", new Uint8Array([3]));
  expect(store.pendingReports(0, 10)).toEqual([
    { at: 1, download: "d2", report: new Uint8Array([3]) },
    { at: 2, download: "d1", report: new Uint8Array([1]) },
  ]);
  expect(store.pendingReports(0, 1)).toHaveLength(1);
  expect(store.pendingReports(1, 10).map(({ download }) => download)).toEqual(["d1"]);
  store.deleteReport("d2");
  expect(store.pendingReports(0, 10).map(({ download }) => download)).toEqual(["d1"]);
  expect(store.meta("ticket")).toBeNull();
  store.setMeta("ticket", "one");
  store.setMeta("ticket", "two");
  expect(store.meta("ticket")).toBe("two");
});

test("a database that cannot be used is named in one line, and a damaged one makes place for a new one", () => {
  const folder = temporaryFolder();
  const garbage = `${folder}/garbage.db`;
  fs.writeFileSync(garbage, "this is no database, however long it may be: ".repeat(300));
  const newer = `${folder}/newer.db`;
  const db = new Database(newer);
  db.run("PRAGMA user_version = 99");
  db.close();
  const holed = `${folder}/holed.db`;
  const store = new SecondaryStore(holed);
  for (let index = 0; index < 200; index++) {
    store.save({ ...nothing, put: [{ record: { ...record, name: `${index}` }, hashes: new Uint8Array(4096) }] });
  }
  store.close();
  const fd = fs.openSync(holed, "r+");
  fs.writeSync(fd, new Uint8Array(40_960).fill(255), 0, 40_960, 8192);
  fs.closeSync(fd);
  expect(problem(newer)).toContain("newer version of redes");
  expect(problem(`${folder}/no/such/folder.db`)).toContain("cannot use the database");
  expect(problem(newer)).not.toContain("\n");
  for (const file of [garbage, holed]) {
    const bytes = fs.readFileSync(file);
    const begun = new SecondaryStore(file);
    const aside = begun.damagedDatabase();
    expect(begun.recordsAfter("", 10)).toEqual([]);
    begun.setMeta("ticket", "new");
    begun.close();
    expect(fs.readFileSync(aside?.path ?? "")).toEqual(bytes);
    expect(aside?.reason).not.toContain("\n");
    const again = new SecondaryStore(file);
    expect([again.damagedDatabase(), again.meta("ticket")]).toEqual([null, "new"]);
    again.close();
  }
});

test("the oldest reports beyond 100,000 are given up, and reported", () => {
  const store = new SecondaryStore(":memory:");
  const bytes = new Uint8Array([1]);
  let given = 0;
  for (let index = 1; index <= 100_002; index++) given += store.addReport(`d${index}`, bytes);
  expect(given).toBe(2);
  expect(store.pendingReports(0, 1)).toMatchObject([{ download: "d3" }]);
}, 30_000);
