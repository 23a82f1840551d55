import { afterEach, expect, test } from "bun:test";
import { compileLate, compilingArguments, isToCompileLate } from "../../../../src/platform/process/late-compiling.ts";

// For the tests that run after these in the same process.
afterEach(() => Bun.unsafe.setJITPolicy(1));

test("a thread compiles late exactly where the one that has started it does", () => {
  const argumentsOf = () => ["/program", "connections", "null", ...compilingArguments()];
  expect(isToCompileLate(argumentsOf())).toBe(false);
  compileLate();
  expect(isToCompileLate(argumentsOf())).toBe(true);
});
