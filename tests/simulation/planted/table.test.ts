import { expect, test } from "bun:test";
import type { Outcome } from "../scenario/outcome.ts";
import { findDefects, firstFailure } from "./table.ts";

const RANGE = { from: 5, seeds: 20 };
const outcome = (fails: boolean): Outcome => ({
  failure: fails ? { invariant: "it holds", details: "it does not" } : null,
  faults: {},
  events: 0,
});

test("the lowest seed is found that fails with the defect and passes without it", async () => {
  const runs = {
    planted: async (task: object) => outcome("seed" in task && [9, 13, 14].includes(task.seed as number)),
    sound: async (task: object) => outcome("seed" in task && task.seed === 9),
  };
  expect(await firstFailure(RANGE, runs)).toEqual({ seed: 13, invariant: "it holds", details: "it does not" });
});

test("a defect that no seed finds is counted and said", async () => {
  const lines: string[] = [];
  const defect = { name: "one", file: "", find: "", replace: "", why: "" };
  const sound = async () => outcome(false);
  const missed = await findDefects(
    [defect],
    RANGE,
    (_, work) => work({ planted: sound, sound }),
    (line) => lines.push(line),
  );
  expect(missed).toBe(1);
  expect(lines.at(-1)).toBe("| one | none | more than 20 | |");
});
