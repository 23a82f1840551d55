import { expect, test } from "bun:test";
import { Batcher } from "../../../src/platform/batcher.ts";

test("what is asked in one turn is answered together, in pieces of a bounded length", async () => {
  const asked: number[][] = [];
  const together = new Batcher(async (questions: readonly number[]) => {
    asked.push([...questions]);
    return questions.map((question) => question * 2);
  }, 3);
  expect(await Promise.all([1, 2, 3, 4].map((question) => together.load(question)))).toEqual([2, 4, 6, 8]);
  expect(await together.load(5)).toBe(10);
  expect(asked).toEqual([[1, 2, 3], [4], [5]]);
});

test("all who asked hear of a failure", async () => {
  const together = new Batcher(() => Promise.reject(new Error("no")), 10);
  const answers = await Promise.allSettled([together.load(1), together.load(2)]);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
