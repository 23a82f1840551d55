import { expect, test } from "bun:test";
import { ORDER_LIFETIME_MS, OrderedResults } from "../../../../../src/http/api/catalogue/ordered-results.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

test("an order is made once for those who go on with it, and for a few seconds alone", async () => {
  const clock = new FakeClock();
  const results = new OrderedResults<number>(clock);
  let made = 0;
  const make = async () => {
    made += 1;
    return [made];
  };
  expect(await Promise.all([results.get("a", make), results.get("a", make)])).toEqual([[1], [1]]);
  expect(await results.get("b", make)).toEqual([2]);
  clock.advance(ORDER_LIFETIME_MS - 1);
  expect(await results.get("a", make)).toEqual([1]);
  clock.advance(1);
  expect(await results.get("a", make)).toEqual([3]);
});

test("one that is made anew takes the place of the one before, and lives as long as any", async () => {
  const clock = new FakeClock();
  const results = new OrderedResults<number>(clock);
  await results.get("a", async () => [1]);
  clock.advance(ORDER_LIFETIME_MS - 1);
  await results.renew("a", async () => [2]);
  clock.advance(1);
  expect(await results.get("a", async () => [3])).toEqual([2]);
});

test("what could not be made is made again", async () => {
  const results = new OrderedResults<number>(new FakeClock());
  await expect(results.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await results.get("a", async () => [1])).toEqual([1]);
});
