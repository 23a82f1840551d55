import { beforeEach, expect, test } from "bun:test";
import type { Log } from "../../../../src/platform/log/log.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { RemovalOrders } from "../../../../src/secondary/changes/removal-orders.ts";
import { newDescent } from "../../../../src/secondary/index/descent.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";
import { STORE_RETRY_MS } from "../../../../src/secondary/store-failures.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { idOf } from "../index-fixture.ts";

let clock: FakeClock;
/** Keys that cannot be stored. */
let unstorable: Set<string>;
let values: Map<string, string>;
let done: string[];
let refused: Set<string>;
/** Files that keep their names where they are to be moved. */
let unmovable: Set<string>;
/** Files that get another name than the one asked for. */
let renamed: Map<string, string>;
let there: boolean;
let orders: RemovalOrders;
let held: Map<string, IndexedFile>;

function make(): RemovalOrders {
  const note = (event: string) => void done.push(event);
  const log: Log = { info: note, warn: note, error: note };
  return new RemovalOrders({
    clock,
    limitedLog: log,
    store: {
      meta: async (key) => values.get(key) ?? null,
      setMeta: async (key, value) => {
        if (unstorable.has(key)) throw new Error("the disk is full");
        values.set(key, value);
      },
    },
    index: {
      get: (name) => held.get(name),
      async remove(removed) {
        return removed.map(({ name, moved }) => {
          if (refused.has(name)) return new Error("permission denied");
          if (unmovable.has(name)) return { unmoved: "a folder stands there" };
          if (held.has(name)) return "stays";
          return moved ? { as: renamed.get(name) ?? moved.as } : "gone";
        });
      },
    },
    summary: {
      duringOrder: (_names, work) => work(),
      removed: (name) => void done.push(`removed ${name}`),
      moved: (name, as) => void done.push(`moved ${name} to ${as}`),
    },
    folderIsThere: async () => there,
    withdraw: (name) => void done.push(`withdraw ${name}`),
    acknowledge: (serial) => void done.push(`carried out ${serial}`),
    present: ({ name }) => void done.push(`present ${name}`),
  });
}

beforeEach(async () => {
  [values, done, refused, there, held] = [new Map(), [], new Set(), true, new Map()];
  [clock, unstorable] = [new FakeClock(), new Set()];
  [unmovable, renamed] = [new Set(), new Map()];
  orders = make();
  await orders.load();
  await orders.setEpoch("e".repeat(32));
  done = [];
});

function removal(serial: number): Messages["remove"] {
  return { type: "remove", serial, name: `f${serial}`, id: idOf(`${serial}`), vector: "", edits: "", moved: null };
}

async function order(...serials: number[]): Promise<string[]> {
  for (const serial of serials) orders.add(removal(serial));
  return events();
}

/** What has happened since the last call, once everything has that does not wait for time. */
async function events(): Promise<string[]> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  return done.splice(0).filter((line) => !line.startsWith("withdraw"));
}

function fileNamed(name: string): IndexedFile {
  return { name, size: 1, mtimeNs: 0n, blake3: null, sha256: null, ...newDescent(idOf("x"), "11111111") };
}

test("orders that wait together are acknowledged together, by the last of them", async () => {
  expect(await order(1, 2, 3)).toEqual(["removed f1", "carried out 1", "removed f2", "removed f3", "carried out 3"]);
  expect(orders.position).toEqual({ epoch: "e".repeat(32), serial: 3 });
  const again = make();
  await again.load();
  expect(again.position).toEqual(orders.position);
});

test("one that the disk refused holds up none after it: the central learns that the file is there, and orders it again", async () => {
  await order(1);
  refused.add("f2");
  held.set("f2", fileNamed("f2"));
  expect(await order(2, 3)).toEqual(["unremoved", "carried out 2", "present f2", "removed f3", "carried out 3"]);
  expect(orders.position.serial).toBe(3);
  refused.clear();
  held.clear();
  expect(await order(2)).toEqual(["removed f2"]);
  expect(orders.position.serial).toBe(3);
});

test("of one name one order is carried out after the other", async () => {
  for (const serial of [1, 2, 3]) orders.add({ ...removal(serial), name: serial === 3 ? "f2" : `f${serial}` });
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(done.filter((line) => line.startsWith("carried"))).toEqual([
    "carried out 1",
    "carried out 2",
    "carried out 3",
  ]);
});

