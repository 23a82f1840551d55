import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SeenKey } from "../../../src/central/keys/known-keys.ts";
import { CentralStore } from "../../../src/central/store.ts";
import { MAX_TOMBSTONES } from "../../../src/central/tombstones/tombstone.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { StoreError } from "../../../src/platform/sqlite.ts";
import { DAY_MS } from "../../../src/platform/units.ts";
import { MAX_COUNTED_DOWNLOADS, MAX_KNOWN_KEYS, MAX_REVOCATIONS } from "../../../src/protocol/limits.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { id } from "./fixtures.ts";

function open(path: string): CentralStore {
  return new CentralStore(path, systemRandom);
}

function path(): string {
  return join(temporaryFolder(), "central.sqlite");
}

test("a download is counted once, also after a restart", () => {
  const file = path();
  const store = open(file);
  expect(store.legacyImported()).toBe(false);
  expect(store.countDownload("d1", "ana", "f", 1)).toBe(true);
  expect(store.countDownload("d1", "ana", "f", 2)).toBe(false);
  expect(store.countDownload("d2", "ana", "g", 3)).toBe(true);
  store.close();
  const again = open(file);
  expect(again.countDownload("d1", "ana", "f", 4)).toBe(false);
  expect(again.allDownloadCounts("files")).toEqual(
    new Map([
      ["f", 1],
      ["g", 1],
    ]),
  );
  expect(again.allDownloadCounts("clients")).toEqual(new Map([["ana", 2]]));
  expect(again.downloadCounts("files", "", 1)).toEqual([{ name: "f", downloads: 1 }]);
  expect(again.downloadCounts("files", "f", 10)).toEqual([{ name: "g", downloads: 1 }]);
  again.close();
});

test("old counts are added to", () => {
  const store = open(path());
  const files = new Map([
    ["a video.mp4", 3],
    ["ñ/é", 1],
  ]);
  expect(store.importLegacy({ files, clients: new Map() })).toBe(true);
  expect(store.importLegacy({ files, clients: new Map() })).toBe(false);
  store.countDownload("d1", "ana", "ñ/é", 1);
  expect(store.allDownloadCounts("files")).toEqual(
    new Map([
      ["a video.mp4", 3],
      ["ñ/é", 2],
    ]),
  );
  store.close();
});

test("the secret by which addresses are signed is made once, and each database has another", () => {
  const file = path();
  const store = open(file);
  const seed = store.addressSeed();
  expect(seed).toMatch(/^[0-9a-f]{64}$/);
  expect(store.addressSeed()).toBe(seed);
  store.close();
  const again = open(file);
  expect(again.addressSeed()).toBe(seed);
  again.close();
  const other = open(path());
  expect(other.addressSeed()).not.toBe(seed);
  other.close();
});

