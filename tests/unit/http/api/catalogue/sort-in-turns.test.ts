import { expect, test } from "bun:test";
import fc from "fast-check";
import { CATALOGUE_TURNS } from "../../../../../src/http/api/catalogue/catalogue-turns.ts";
import { sortInTurns } from "../../../../../src/http/api/catalogue/sort-in-turns.ts";
import { Turns } from "../../../../../src/platform/turns/turns.ts";

/** Each look at the clock is a millisecond later. */
function countingClock() {
  const counted = { turns: 0, time: 0 };
  const clock = {
    now: () => {
      counted.time += 1;
      return counted.time;
    },
    nextTurn: (run: () => void) => {
      counted.turns += 1;
      queueMicrotask(run);
    },
  };
  return { clock, counted };
}

test("very many are in the same order as if they were sorted at once, those that are equal too", async () => {
  const items = fc.integer({ min: 0, max: 9000 }).chain((length) => {
    return fc.infiniteStream(fc.nat(50)).map((values) => {
      return Array.from({ length }, (_, index) => ({ value: values.next().value as number, index }));
    });
  });
  const compare = (one: { value: number }, other: { value: number }) => one.value - other.value;
  await fc.assert(
    fc.asyncProperty(items, async (given) => {
      const before = given.slice();
      const sorted = await sortInTurns(given, compare, new Turns(countingClock().clock, CATALOGUE_TURNS));
      expect(sorted).toEqual(given.toSorted(compare));
      expect(given).toEqual(before);
    }),
    { numRuns: 20 },
  );
});

test("others have their turn meanwhile", async () => {
  const { clock, counted } = countingClock();
  const items = Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 100_003);
  await sortInTurns(items, (one, other) => one - other, new Turns(clock, CATALOGUE_TURNS));
  expect(counted.turns).toBeGreaterThan((7 * 100_000) / 128 / 4);
});

test("what is in its order already, or the other way round, is hardly compared", async () => {
  let compared = 0;
  const compare = (one: number, other: number) => {
    compared += 1;
    return one - other;
  };
  const ascending = Array.from({ length: 50_000 }, (_, index) => index);
  for (const given of [ascending, ascending.toReversed()]) {
    compared = 0;
    expect(await sortInTurns(given, compare, new Turns(countingClock().clock, CATALOGUE_TURNS))).toEqual(ascending);
    expect(compared).toBeLessThan(2 * given.length);
  }
});
