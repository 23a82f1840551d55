import { expect, test } from "bun:test";
import { outsideOfPromises } from "../world/outside-of-promises.ts";
import { SeededRandom } from "../world/random.ts";
import type { Plan } from "./action.ts";
import { ACTION_KINDS } from "./kinds.ts";
import type { Outcome } from "./outcome.ts";
import { drawPlan, runPlan } from "./scenario.ts";

/** Runs a plan outside of all promises, as it must be. */
function run(plan: Plan): Promise<{ outcome: Outcome; trace: string[] }> {
  return outsideOfPromises(() => {
    const trace: string[] = [];
    const outcome = runPlan(plan, (at, who, text) => trace.push(`${at} ${who} ${text}`));
    return { outcome, trace };
  });
}

test("the same seed has the same trace, whatever was run before", async () => {
  for (const seed of [7, 11, 26]) {
    const first = await run(drawPlan(seed));
    await run(drawPlan(seed + 1));
    const second = await run(drawPlan(seed));
    expect(second.trace).toEqual(first.trace);
    expect(second.outcome).toEqual(first.outcome);
  }
});

test("a plan can be written and read again", async () => {
  const plan = drawPlan(12);
  const read = JSON.parse(JSON.stringify(plan)) as Plan;
  expect((await run(read)).trace).toEqual((await run(plan)).trace);
});

test("kinds of actions have names of their own, and parameters that can be written as JSON", () => {
  expect(new Set(ACTION_KINDS.map(({ name }) => name)).size).toBe(ACTION_KINDS.length);
  const shape = { secondaries: 3, clients: 2, expected: 3, maxDownloads: 0, keepDays: 7 };
  for (const kind of ACTION_KINDS) {
    const params = kind.draw(new SeededRandom(1), shape);
    expect(JSON.parse(JSON.stringify(params))).toEqual(params);
    expect(kind.draw(new SeededRandom(1), shape)).toEqual(params);
  }
});

test("where no fault is planned nothing goes wrong", async () => {
  const faults = new Set(ACTION_KINDS.filter(({ fault }) => fault).map(({ name }) => name));
  for (let seed = 100; seed < 110; seed += 1) {
    const plan = drawPlan(seed);
    const actions = plan.actions.filter(({ kind }) => !faults.has(kind));
    const { outcome, trace } = await run({ ...plan, actions });
    expect(outcome).toMatchObject({ failure: null, faults: {} });
    expect(trace.filter((line) => line.includes(" error: "))).toEqual([]);
  }
});
