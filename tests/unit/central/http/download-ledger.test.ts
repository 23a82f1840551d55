import { beforeEach, expect, test } from "bun:test";
import { DownloadLedger } from "../../../../src/central/http/download-ledger.ts";

let waits: number[];
let transfers: number[];
let ledger: DownloadLedger;

beforeEach(() => {
  [waits, transfers] = [[], []];
  ledger = new DownloadLedger({ waited: (s) => void waits.push(s), took: (s) => void transfers.push(s) });
});

test("a download that waits, begins and is done has its times, and counts once", () => {
  ledger.asked("a", false, 1000);
  ledger.begun("a", 4000);
  ledger.hasEnded("a", "done", 10_000);
  ledger.hasEnded("a", "done", 20_000);
  expect([waits, transfers, ledger.ended]).toEqual([[3], [6], { done: 1, failed: 0, cancelled: 0 }]);
});

test("a client that comes back goes on with the times from before", () => {
  ledger.asked("a", false, 0);
  ledger.begun("a", 1000);
  ledger.asked("a", true, 5000);
  ledger.begun("a", 5000);
  ledger.hasEnded("a", "done", 9000);
  expect([waits, transfers]).toEqual([[1], [8]]);
});

test("what began before this central did has no times, and counts", () => {
  ledger.asked("a", true, 0);
  ledger.begun("a", 0);
  ledger.hasEnded("a", "done", 1000);
  ledger.hasEnded("b", "done", 1000);
  ledger.begun("c", 2000);
  expect([waits, transfers, ledger.ended.done]).toEqual([[], [], 2]);
});

test("a failure that is reported twice counts once, and its time is none of a transfer", () => {
  ledger.asked("a", false, 0);
  ledger.begun("a", 0);
  ledger.hasEnded("a", "failed", 1000);
  ledger.hasEnded("a", "failed", 2000);
  ledger.hasEnded("b", "cancelled", 2000);
  ledger.hasEnded("b", "cancelled", 3000);
  expect([transfers, ledger.ended]).toEqual([[], { done: 0, failed: 1, cancelled: 1 }]);
});