test("what is still there is reported again", async () => {
  held.set("f1", fileNamed("f1"));
  expect(await order(1)).toEqual(["carried out 1", "present f1"]);
});

test("without the shared folder nothing is acknowledged, and nothing is complained of", async () => {
  refused.add("f1");
  there = false;
  expect(await order(1)).toEqual([]);
  expect(orders.position.serial).toBe(0);
});

test("what cannot be stored is acknowledged once it can be, and only then a file that is there is announced", async () => {
  unstorable.add("removal");
  held.set("f1", fileNamed("f1"));
  expect(await order(1)).toEqual(["store-failed"]);
  expect(orders.position.serial).toBe(0);
  expect(await order(2)).toEqual(["removed f2", "store-failed"]);
  clock.advance(STORE_RETRY_MS);
  expect(await events()).toEqual(["store-failed"]);
  unstorable.clear();
  clock.advance(STORE_RETRY_MS);
  expect(await events()).toEqual(["carried out 2", "present f1"]);
  expect([orders.position.serial, clock.pending]).toEqual([2, 0]);
});

test("after its end nothing is tried again", async () => {
  unstorable.add("removal");
  await order(1);
  orders.stop();
  expect(clock.pending).toBe(0);
});

test("another history begins at 0", async () => {
  await order(1, 2);
  await orders.setEpoch("f".repeat(32));
  expect(orders.position).toEqual({ epoch: "f".repeat(32), serial: 0 });
  expect(values.get("removal")).toBe("0");
});

test("another history is not stored with the number of the one before, and is stored once that is possible", async () => {
  await order(1, 2);
  unstorable.add("removal");
  await orders.setEpoch("f".repeat(32));
  expect(await events()).toEqual(["store-failed"]);
  expect(values).toEqual(
    new Map([
      ["epoch", "e".repeat(32)],
      ["removal", "2"],
    ]),
  );
  unstorable.clear();
  clock.advance(STORE_RETRY_MS);
  await events();
  expect(values).toEqual(
    new Map([
      ["epoch", "f".repeat(32)],
      ["removal", "0"],
    ]),
  );
});

test("an order of another history is void, and its number is not acknowledged in this one", async () => {
  orders.add(removal(7));
  orders.add({ ...removal(8), name: "f7" });
  await orders.setEpoch("f".repeat(32));
  expect(await events()).toEqual(["removed f7"]);
  expect(orders.position.serial).toBe(0);
  expect(await order(1)).toEqual(["removed f1", "carried out 1"]);
});

test("a move is carried out apart from what else is done with either of its names, and told of as one", async () => {
  const moved = (serial: number, name: string, as: string) => ({
    ...{ ...removal(serial), name },
    moved: { as, edit: "eeeeeeee" },
  });
  for (const order of [moved(1, "b", "c"), moved(2, "a", "b"), moved(3, "x", "y")]) orders.add(order);
  refused.add("z");
  orders.add(moved(4, "z", "w"));
  expect(await events()).toEqual([
    "moved b to c",
    "carried out 1",
    "moved a to b",
    "moved x to y",
    "unremoved",
    "carried out 4",
  ]);
});

test("of a move the name that the file has got is told, and one that keeps its name is reported", async () => {
  const moved = (serial: number, name: string, as: string) => ({
    ...{ ...removal(serial), name },
    moved: { as, edit: "eeeeeeee" },
  });
  renamed.set("a", "b.conflict-11111111");
  orders.add(moved(1, "a", "b"));
  unmovable.add("c");
  held.set("c", fileNamed("c"));
  orders.add(moved(2, "c", "d"));
  expect(await events()).toEqual([
    "moved a to b.conflict-11111111",
    "carried out 1",
    "unmoved",
    "carried out 2",
    "present c",
  ]);
});

test("who wants a name to which a file is moved waits until it is, and nobody else does", async () => {
  orders.add({ ...removal(1), moved: { as: "new", edit: "eeeeeeee" } });
  orders.add(removal(2));
  const came: string[] = [];
  void orders.untilMoved(["other", "f1"]).then(() => void came.push("other"));
  void orders.untilMoved(["x", "new"]).then(() => void came.push(`new after ${done.length}`));
  await Promise.resolve();
  await Promise.resolve();
  expect(came).toEqual(["other"]);
  await events();
  expect(came).toHaveLength(2);
  orders.add({ ...removal(3), moved: { as: "new", edit: "eeeeeeee" } });
  const stopped = orders.untilMoved(["new"]);
  orders.stop();
  await stopped;
});
