import { expect, test } from "bun:test";
import { sourceStats } from "../../../src/transfer/download-stats.ts";

const source = (number: number, bytes: number, faults: number) => ({ number, address: `s${number}:1`, bytes, faults });

test("sources that gave something or were at fault are named in the order of their numbers, others are not", () => {
  const sources = [source(12, 0, 1), source(3, 5, 0), source(2, 0, 0), source(1, 4, 4)];
  expect(sourceStats(sources)).toEqual([
    { number: 1, address: "s1:1", bytes: 4, faults: 4 },
    { number: 3, address: "s3:1", bytes: 5 },
    { number: 12, address: "s12:1", bytes: 0, faults: 1 },
  ]);
});
