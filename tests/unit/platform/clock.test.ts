import { beforeEach, expect, spyOn, test } from "bun:test";
import { delay, systemClock, unlessAborted, within } from "../../../src/platform/clock.ts";
import { FakeClock } from "../../support/fake-clock.ts";

let clock: FakeClock;
let ending: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  ending = new AbortController();
});

test("a delay ends at its time, or as soon as it is ended", async () => {
  let over = 0;
  const count = () => {
    over += 1;
  };
  void delay(clock, 100, ending.signal).then(count);
  void delay(clock, 200, ending.signal).then(count);
  clock.advance(100);
  await Promise.resolve();
  expect([over, clock.pending]).toEqual([1, 1]);
  ending.abort();
  await Promise.resolve();
  expect([over, clock.pending]).toEqual([2, 0]);
  await delay(clock, 100, ending.signal);
  expect(clock.pending).toBe(0);
});

test("work that is in time settles as it does, and nothing is left of the wait", async () => {
  expect(await within(clock, 100, Promise.resolve("done"))).toBe("done");
  await expect(within(clock, 100, Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(clock.pending).toBe(0);
});

test("work that is late is not waited for, whatever becomes of it", async () => {
  const work = Promise.withResolvers<void>();
  const outcome = within(clock, 100, work.promise);
  clock.advance(100);
  expect(await outcome).toBe("late");
  work.reject(new Error("too late to be heard of"));
  await Bun.sleep(0);
});

test("work settles as it does, unless it is aborted before", async () => {
  expect(await unlessAborted(ending.signal, Promise.resolve("done"))).toBe("done");
  const waiting = unlessAborted(ending.signal, new Promise(() => {}));
  ending.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  await expect(unlessAborted(ending.signal, new Promise(() => {}))).rejects.toThrow("stopped");
});

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
