import { beforeEach, expect, test } from "bun:test";
import { SourceLoads } from "../../../../src/central/http/source-loads.ts";
import { GIB, MIB } from "../../../../src/platform/units.ts";

const MINUTE = 60_000;

let loads: SourceLoads;
let now: number;
let holders: { number: number; isBehind: boolean }[];

beforeEach(() => {
  loads = new SourceLoads();
  now = 0;
  holders = [1, 2, 3].map((number) => ({ number, isBehind: false }));
});

/** Sends somebody for a file of `size` bytes. */
function send(size: number, to = holders): number {
  const { number } = loads.leastBusy(to, size, now);
  loads.add(number, size, now);
  return number;
}

const sendMany = (count: number, size: number) => Array.from({ length: count }, () => send(size));

test("files of one size go to all in turn", () => {
  expect(sendMany(7, GIB)).toEqual([1, 2, 3, 1, 2, 3, 1]);
  expect(sendMany(6, 0)).toEqual([2, 3, 2, 3, 2, 3]);
});

test("somebody who just asks is told the same each time", () => {
  send(GIB);
  const asked = Array.from({ length: 3 }, () => loads.leastBusy(holders, GIB, now).number);
  expect(asked).toEqual([2, 2, 2]);
});

test("who was sent a large file is left alone for a while", () => {
  expect(send(100 * GIB)).toBe(1);
  expect(new Set(sendMany(100, MIB))).toEqual(new Set([2, 3]));
  now += 30 * MINUTE;
  expect(new Set(sendMany(100, MIB))).toEqual(new Set([1, 2, 3]));
});

test("what somebody was sent for counts half as much after a minute", () => {
  expect(send(100 * MIB)).toBe(1);
  now += MINUTE;
  expect(sendMany(11, 10 * MIB)).toEqual([2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 1]);
});

test("one that still has files to copy gets half as many", () => {
  holders = [
    { number: 1, isBehind: true },
    { number: 2, isBehind: false },
  ];
  const sent = sendMany(300, 10 * MIB);
  expect(sent[0]).toBe(2);
  const share = sent.filter((number) => number === 1).length;
  expect(share).toBeGreaterThan(95);
  expect(share).toBeLessThan(105);
});

test("a file that one alone has comes from that one", () => {
  for (let times = 0; times < 5; times++) expect(send(GIB, [{ number: 3, isBehind: true }])).toBe(3);
  expect(sendMany(2, GIB)).toEqual([1, 2]);
});
