import { expect, test } from "bun:test";
import type { SecondaryRecord } from "../../../../src/central/registry/secondary-record.ts";
import { SecondaryTable } from "../../../../src/central/registry/secondary-table.ts";
import { MAX_SECONDARIES } from "../../../../src/protocol/limits.ts";

const secondary = (number: number, more: Partial<SecondaryRecord> = {}) => ({ number, ...more }) as SecondaryRecord;

test("there is room for so many secondaries, and for those that are known always", () => {
  const table = new SecondaryTable();
  for (let number = 1; number < MAX_SECONDARIES; number++) table.set(secondary(number));
  expect(table.isFullFor(MAX_SECONDARIES)).toBe(false);
  table.set(secondary(MAX_SECONDARIES));
  expect([table.isFullFor(MAX_SECONDARIES + 1), table.isFullFor(1)]).toEqual([true, false]);
  table.delete(1);
  expect([table.isFullFor(MAX_SECONDARIES + 1), table.get(1)]).toEqual([false, undefined]);
});

test("they are given in the order of their numbers", () => {
  const table = new SecondaryTable();
  for (const number of [10, 2, 1]) table.set(secondary(number));
  expect(table.sorted().map(({ number }) => number)).toEqual([1, 2, 10]);
});

test("a number is taken while another process that is connected has it", () => {
  const table = new SecondaryTable();
  expect(table.isTaken(1, "run 1")).toBe(false);
  for (const phase of ["announcing", "live", "disk-missing"] as const) {
    table.set(secondary(1, { phase, instance: "run 1" }));
    expect([table.isTaken(1, "run 1"), table.isTaken(1, "run 2")]).toEqual([false, true]);
  }
  table.set(secondary(1, { phase: "lost", instance: "run 1" }));
  expect(table.isTaken(1, "run 2")).toBe(false);
});
