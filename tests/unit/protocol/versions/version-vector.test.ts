import { expect, test } from "bun:test";
import {
  covers,
  extend,
  highestNumber,
  includesHistory,
  lastDot,
  MAX_BRANCHES,
  merge,
  numberOf,
  VECTOR_PATTERN,
  vectorFromIds,
} from "../../../../src/protocol/versions/version-vector.ts";

const [A, B, C] = ["aaaaaaaa", "bbbbbbbb", "cccccccc"];

test("the last element is the version's own", () => {
  expect(lastDot(`${A}:7 ${B}:12`)).toEqual({ branch: "bbbbbbbb", number: 12 });
  expect(lastDot("")).toBeNull();
  expect([numberOf(""), numberOf(`${A}:7`), numberOf(`${A}:9 ${B}:3`)]).toEqual([0, 7, 3]);
  expect([highestNumber(""), highestNumber(`${A}:7`), highestNumber(`${A}:9 ${B}:3`)]).toEqual([0, 7, 9]);
});

test.each([
  [`${A}:2`, `${A}:1`, true],
  [`${A}:1`, `${A}:2`, false],
  [`${A}:10`, `${A}:9`, true],
  [`${A}:2`, `${A}:2`, true],
  [`${A}:2 ${B}:3`, `${A}:1`, true],
  [`${A}:2 ${B}:3`, `${B}:3`, true],
  // Only the version's own place counts.
  [`${A}:2`, `${B}:9 ${A}:1`, true],
  [`${A}:2 ${B}:3`, `${A}:2 ${C}:3`, false],
  [`${A}:1`, "", false],
  ["", `${A}:1`, false],
  ["", "", false],
])("%p covers %p: %p", (vector, other, expected) => {
  expect(covers(vector, other)).toBe(expected);
});

test("a history includes another when it has all of its branches as far", () => {
  expect(includesHistory(`${A}:2 ${B}:3`, `${B}:1 ${A}:2`)).toBe(true);
  expect(includesHistory(`${A}:2 ${B}:3`, `${A}:3`)).toBe(false);
  expect(includesHistory(`${A}:2`, `${A}:1 ${B}:1`)).toBe(false);
  expect(includesHistory("", "")).toBe(true);
  expect(includesHistory(`${A}:1`, "")).toBe(true);
});

test("merge takes the highest of each branch, and the place of the first", () => {
  expect(merge(`${B}:1 ${A}:5`, `${B}:3 ${C}:2`)).toBe(`${C}:2 ${B}:3 ${A}:5`);
  expect(merge(`${A}:1`, `${B}:9`)).toBe(`${B}:9 ${A}:1`);
  expect(merge("", `${A}:1`)).toBe(`${A}:1`);
  expect(merge(`${A}:1`, "")).toBe(`${A}:1`);
});

test("extend goes on with a branch or begins one", () => {
  expect(extend("", A, 1)).toBe(`${A}:1`);
  expect(extend(`${A}:1`, A, 2)).toBe(`${A}:2`);
  expect(extend(`${A}:1 ${B}:4`, A, 5)).toBe(`${B}:4 ${A}:5`);
  expect(extend(`${A}:1`, B, 2)).toBe(`${A}:1 ${B}:2`);
});

test("beyond the bound the lowest numbers are left out, never the version's own", () => {
  let vector = "";
  for (let number = 1; number <= 200; number += 1) {
    vector = extend(vector, number.toString(16).padStart(8, "0"), number);
    expect(vector).toMatch(VECTOR_PATTERN);
    expect(numberOf(vector)).toBe(number);
  }
  expect(vector.split(" ")).toHaveLength(MAX_BRANCHES);
  expect(covers(vector, `${(137).toString(16).padStart(8, "0")}:137`)).toBe(true);
  expect(covers(vector, `${(136).toString(16).padStart(8, "0")}:136`)).toBe(false);
});

test("lists of ids from an earlier time give vectors in which each covers what it replaced", () => {
  const [one, two, three] = ["1", "2", "3"].map((digit) => digit.repeat(64)) as [string, string, string];
  const newest = vectorFromIds(three, [two, one]);
  expect(newest).toBe("11111111:1 22222222:1 33333333:1");
  expect(covers(newest, vectorFromIds(two, [one]))).toBe(true);
  expect(covers(newest, vectorFromIds(one, []))).toBe(true);
  expect(covers(vectorFromIds(two, [one]), newest)).toBe(false);
  expect(vectorFromIds(null, [two, one])).toBe(vectorFromIds(two, [one]));
  expect(vectorFromIds(null, [])).toBe("");
  expect(vectorFromIds(one, [two, one])).toBe("22222222:1 11111111:1");
});
