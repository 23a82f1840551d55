import { beforeEach, expect, test } from "bun:test";
import { systemRandom } from "../../../../src/platform/random.ts";
import type { IndexChange } from "../../../../src/secondary/index/file-record.ts";
import { FileRecords } from "../../../../src/secondary/index/file-records.ts";
import { SECONDARY_STORE } from "../../../../src/secondary/remote-store.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { directly } from "../../../support/directly.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { idOf } from "../index-fixture.ts";

let clock: FakeClock;
let store: SecondaryStore;
let saves: number;
let storeFails: boolean;
let logged: string[];
let changes: IndexChange[];
let leaving: string[];
let isDiskThere: boolean;
let records: FileRecords;

beforeEach(async () => {
  clock = new FakeClock();
  store = new SecondaryStore(":memory:");
  [saves, storeFails, isDiskThere] = [0, false, true];
  [logged, changes, leaving] = [[], [], []];
  await start();
});

/** The program starts, with what the store has. */
async function start(): Promise<void> {
  const remote = directly(store, SECONDARY_STORE);
  const log = { info() {}, warn() {}, error: (event: string) => void logged.push(event) };
  records = new FileRecords({
    clock,
    log,
    random: systemRandom,
    guard: { checkPresent: async () => isDiskThere, missingDiskAbove: () => null },
    store: {
      ...remote,
      save: (...args) => {
        saves += 1;
        return storeFails ? Promise.reject(new Error("no space")) : remote.save(...args);
      },
    },
  });
  records.listeners.onChanges((some) => changes.push(...some));
  records.listeners.onLeaving((id) => leaving.push(id));
  await records.load(async () => {});
}

async function restart(): Promise<void> {
  await records.stop();
  changes = [];
  await start();
}

function fingerprint(content: string, at = 1n) {
  return { size: content.length, mtimeNs: at, ctimeNs: at, inode: 1n };
}

function found(name: string, content: string, blake3: string | null = null): void {
  records.recordVerified(name, fingerprint(content), {
    id: idOf(content),
    hashes: new Uint8Array(32),
    blake3,
    digests: null,
  });
}

/** Lets what waits for the next transaction be stored. */
async function flushed(ms = 100): Promise<void> {
  clock.advance(ms);
  await Bun.sleep(0);
}

function told(): [kind: string, name: string][] {
  return changes.map((change) => [change.kind, change.kind === "gone" ? change.name : change.file.name]);
}

test("what the last run has stored is told when it is found again, and not stored a second time", async () => {
  found("film", "old");
  await restart();
  expect(records.table.get("film")).toBeUndefined();
  const before = saves;
  records.markUnchanged("film");
  await records.flush();
  expect(told()).toEqual([["present", "film"]]);
  expect(saves).toBe(before);
  // A scan of what is known and shared costs nothing.
  records.markUnchanged("film");
  records.markUnchanged("nothing");
  expect(clock.pending).toBe(0);
});

test("what was found and is not stored yet stays when a scan finds it as it was found", async () => {
  found("film", "old");
  await restart();
  found("film", "new");
  records.markUnchanged("film");
  await records.flush();
  expect(records.table.get("film")?.id).toBe(idOf("new"));
});

test("what is found before the folder was scanned once may be old; after that somebody has put it there", async () => {
  found("old", "1");
  await records.markScanned();
  found("new", "2");
  await restart();
  found("newer", "3");
  await records.flush();
  expect([records.latest("old")?.changed, records.latest("new")?.changed]).toEqual([false, true]);
  expect(records.latest("newer")?.changed).toBe(true);
});

test("a folder whose files could not be stored is not known: at the next start they may be old", async () => {
  found("film", "1");
  storeFails = true;
  await records.markScanned();
  storeFails = false;
  await restart();
  found("other", "2");
  expect(records.latest("other")?.changed).toBe(false);
});

test("what is put in place of a file that vanished comes after it, before it is stored and after a restart", async () => {
  found("film", "old");
  await records.flush();
  records.recordGone("film");
  found("film", "edit");
  expect(records.latest("film")?.edits).toMatch(/^.{8} .{8}$/);
  records.recordGone("film");
  await records.flush();
  expect(told()).toEqual([
    ["present", "film"],
    ["gone", "film"],
  ]);
  await restart();
  expect(records.latest("film")).toBeUndefined();
  found("film", "again");
  expect(records.latest("film")?.edits.split(" ").length).toBe(3);
});

test("what is excluded is told as such, its record stays, and a number of the central does not share it again", async () => {
  found("film", "1");
  await records.flush();
  changes = [];
  await records.exclude(["film", "nothing"]);
  expect(changes).toEqual([{ kind: "gone", name: "film", excluded: true }]);
  expect(leaving).toEqual([idOf("1")]);
  await records.applyAgreed([{ name: "film", id: idOf("1"), vector: "aaaaaaaa:1", edits: "" }]);
  expect([records.table.get("film"), records.table.known("film")?.id]).toEqual([undefined, idOf("1")]);
});

