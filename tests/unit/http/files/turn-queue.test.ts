import { expect, test } from "bun:test";
import { TurnQueue } from "../../../../src/http/files/turn-queue.ts";

const TURN_MS = 5;

/** Work of one millisecond each, on a clock of its own; `nextTurn` gives everything else its turn. */
function setUp() {
  let now = 0;
  const done: string[] = [];
  const due: (() => void)[] = [];
  const turns = new TurnQueue({ now: () => now, nextTurn: (run) => void due.push(run) }, TURN_MS);
  return {
    done,
    take: (name: string) =>
      new Promise<void>((resolve) => {
        turns.run(() => {
          done.push(name);
          now += 1;
          resolve();
        });
      }),
    /** Whether somebody has asked for another turn. */
    nextTurn(): boolean {
      const [run, ...more] = due.splice(0);
      expect(more).toEqual([]);
      run?.();
      return run !== undefined;
    },
  };
}

const names = (count: number, letter = "a") => Array.from({ length: count }, (_, index) => `${letter}${index}`);

test("work is done at once, and no more than fits into a turn", () => {
  const { take, done, nextTurn } = setUp();
  for (const name of names(12)) void take(name);
  expect(done).toEqual(names(5));
  expect(nextTurn()).toBeTrue();
  expect(done).toEqual(names(10));
  expect(nextTurn()).toBeTrue();
  expect(done).toEqual(names(12));
  expect(nextTurn()).toBeFalse();
});

test("who comes while others wait is behind them, also where the turn is not over", async () => {
  const { take, done, nextTurn } = setUp();
  const first = names(7).map(take);
  nextTurn();
  // Two of a turn's five milliseconds are used, and nobody waits.
  await first[6];
  for (const name of names(4, "b")) void take(name);
  expect(done).toEqual([...names(7), ...names(3, "b")]);
  void take("c");
  nextTurn();
  expect(done).toEqual([...names(7), ...names(4, "b"), "c"]);
});

test("many who come back again and again have equal parts, and none more than one turn in a row", async () => {
  const { take, done, nextTurn } = setUp();
  const reader = async (name: string) => {
    for (let block = 0; block < 20; block++) await take(name);
  };
  const all = Promise.all(names(10).map(reader));
  let turns = 0;
  for (let before = -1; before !== done.length; ) {
    before = done.length;
    await Bun.sleep(0);
    if (nextTurn()) turns += 1;
    expect(done.length - before).toBeLessThanOrEqual(TURN_MS);
  }
  await all;
  expect(turns).toBeGreaterThanOrEqual(200 / TURN_MS - 1);
  const half = done.slice(0, 100);
  expect(names(10).map((name) => half.filter((one) => one === name).length)).toEqual(Array(10).fill(10));
});
