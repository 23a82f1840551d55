import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../../../src/base/random.ts";
import { MAX_REMOVALS } from "../../../src/central/removal.ts";
import { CentralStore, StoreError } from "../../../src/central/store.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { id } from "./parts.ts";

function open(path: string): CentralStore {
  return new CentralStore(path, systemRandom);
}

function path(): string {
  return join(temporaryFolder(), "central.sqlite");
}

test("a download is counted once, also after a restart", () => {
  const file = path();
  const store = open(file);
  expect(store.tookOver()).toBe(false);
  expect(store.count("d1", "ana", "f", 1)).toBe(true);
  expect(store.count("d1", "ana", "f", 2)).toBe(false);
  expect(store.count("d2", "ana", "g", 3)).toBe(true);
  store.close();
  const again = open(file);
  expect(again.count("d1", "ana", "f", 4)).toBe(false);
  expect(again.totals("files")).toEqual(
    new Map([
      ["f", 1],
      ["g", 1],
    ]),
  );
  expect(again.totals("clients")).toEqual(new Map([["ana", 2]]));
  expect(again.tally("files", "", 1)).toEqual([{ name: "f", downloads: 1 }]);
  expect(again.tally("files", "f", 10)).toEqual([{ name: "g", downloads: 1 }]);
  again.close();
});

test("old counts are added to", () => {
  const store = open(path());
  const files = new Map([
    ["a video.mp4", 3],
    ["ñ/é", 1],
  ]);
  expect(store.takeOver({ files, clients: new Map() })).toBe(true);
  expect(store.takeOver({ files, clients: new Map() })).toBe(false);
  store.count("d1", "ana", "ñ/é", 1);
  expect(store.totals("files")).toEqual(
    new Map([
      ["a video.mp4", 3],
      ["ñ/é", 2],
    ]),
  );
  store.close();
});

test("removals, their serial numbers, the epoch and synchronization outlive it", () => {
  const file = path();
  const store = open(file);
  const { epoch } = store.memory();
  expect(epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(store.memory().synchronized).toBe(false);
  store.markSynchronized();
  const first = { serial: store.nextSerials(1), name: "f", id: id("1"), ancestors: [id("2"), id("3")] };
  store.addRemovals([first]);
  const second = { serial: store.nextSerials(1), name: "g", id: id("1"), ancestors: [] };
  store.addRemovals([second]);
  store.addRemovals([{ ...first, serial: store.nextSerials(1) }]);
  store.close();
  const again = open(file);
  expect(again.memory().epoch).toBe(epoch);
  expect(again.memory().synchronized).toBe(true);
  expect(again.memory().removals).toEqual([second, { ...first, serial: 3 }]);
  again.dropRemovals(["g"]);
  expect(again.nextSerials(1)).toBe(4);
  expect(again.memory().removals).toHaveLength(1);
  again.addRemovals([{ ...second, serial: 3 + MAX_REMOVALS }]);
  expect(again.memory().removals.map(({ serial }) => serial)).toEqual([3 + MAX_REMOVALS]);
  again.close();
});

const unusable: [string, (file: string) => void][] = [
  ["is no database", (file) => writeFileSync(file, "hello, this is no database at all".repeat(100))],
  [
    "a later version wrote",
    (file) => {
      const database = new Database(file, { create: true });
      database.run("PRAGMA user_version = 99");
      database.close();
    },
  ],
];

for (const [what, make] of unusable) {
  test(`a file that ${what} is refused in one line`, () => {
    const file = path();
    make(file);
    expect(() => open(file)).toThrow(StoreError);
    expect(() => open(file)).toThrow(/^cannot use the database [^\n]+; move it away or give another --data$/);
  });
}

test("so is a folder that is not there", () => {
  expect(() => open(join(temporaryFolder(), "none", "central.sqlite"))).toThrow(StoreError);
});
