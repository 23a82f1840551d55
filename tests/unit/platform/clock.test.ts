import { expect, spyOn, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";

/** The most that the runtime waits: with more it warns, and waits a millisecond. */
const LONGEST = 2 ** 31 - 1;

test("what is due already is done in the next turn, and no warning of the runtime gets to the user", async () => {
  const warnings: Error[] = [];
  const listener = (warning: Error) => void warnings.push(warning);
  process.on("warning", listener);
  await new Promise<void>((resolve) => systemClock.after(-5, resolve));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", listener);
  expect(warnings).toEqual([]);
});

test("what is due in months is waited for to its end", () => {
  const asked: { readonly ms: number; run(): void }[] = [];
  const later = (run: () => void, ms = 0) => {
    asked.push({ ms, run });
    return 0 as unknown as ReturnType<typeof setTimeout>;
  };
  const timeouts = spyOn(globalThis, "setTimeout").mockImplementation(later as typeof setTimeout);
  let ran = 0;
  try {
    systemClock.after(2 * LONGEST + 5, () => {
      ran += 1;
    });
    for (let turn = 0; turn < 3; turn++) {
      expect(ran).toBe(0);
      asked.at(-1)?.run();
    }
  } finally {
    timeouts.mockRestore();
  }
  expect([ran, asked.map(({ ms }) => ms)]).toEqual([1, [LONGEST, LONGEST, 5]]);
});
