import { expect, test } from "bun:test";
import { LoopYielder } from "../../../../src/secondary/scanning/yield-to-loop.ts";

const STEPS = 64;

test("others get their turn after some pieces of work, for which all who do the same work wait together", async () => {
  const turns: (() => void)[] = [];
  const yielder = new LoopYielder({ nextTurn: (run) => void turns.push(run) });
  for (let round = 1; round <= 2; round++) {
    for (let step = 1; step < STEPS; step++) await yielder.yieldIfDue();
    expect(turns).toHaveLength(0);
    let gone = 0;
    const waiting = [1, 2].map(async () => {
      await yielder.yieldIfDue();
      gone += 1;
    });
    await Promise.resolve();
    expect([turns.length, gone]).toEqual([1, 0]);
    turns.pop()?.();
    await Promise.all(waiting);
    expect(gone).toBe(2);
  }
});