test("removals, their serial numbers, the epoch and synchronization outlive it", () => {
  const file = path();
  const store = open(file);
  const { epoch } = store.loadState();
  expect(epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(store.loadState().synchronized).toBe(false);
  store.markSynchronized();
  const first = {
    serial: store.allocateSerials(1),
    name: "f",
    id: id("1"),
    vector: "aaaaaaaa:4",
    edits: "11111111",
    ...{ others: [id("2"), id("3")], putAgain: null, moved: null },
  };
  store.addTombstones([first]);
  const second = {
    serial: store.allocateSerials(1),
    name: "g",
    id: id("1"),
    vector: "bbbbbbbb:2",
    edits: "",
    ...{ others: [], putAgain: [], moved: { as: "h", edit: "22222222" } },
  };
  store.addTombstones([second]);
  store.addTombstones([{ ...first, serial: store.allocateSerials(1) }]);
  store.close();
  const again = open(file);
  expect(again.loadState().epoch).toBe(epoch);
  expect(again.loadState().synchronized).toBe(true);
  expect(again.loadState().tombstones).toEqual([second, { ...first, serial: 3 }]);
  const putAgain = { ...first, serial: 3, putAgain: [id("1"), id("3")] };
  again.addTombstones([putAgain]);
  expect(again.loadState().tombstones).toEqual([second, putAgain]);
  expect(again.allocateSerials(1)).toBe(4);
  again.addTombstones([{ ...second, serial: 3 + MAX_TOMBSTONES }]);
  expect(again.loadState().tombstones.map(({ serial }) => serial)).toEqual([3 + MAX_TOMBSTONES]);
  again.close();
});

test("a file that a later version wrote is refused in one line", () => {
  const file = path();
  const database = new Database(file, { create: true });
  database.run("PRAGMA user_version = 99");
  database.close();
  expect(() => open(file)).toThrow(StoreError);
  expect(() => open(file)).toThrow(/^the database [^\n]+ newer version of redes: [^\n]+ --data$/);
});

test("a database of the first version is taken over, its removals with what they knew", () => {
  const file = path();
  const old = new Database(file, { create: true });
  old.run(`CREATE TABLE file_downloads (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
    CREATE TABLE client_downloads (name TEXT PRIMARY KEY, downloads INTEGER NOT NULL) STRICT;
    CREATE TABLE counted (download TEXT UNIQUE NOT NULL, at REAL NOT NULL) STRICT;
    CREATE TABLE removals
      (name TEXT PRIMARY KEY, serial INTEGER NOT NULL, id TEXT NOT NULL, ancestors TEXT NOT NULL) STRICT;
    CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    INSERT INTO facts VALUES ('epoch', 'e'), ('serial', '2'), ('synchronized', 'yes');
    INSERT INTO file_downloads VALUES ('film', 7);
    INSERT INTO removals VALUES ('f', 1, '${id("3")}', '${id("2")} ${id("1")}'), ('g', 2, '${id("1")}', '');
    PRAGMA user_version = 1`);
  old.close();
  const removals = [
    {
      serial: 1,
      name: "f",
      id: id("3"),
      vector: "10000000:1 20000000:1 30000000:1",
      edits: "",
      others: [id("2"), id("1")],
      putAgain: null,
      moved: null,
    },
    { serial: 2, name: "g", id: id("1"), vector: "10000000:1", edits: "", others: [], putAgain: null, moved: null },
  ];
  for (let time = 0; time < 2; time += 1) {
    const store = open(file);
    expect(store.loadState()).toEqual({
      epoch: "e",
      synchronized: true,
      tombstones: removals,
      seenKeys: [],
      revocations: [],
      secondaries: [],
    });
    expect(store.allDownloadCounts("files")).toEqual(new Map([["film", 7]]));
    store.close();
  }
});

test("who came with which key is remembered, and what is revoked, until the keys have ended", () => {
  const file = path();
  const first = open(file);
  const second = { role: "secondary", number: 2 } as const;
  const ana = { role: "client", name: "ana", rights: "admin" } as const;
  const seen: SeenKey[] = [
    {
      fingerprint: "2".repeat(64),
      authority: "a".repeat(64),
      isClusterKey: false,
      identity: second,
      until: 100,
      seen: 7,
    },
    { fingerprint: "1".repeat(64), authority: "1".repeat(64), isClusterKey: true, identity: ana, until: 200, seen: 5 },
  ];
  first.saveSeenKeys(seen);
  first.saveSeenKeys([{ ...seen[1], seen: 9 } as SeenKey]);
  const revoked = (digit: string, until: number, at: number) => ({ fingerprint: digit.repeat(64), until, at });
  first.addRevocation(revoked("2", 100, 50));
  first.addRevocation(revoked("2", 100, 60));
  first.addRevocation(revoked("1", 2 * DAY_MS, 60));
  first.close();
  const again = open(file);
  expect(again.loadState()).toMatchObject({
    seenKeys: [seen[0], { ...seen[1], seen: 9 }],
    revocations: [revoked("2", 100, 50), revoked("1", 2 * DAY_MS, 60)],
  });
  again.close();
});

test("revocations of keys that ended more than a day ago give way where there is no room for another one", () => {
  const store = open(path());
  const revoked = (index: number, until: number, at = 1) => {
    return { fingerprint: index.toString(16).padStart(64, "0"), until, at };
  };
  store.addRevocation(revoked(0, 100));
  store.addRevocation(revoked(1, 101));
  const late = 101 + DAY_MS;
  for (let index = 2; index < MAX_REVOCATIONS; index++) store.addRevocation(revoked(index, 9 * DAY_MS, late));
  expect(store.loadState().revocations).toHaveLength(MAX_REVOCATIONS);
  store.addRevocation(revoked(MAX_REVOCATIONS, 9 * DAY_MS, late));
  const { revocations } = store.loadState();
  expect([revocations.length, revocations[0]]).toEqual([MAX_REVOCATIONS, revoked(1, 101)]);
  store.close();
});

test("keys that were seen least recently give way to others", () => {
  const store = open(path());
  const ana = { role: "client", name: "ana", rights: "read" } as const;
  const key = (seen: number): SeenKey => {
    const fingerprint = seen.toString(16).padStart(64, "0");
    return { fingerprint, authority: "a".repeat(64), isClusterKey: false, identity: ana, until: 1, seen };
  };
  store.saveSeenKeys(Array.from({ length: MAX_KNOWN_KEYS }, (_, index) => key(index)));
  store.saveSeenKeys([key(5000), key(5001)]);
  const kept = store.loadState().seenKeys;
  expect([kept.length, kept[0]?.seen, kept.at(-1)?.seen]).toEqual([MAX_KNOWN_KEYS, 2, 5001]);
  store.close();
});

test("a damaged one is set aside, with what is beside it, and a new one is begun", () => {
  const file = path();
  writeFileSync(file, "hello, this is no database at all".repeat(100));
  writeFileSync(`${file}-wal`, "beside");
  const store = open(file);
  const aside = store.damagedDatabase()?.path ?? "";
  expect(aside).toStartWith(`${file}.damaged-`);
  expect(readFileSync(aside, "utf8")).toStartWith("hello, this is no database");
  expect(readFileSync(`${aside}-wal`, "utf8")).toBe("beside");
  expect(store.countDownload("d1", "ana", "f", 1)).toBe(true);
  store.close();
  const again = open(file);
  expect([again.damagedDatabase(), again.countDownload("d1", "ana", "f", 1)]).toEqual([null, false]);
  again.close();
});

test("one that another central has open is in use, and stays where it is", () => {
  const file = path();
  const store = open(file);
  store.markSynchronized();
  expect(() => open(file)).toThrow(/is in use: is another central running with it\?$/);
  store.close();
});

test("so is a folder that is not there", () => {
  expect(() => open(join(temporaryFolder(), "none", "central.sqlite"))).toThrow(StoreError);
});

test("that a download was counted is forgotten only after many others, some of them at a time", () => {
  const file = path();
  /** Counts a download after others, of which the last has this row. */
  const countAfter = (row: number | null, download: string): boolean => {
    if (row !== null) {
      const database = new Database(file);
      database.run("INSERT INTO counted (rowid, download, at) VALUES (?, ?, 1)", [row, `row ${row}`]);
      database.close();
    }
    const store = open(file);
    const isNew = store.countDownload(download, "ana", "f", 1);
    store.close();
    return isNew;
  };
  expect(countAfter(null, "first")).toBe(true);
  expect(countAfter(MAX_COUNTED_DOWNLOADS + 1, "second")).toBe(true);
  expect(countAfter(null, "first")).toBe(false);
  expect(countAfter(MAX_COUNTED_DOWNLOADS + 999, "third")).toBe(true);
  expect(countAfter(null, "second")).toBe(false);
  expect(countAfter(null, "first")).toBe(true);
});

test("downloads under further names than may be are not counted, and those under known names are", () => {
  const file = path();
  open(file).close();
  const database = new Database(file);
  database.run("INSERT INTO client_downloads (rowid, name, downloads) VALUES (99999, 'ana', 1)");
  database.run("INSERT INTO file_downloads (rowid, name, downloads) VALUES (999999, 'f', 1)");
  database.close();
  const store = open(file);
  for (const name of ["last", "one too many", "ana"]) store.countDownload(`download ${name}`, name, "f", 1);
  for (const name of ["g", "h"]) store.countDownload(`download ${name}`, "ana", name, 1);
  expect([...store.allDownloadCounts("clients")]).toEqual([
    ["ana", 4],
    ["last", 1],
  ]);
  expect([...store.allDownloadCounts("files")]).toEqual([
    ["f", 4],
    ["g", 1],
  ]);
  store.close();
});
