import { beforeEach, expect, test } from "bun:test";
import type { Log } from "../../../../src/platform/log/log.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { RemovalOrders } from "../../../../src/secondary/changes/removal-orders.ts";
import { newDescent } from "../../../../src/secondary/index/descent.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";
import { idOf } from "../index-fixture.ts";

let values: Map<string, string>;
let done: string[];
let refused: Set<string>;
let there: boolean;
let orders: RemovalOrders;
let held: Map<string, IndexedFile>;

function make(): RemovalOrders {
  const note = (event: string) => void done.push(event);
  const log: Log = { info: note, warn: note, error: note };
  return new RemovalOrders({
    limitedLog: log,
    store: {
      meta: async (key) => values.get(key) ?? null,
      setMeta: async (key, value) => {
        if (values.get(key) === "full") throw new Error("the disk is full");
        values.set(key, value);
      },
    },
    index: {
      get: (name) => held.get(name),
      async remove(removed) {
        return removed.map(({ name }) => {
          if (refused.has(name)) return new Error("permission denied");
          return held.has(name) ? "stays" : "gone";
        });
      },
    },
    summary: {
      duringOrder: (_names, work) => work(),
      removed: (name) => void done.push(`removed ${name}`),
    },
    folderIsThere: async () => there,
    withdraw: (name) => void done.push(`withdraw ${name}`),
    acknowledge: (serial) => void done.push(`carried out ${serial}`),
    present: ({ name }) => void done.push(`present ${name}`),
  });
}

beforeEach(async () => {
  [values, done, refused, there, held] = [new Map(), [], new Set(), true, new Map()];
  orders = make();
  await orders.load();
  await orders.setEpoch("e".repeat(32));
  done = [];
});

function removal(serial: number): Messages["remove"] {
  return { type: "remove", serial, name: `f${serial}`, id: idOf(`${serial}`), vector: "", edits: "" };
}

async function order(...serials: number[]): Promise<string[]> {
  for (const serial of serials) orders.add(removal(serial));
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  return done.splice(0).filter((line) => !line.startsWith("withdraw"));
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
  held.set("f2", { name: "f2", size: 1, mtimeNs: 0n, blake3: null, ...newDescent(idOf("x"), "11111111") });
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
  held.set("f1", { name: "f1", size: 1, mtimeNs: 0n, blake3: null, ...newDescent(idOf("x"), "11111111") });
  expect(await order(1)).toEqual(["carried out 1", "present f1"]);
});

test("without the shared folder nothing is acknowledged, and nothing is complained of", async () => {
  refused.add("f1");
  there = false;
  expect(await order(1)).toEqual([]);
  expect(orders.position.serial).toBe(0);
});

test("what cannot be stored is not acknowledged", async () => {
  values.set("removal", "full");
  expect(await order(1)).toEqual(["removed f1", "store-failed"]);
  expect(orders.position.serial).toBe(0);
});

test("another history begins at 0", async () => {
  await order(1, 2);
  await orders.setEpoch("f".repeat(32));
  expect(orders.position).toEqual({ epoch: "f".repeat(32), serial: 0 });
  expect(values.get("removal")).toBe("0");
});
