import { expect, test } from "bun:test";
import type { Outcome } from "../scenario/outcome.ts";
import { findDefects, firstFailure } from "./table.ts";

const KINDS = new Map([[14, new Set(["a fault"])]]);
const RANGE = { from: 5, seeds: 20, kindsOf: (seed: number) => KINDS.get(seed) ?? new Set<string>() };
const BREAKS = ["it holds"];
const outcome = (fails: boolean, invariant = "it holds"): Outcome => ({
  failure: fails ? { invariant, details: "it does not" } : null,
  faults: {},
  events: 0,
});

test("the lowest seed is found that fails with the defect and passes without it", async () => {
  const runs = {
    planted: async (task: object) => outcome("seed" in task && [9, 13, 14].includes(task.seed as number)),
    sound: async (task: object) => outcome("seed" in task && task.seed === 9),
  };
  const found = await firstFailure({ breaks: BREAKS }, RANGE, runs);
  expect(found).toEqual({ seed: 13, invariant: "it holds", details: "it does not" });
});

test("a seed is left out whose plan has nothing of what the defect needs", async () => {
  const ran: object[] = [];
  const planted = async (task: object) => {
    ran.push(task);
    return outcome(true);
  };
  const found = await firstFailure({ breaks: BREAKS, needs: ["a fault"] }, RANGE, {
    planted,
    sound: async () => outcome(false),
  });
  expect([found?.seed, ran]).toEqual([14, [{ seed: 14 }]]);
});

test("a seed does not count that breaks only what the defect is not about", async () => {
  const runs = {
    planted: async (task: object) => outcome("seed" in task && task.seed === 9, "another one holds"),
    sound: async () => outcome(false),
  };
  expect(await firstFailure({ breaks: BREAKS }, RANGE, runs)).toBeNull();
  expect((await firstFailure({ breaks: [...BREAKS, "another one holds"] }, RANGE, runs))?.seed).toBe(9);
});

test("a defect that no seed finds is counted and said", async () => {
  const lines: string[] = [];
  const defect = { name: "one", file: "", find: "", replace: "", why: "", breaks: BREAKS };
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
