import { beforeEach, expect, test } from "bun:test";
import type { KeptListing } from "../../../../src/central/operations/kept-files.ts";
import type { MoveResult } from "../../../../src/central/operations/move-operation.ts";
import type { RestoreResult } from "../../../../src/central/operations/restore-operation.ts";
import { type ClientOrder, ClientOrders } from "../../../../src/central/sessions/client-orders.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { hash, hex } from "../../../../src/platform/hash.ts";
import { held, id, join, newRegistry } from "../fixtures.ts";

const VERSION = { name: "f", number: 3, id: id("1"), size: 5, why: "removed", at: 7, numbers: [2, 4] } as const;

let missing: string | null;
let listing: KeptListing;
let moveResult: MoveResult;
let restoreResult: RestoreResult | Error;
let calls: unknown[];

beforeEach(() => {
  missing = null;
  listing = { versions: [VERSION], more: false, silent: [] };
  moveResult = { kind: "moved", files: 2, bytes: 20, seen: 2 };
  restoreResult = { kind: "restored", version: VERSION, secondary: 4 };
  calls = [];
});

function answer(order: ClientOrder) {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1"), held("d/a", "1"), held("d/b", "1")]);
  const orders = new ClientOrders({
    clock: systemClock,
    ended: new AbortController().signal,
    serving: { missingForList: () => missing },
    registry,
    removal: {
      remove: async (names, by) => {
        calls.push([names, by]);
        return names.length;
      },
    },
    moving: {
      move: async (...args) => {
        calls.push(args);
        return moveResult;
      },
    },
    restoration: {
      restore: async (...args) => {
        calls.push(args);
        if (restoreResult instanceof Error) throw restoreResult;
        return restoreResult;
      },
    },
    keptFiles: { list: async () => listing },
  });
  return orders.answer(order, "client ana");
}

const DONE = { type: "carried-out", request: 9, fault: null, files: 0, bytes: 0, number: null };
const remove = (what: string, files: number | null) => ({ type: "remove-files", request: 9, what, files }) as const;
const MOVE = { type: "move-files", request: 9, from: "d", to: "e" } as const;
const RESTORE = { type: "restore-file", request: 9, name: "f", number: 3 } as const;
const KEPT = { type: "list-kept", request: 9, name: "f" } as const;

test("files are counted first, and then removed if they are as many", async () => {
  expect(await answer(remove("d", null))).toMatchObject({ ...DONE, files: 2, bytes: 20 });
  expect(await answer(remove("*", null))).toMatchObject({ ...DONE, files: 1, bytes: 10 });
  expect(calls).toEqual([]);
  expect(await answer(remove("d", 2))).toMatchObject({ ...DONE, files: 2, bytes: 20 });
  expect(calls).toEqual([[["d/a", "d/b"], "client ana"]]);
  expect(await answer(remove("d", 1))).toMatchObject({
    ...DONE,
    fault: "d means 2 files now, and not 1: nothing was removed",
  });
  expect(calls).toHaveLength(1);
});

test("as many files as were counted are not removed where they are others", async () => {
  const counted = await answer(remove("d", null));
  if (counted.type !== "carried-out") throw new Error(counted.type);
  const { names } = counted;
  expect(names).toBe(hex(hash(Buffer.from("d/a\nd/b\n"))));
  const others = await answer({ ...remove("d", 2), names: "0".repeat(64) });
  expect(others).toMatchObject({
    ...DONE,
    fault: "d means other files now than those that were counted: nothing was removed",
  });
  expect(calls).toEqual([]);
  expect(await answer({ ...remove("d", 2), ...(names !== undefined && { names }) })).toMatchObject({ fault: null });
  expect(calls).toHaveLength(1);
});

test("what there is not is refused as such, and everything while the catalogue is not whole", async () => {
  expect(await answer(remove("g", null))).toEqual({
    type: "refusal",
    request: 9,
    code: "no-such-file",
    message: "there is no file g, no folder of that name, and nothing that it matches",
    said: expect.any(String),
  });
  moveResult = { kind: "absent" };
  expect(await answer(MOVE)).toMatchObject({ type: "refusal", code: "no-such-file" });
  missing = "secondary 2 is missing";
  calls = [];
  for (const order of [remove("f", 1), MOVE])
    expect(await answer(order)).toEqual({ type: "refusal", request: 9, code: "not-synchronized", message: missing });
  expect(calls).toEqual([]);
});

test("a move is answered with what it moved, what is not to be seen yet, or why it is refused", async () => {
  expect(await answer(MOVE)).toMatchObject({ ...DONE, files: 2, bytes: 20 });
  expect(calls).toEqual([["d", "e", "client ana"]]);
  moveResult = { kind: "moved", files: 2, bytes: 20, seen: 1 };
  expect(await answer(MOVE)).toMatchObject({ files: 2, fault: expect.stringContaining("1 file of 2 cannot be had") });
  moveResult = { kind: "refused", reason: "no" };
  expect(await answer(MOVE)).toMatchObject({ ...DONE, fault: "no" });
});

test("a version is put back, or who does not keep it is said; a failure is a fault", async () => {
  expect(await answer(RESTORE)).toMatchObject({ ...DONE, files: 1, bytes: 5, number: 4 });
  expect(calls).toEqual([["f", { number: 3, id: null }, "client ana"]]);
  restoreResult = { kind: "absent", listing: { ...listing, silent: [4] } };
  expect(await answer(RESTORE)).toMatchObject({
    type: "refusal",
    code: "no-such-file",
    message: "no secondary keeps version 3 of f; secondary 4 gave no answer, or the disk is missing there",
  });
  restoreResult = new Error("x".repeat(2000));
  expect(await answer(RESTORE)).toMatchObject({ ...DONE, fault: "x".repeat(500) });
});

test("of what is kept the latest are listed, with the first of their keepers", async () => {
  const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
  listing = { versions: new Array(300).fill({ ...VERSION, numbers }), more: false, silent: [3] };
  const page = await answer(KEPT);
  if (page.type !== "kept-listing") throw new Error(page.type);
  expect(page.versions).toHaveLength(256);
  expect(page.versions[0]?.keepers).toHaveLength(48);
  expect([page.more, page.silent, page.request]).toEqual([true, [3], 9]);
});