test("a version leaves when another takes its name or its file goes, and not when more is known of it", async () => {
  found("film", "1");
  await records.flush();
  found("film", "1", "b".repeat(64));
  await records.flush();
  expect(leaving).toEqual([]);
  // The hash of the whole file is news, and stays known.
  found("film", "1");
  await records.flush();
  expect(told()).toEqual([
    ["present", "film"],
    ["present", "film"],
  ]);
  expect(records.table.get("film")?.blake3).toBe("b".repeat(64));
  found("film", "2");
  await records.flush();
  records.recordGone("film");
  await records.flush();
  expect(leaving).toEqual([idOf("1"), idOf("2")]);
});

test("what is found is stored at once, what follows within a tenth of a second with the next transaction", async () => {
  found("a", "1");
  await flushed(0);
  expect([saves, records.table.count]).toEqual([1, 1]);
  found("b", "2");
  found("c", "3");
  await flushed(99);
  expect(saves).toBe(1);
  await flushed(1);
  expect([saves, records.table.count]).toEqual([2, 3]);
});

test("of very many at once each transaction has 1000, and the first does not wait", async () => {
  await records.flush();
  for (let index = 0; index < 199; index++) found(`f${index}`, "1");
  await Bun.sleep(0);
  expect(saves).toBe(0);
  for (let index = 199; index < 2250; index++) found(`f${index}`, "1");
  await Bun.sleep(0);
  expect([saves, records.table.count]).toEqual([3, 2250]);
});

test("while the store fails it is tried once a second, however much is found", async () => {
  storeFails = true;
  found("a", "1");
  await flushed(0);
  expect([saves, logged]).toEqual([1, ["store-failed"]]);
  found("b", "2");
  await flushed(999);
  expect(saves).toBe(1);
  storeFails = false;
  await flushed(1);
  expect([saves, records.table.count, changes.length]).toEqual([2, 2, 2]);
});

test("what the index did itself and could not store is stored later", async () => {
  found("film", "old");
  await records.flush();
  storeFails = true;
  const record = { ...(records.latest("film") ?? expect.unreachable()), id: idOf("new"), size: 3 };
  await expect(records.commit({ put: [{ record, hashes: new Uint8Array(32) }], drop: [] })).rejects.toThrow("no space");
  // A user's edit of it is an edit of the new one.
  expect(records.latest("film")?.id).toBe(idOf("new"));
  storeFails = false;
  await flushed();
  expect(records.table.get("film")?.id).toBe(idOf("new"));
});

test("what a user puts where the index has removed something, and could not store that, comes after nothing", async () => {
  await records.markScanned();
  found("film", "old");
  await records.flush();
  const removed = records.latest("film")?.edits ?? expect.unreachable();
  storeFails = true;
  await expect(records.commit({ put: [], drop: ["film"] })).rejects.toThrow("no space");
  found("film", "new");
  expect(records.latest("film")?.edits).toMatch(/^[0-9a-f]{8}$/);
  expect(records.latest("film")?.edits).not.toBe(removed);
});

test("what is found while the folder is away may be of another disk, and does not count", async () => {
  found("film", "1");
  await records.flush();
  isDiskThere = false;
  records.recordGone("film");
  await records.flush();
  isDiskThere = true;
  await records.flush();
  expect([records.table.count, records.latest("film")?.id]).toEqual([1, idOf("1")]);
});

test("the piece hashes of a version are there while a name holds it", async () => {
  found("film", "1");
  await records.flush();
  expect(await records.hashes(idOf("1"))).toEqual(new Uint8Array(32));
  expect(await records.hashes(idOf("2"))).toBeNull();
});

test("a number of the central for what is not here changes nothing, one for what is here is told and stored", async () => {
  found("film", "1");
  await records.flush();
  changes = [];
  await records.applyAgreed([
    { name: "nothing", id: idOf("1"), vector: "aaaaaaaa:1", edits: "" },
    { name: "film", id: idOf("1"), vector: "aaaaaaaa:2", edits: "11111111" },
  ]);
  expect(records.table.count).toBe(1);
  await restart();
  expect(records.latest("film")?.vector).toBe("aaaaaaaa:2");
});

test("what vanished and is forgotten is no ancestor of what comes next; forgetting nothing costs nothing", async () => {
  found("film", "1");
  await records.markScanned();
  records.recordGone("film");
  await records.flush();
  const before = saves;
  await records.forgetVanished("other");
  expect(saves).toBe(before);
  await records.forgetVanished("film");
  await restart();
  found("film", "2");
  expect(records.latest("film")?.edits.split(" ")).toHaveLength(1);
});

test("what vanished and is not stored yet can be forgotten: the same content is new then, also after a crash", async () => {
  await records.markScanned();
  found("film", "1");
  await records.flush();
  const vanished = records.latest("film")?.edits ?? expect.unreachable();
  storeFails = true;
  records.recordGone("film");
  await records.flush();
  storeFails = false;
  await records.forgetVanished("film");
  found("film", "1");
  expect(records.latest("film")?.edits).not.toBe(vanished);
  await start();
  expect(records.latest("film")).toBeUndefined();
  found("film", "1");
  expect(records.latest("film")?.edits).not.toBe(vanished);
});

test("nothing is stored or told once it is stopped", async () => {
  await records.stop();
  found("film", "1");
  await records.flush();
  expect([saves, changes.length, clock.pending]).toEqual([0, 0, 0]);
});

test("a stop while the store fails leaves no timer behind", async () => {
  storeFails = true;
  found("film", "1");
  await records.stop();
  expect(clock.pending).toBe(0);
});
