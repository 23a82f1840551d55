import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Central } from "../../../../../src/central/central.ts";
import { OrderAnswers } from "../../../../../src/central/http/api/order-answers.ts";
import type { RestoreResult } from "../../../../../src/central/operations/restore-operation.ts";
import { driveThrough } from "../../../../support/drive.ts";
import { CentralAtRest } from "../../central-at-rest.ts";
import { held, id, join, names, settle } from "../../fixtures.ts";

let fixture: CentralAtRest;
let central: Central;
let orders: OrderAnswers;

beforeEach(() => {
  fixture = new CentralAtRest();
  ({ central } = fixture);
  orders = new OrderAnswers(central);
});

afterEach(() => fixture.stop());

test("a file is removed, or all files of a folder, and what is not there is nothing", async () => {
  const { registry } = central;
  join(registry, 1, [held("a/b", "1"), held("a/c/d", "2"), held("a-b", "3"), held("e", "4")]);
  const remove = (name: string, of: "file" | "folder") =>
    driveThrough(fixture.clock, orders.remove(name, { of }, "ana"));
  expect([await remove("a", "file"), await remove("e", "folder")]).toEqual([null, null]);
  expect(names(registry, null)).toHaveLength(4);
  expect(await remove("e", "file")).toEqual({ removed: 1 });
  expect(await remove("a", "folder")).toEqual({ removed: 2 });
  settle(registry);
  expect(names(registry, null)).toEqual(["a-b"]);
});

test("a kept version is put back where somebody keeps it, or it is said why not", async () => {
  const asked: unknown[] = [];
  const restoring = (answer: () => Promise<unknown>) => {
    const restore = async (...args: unknown[]) => {
      asked.push(args);
      return (await answer()) as RestoreResult;
    };
    const restoration = { restore } as unknown as Central["restoration"];
    return new OrderAnswers(Object.assign(Object.create(central) as Central, { restoration }));
  };
  const version = { name: "f", id: id("1"), version: 3 };
  const at2 = restoring(async () => ({ kind: "restored", secondary: 2 }));
  expect(await at2.restore(version, "ana")).toEqual({ secondary: 2 });
  const nowhere = restoring(async () => ({ kind: "absent" }));
  expect(await nowhere.restore(version, "ana")).toMatchObject({ notDone: 404 });
  const refused = restoring(async () => {
    throw new Error("the disk is full");
  });
  expect(await refused.restore(version, "ana")).toEqual({ notDone: 409, reason: "the disk is full" });
  expect(asked).toEqual(Array(3).fill(["f", { number: 3, id: id("1") }, "ana"]));
});

test("a secondary is forgotten when it is lost", async () => {
  join(central.registry, 1);
  expect(await orders.forget(2, "ana")).toBeNull();
  expect(await orders.forget(1, "ana")).toMatchObject({ notDone: 409 });
  central.registry.secondaryLost(1, 0);
  expect(await orders.forget(1, "ana")).toEqual({ forgotten: 1 });
  settle(central.registry);
  expect(central.registry.secondaries.sorted()).toHaveLength(0);
});

test("the limit of downloads is a number, or none", async () => {
  expect(await orders.limit({ downloads: 2 }, "ana")).toEqual({ downloads: 2 });
  expect(central.admission.limit).toBe(2);
  expect(await orders.limit({ downloads: null }, "ana")).toEqual({ downloads: null });
  expect(central.admission.limit).toBe(0);
});

test("while not all files are known nothing is removed", async () => {
  const serving = { unlisted: () => "secondary 2 is away" };
  const early = new OrderAnswers(Object.assign(Object.create(central) as Central, { serving }));
  join(central.registry, 1, [held("a/b", "1")]);
  expect(await early.remove("a", { of: "folder" }, "ana")).toMatchObject({ notDone: 503 });
  expect(names(central.registry, null)).toEqual(["a/b"]);
});
