import { expect, test } from "bun:test";
import { countedTurns, Turns } from "../../../../src/platform/turns/turns.ts";

const STEPS = 64;

test("others get their turn after some pieces of work, for which all who do the same work wait together", async () => {
  const turns: (() => void)[] = [];
  const work = new Turns({ now: () => 0, nextTurn: (run) => void turns.push(run) }, countedTurns(STEPS));
  for (let round = 1; round <= 2; round++) {
    for (let step = 1; step < STEPS; step++) await work.nextIfDue();
    expect(turns).toHaveLength(0);
    let gone = 0;
    const waiting = [1, 2].map(async () => {
      await work.nextIfDue();
      gone += 1;
    });
    await Promise.resolve();
    expect([turns.length, gone]).toEqual([1, 0]);
    turns.pop()?.();
    await Promise.all(waiting);
    expect(gone).toBe(2);
  }
});

test("work that is timed looks at the clock after some steps, and has its turn until then", async () => {
  let [now, others] = [0, 0];
  const nextTurn = (run: () => void) => {
    others += 1;
    run();
  };
  const work = new Turns({ now: () => now, nextTurn }, { steps: 4, milliseconds: 2 });
  const steps = (count: number) => Array.from({ length: count }, () => work.step());
  expect(steps(8)).toEqual(Array(8).fill(false));
  now = 2;
  expect(steps(4)).toEqual([false, false, false, true]);
  expect(work.isOver).toBe(true);
  await work.next();
  expect([others, work.isOver]).toEqual([1, false]);
  now = 3;
  expect(steps(4)).toEqual([false, false, false, false]);
});
