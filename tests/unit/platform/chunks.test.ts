import { expect, test } from "bun:test";
import { chunksOf } from "../../../src/platform/chunks.ts";

test.each([
  [[], []],
  [[1, 2], [[1, 2]]],
  [[1, 2, 3], [[1, 2, 3]]],
  [
    [1, 2, 3, 4, 5, 6, 7],
    [[1, 2, 3], [4, 5, 6], [7]],
  ],
])("%j, three at a time, are %j", (items, chunks) => {
  expect([...chunksOf<number>(items, 3)]).toEqual(chunks);
});
