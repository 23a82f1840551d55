import { expect, test } from "bun:test";
import { BatchTotal } from "../../../../src/client/batch/batch-total.ts";

const finished = (name: string, bytes: number) => ({ name, bytes });

const FILES = [
  { name: "a", size: 1000 },
  { name: "b", size: 3000 },
  { name: "c", size: 6000 },
];
const NOTHING = { done: 0, moved: 0 };

test("counts what is done, and the files that are left", () => {
  const total = new BatchTotal(FILES);
  expect(total.progress(NOTHING, 0)).toEqual({ done: 0, total: 10_000, rate: 0, filesLeft: 3 });
  expect(total.progress({ done: 500, moved: 500 }, 1000)).toMatchObject({ done: 500, rate: 500, filesLeft: 3 });
  total.ended(finished("a", 1000));
  expect(total.progress({ done: 500, moved: 500 }, 2000)).toMatchObject({ done: 1500, rate: 750, filesLeft: 2 });
});

test("what was there is done, and no part of the rate", () => {
  const total = new BatchTotal(FILES);
  total.progress(NOTHING, 0);
  total.ended(finished("b", 0));
  expect(total.progress({ done: 2000, moved: 100 }, 1000)).toEqual({
    done: 5000,
    total: 10_000,
    rate: 100,
    filesLeft: 2,
  });
});

test("what has failed is not waited for, and what was not in the plan not counted", () => {
  const total = new BatchTotal(FILES);
  total.ended(finished("c", 10));
  total.ended(finished("x", 0));
  expect(total.progress(NOTHING, 0)).toMatchObject({ done: 6000, filesLeft: 2 });
});

test("the rate is that of the last five seconds, and never negative", () => {
  const total = new BatchTotal(FILES);
  for (let second = 0; second <= 20; second++)
    total.progress({ done: 0, moved: Math.min(10, second) * 100 }, second * 1000);
  expect(total.progress({ done: 0, moved: 1000 }, 21_000).rate).toBe(0);
  expect(total.progress({ done: 0, moved: 1500 }, 22_000).rate).toBe(100);
  expect(total.progress(NOTHING, 23_000).rate).toBe(0);
});
