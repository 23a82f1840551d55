import { expect, test } from "bun:test";
import { FAULTS } from "../faults/all.ts";
import { CHANGES } from "../people/changes/all.ts";
import { drawSchedule } from "./schedule.ts";

test("a seed and a round decide the schedule", () => {
  expect(drawSchedule(1, 1, 40_000)).toEqual(drawSchedule(1, 1, 40_000));
  expect(JSON.stringify(drawSchedule(1, 2, 40_000))).not.toBe(JSON.stringify(drawSchedule(1, 1, 40_000)));
  expect(JSON.stringify(drawSchedule(2, 1, 40_000))).not.toBe(JSON.stringify(drawSchedule(1, 1, 40_000)));
});

test("every fault and every change is drawn", () => {
  const { faults, changes } = drawSchedule(1, 1, 3_600_000);
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(FAULTS));
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(CHANGES));
});
