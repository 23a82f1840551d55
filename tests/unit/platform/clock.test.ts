import { expect, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";

test("what is due already is done in the next turn, and no warning of the runtime gets to the user", async () => {
  const warnings: Error[] = [];
  const listener = (warning: Error) => void warnings.push(warning);
  process.on("warning", listener);
  await new Promise<void>((resolve) => systemClock.after(-5, resolve));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listener);
  expect(warnings).toEqual([]);
});
