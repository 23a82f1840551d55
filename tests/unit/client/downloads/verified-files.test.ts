import { beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { VerifiedFilesStore } from "../../../../src/client/downloads/verified-files.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const NOW = 1_700_000_000_000;
const ID = "a".repeat(64);
const STATE = { size: 5, mtimeNs: 1_600_000_000_123_456_789n, ctimeNs: 1_699_999_999_000_000_001n, inode: 7n };

let file: string;

beforeEach(() => {
  file = path.join(temporaryFolder(), "state", "verified");
});

const open = (maxFiles?: number, maxLines?: number) => new VerifiedFilesStore(file, maxFiles, maxLines);

test("what was verified is known, in this process and the next", () => {
  const first = open();
  expect(first.has("/a", STATE, ID)).toBe(false);
  first.add("/a", STATE, ID, NOW);
  for (const store of [first, open()]) {
    expect(store.has("/a", STATE, ID)).toBe(true);
    expect(store.has("/a/../a", STATE, ID)).toBe(true);
    expect(store.has("/b", STATE, ID)).toBe(false);
    expect(store.has("/a", STATE, "b".repeat(64))).toBe(false);
  }
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ["size", { size: 6 }],
  ["modification time", { mtimeNs: STATE.mtimeNs + 1n }],
  ["change time", { ctimeNs: STATE.ctimeNs + 1n }],
  ["inode", { inode: 8n }],
])("a file whose %s is another is not the one that was verified", (_what, change) => {
  open().add("/a", STATE, ID, NOW);
  expect(open().has("/a", { ...STATE, ...change }, ID)).toBe(false);
});

test("what was verified last counts", () => {
  const changed = { ...STATE, inode: 8n };
  open().add("/a", STATE, ID, NOW);
  open().add("/a", changed, "b".repeat(64), NOW);
  expect(open().has("/a", changed, "b".repeat(64))).toBe(true);
  expect(open().has("/a", STATE, ID)).toBe(false);
});

test("a change that could not be seen is not risked: what was just written is not remembered", () => {
  const at = (ms: number) => ({ ...STATE, mtimeNs: BigInt(NOW - ms) * 1_000_000n });
  const store = open();
  for (const ms of [2000, 0, -5000]) {
    store.add("/a", at(ms), ID, NOW);
    expect(store.has("/a", at(ms), ID)).toBe(false);
  }
  store.add("/a", at(2001), ID, NOW);
  expect(store.has("/a", at(2001), ID)).toBe(true);
});

test("lines that are none of ours are passed over", () => {
  open().add("/a", STATE, ID, NOW);
  fs.appendFileSync(file, `nonsense\n[]\n["/b","${ID}",5,"x","1","1"]\n{"a":`);
  open().add("/c", STATE, ID, NOW);
  fs.appendFileSync(file, "\n");
  open().add("/d", STATE, ID, NOW);
  expect(["/a", "/b", "/d"].map((name) => open().has(name, STATE, ID))).toEqual([true, false, true]);
});

test("no more are remembered than there is room for, and the file does not grow for ever", () => {
  for (const name of ["/a", "/b", "/c", "/a", "/d", "/e"]) open().add(name, STATE, ID, NOW);
  const store = open(3, 5);
  expect(["/a", "/b", "/c", "/d", "/e"].map((name) => store.has(name, STATE, ID))).toEqual([
    ...[true, false, false],
    ...[true, true],
  ]);
  expect(fs.readFileSync(file, "utf8").trim().split("\n")).toHaveLength(3);
  expect(fs.readdirSync(path.dirname(file))).toHaveLength(1);
  expect(open().has("/a", STATE, ID)).toBe(true);
});

test("what was verified before anything was looked up is known", () => {
  for (const store of [open(), new VerifiedFilesStore(null)]) {
    store.add("/a", STATE, ID, NOW);
    expect(store.has("/a", STATE, ID)).toBe(true);
  }
});

test("where nothing can be kept, this process alone remembers", () => {
  const blocked = path.join(temporaryFolder(), "file");
  fs.writeFileSync(blocked, "");
  for (const nowhere of [null, path.join(blocked, "verified"), path.dirname(blocked)]) {
    const store = new VerifiedFilesStore(nowhere);
    expect(store.has("/a", STATE, ID)).toBe(false);
    store.add("/a", STATE, ID, NOW);
    expect(store.has("/a", STATE, ID)).toBe(true);
  }
});

test("a file that has become too long is not added to for ever: it begins anew", () => {
  open().add("/a", STATE, ID, NOW);
  const short = () => new VerifiedFilesStore(file, undefined, undefined, 10);
  expect(short().has("/a", STATE, ID)).toBe(false);
  expect(fs.existsSync(file)).toBe(false);
  open().add("/b", STATE, ID, NOW);
  expect(open().has("/b", STATE, ID)).toBe(true);
});

test("a program that verifies very many files in one run keeps the file short meanwhile", () => {
  const store = open(3, 5);
  const lines = () => fs.readFileSync(file, "utf8").trim().split("\n").length;
  let most = 0;
  for (let name = 0; name < 40; name++) {
    store.add(`/${name}`, STATE, ID, NOW);
    most = Math.max(most, lines());
  }
  expect(most).toBeLessThanOrEqual(3 + 5);
  expect(store.has("/39", STATE, ID)).toBe(true);
});
