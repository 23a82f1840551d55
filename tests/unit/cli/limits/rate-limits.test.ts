import { expect, test } from "bun:test";
import { clientLimitConsole, secondaryLimitConsole } from "../../../../src/cli/limits/limit-console.ts";
import { type ClientLimit, SECONDARY_WORDS, type SecondaryLimit } from "../../../../src/cli/limits/limit-flags.ts";
import type { Rate } from "../../../../src/cli/limits/rate.ts";
import { RateLimits } from "../../../../src/cli/limits/rate-limits.ts";
import { parseScheduledLimit } from "../../../../src/cli/limits/schedule.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const MIB = 1024 ** 2;
const HOUR = 3_600_000;

/** A secondary that is started at six in the morning, where this test runs. */
function setUp(standing: Partial<Record<SecondaryLimit, Rate>>, ...schedule: string[]) {
  const clock = new FakeClock(new Date(2026, 5, 1, 6).getTime());
  const now = new Map<SecondaryLimit, Rate>();
  const logged: string[] = [];
  const kinds = ["upload", "copy", "download"] as const;
  const limits = new RateLimits<SecondaryLimit>(
    {
      clock,
      log: { info: (_event, message) => void logged.push(String(message)) },
      apply: new Map(kinds.map((kind) => [kind, (rate: Rate) => void now.set(kind, rate)] as const)),
    },
    {
      standing: new Map(kinds.map((kind) => [kind, standing[kind] ?? null] as const)),
      schedule: schedule.map((text) => parseScheduledLimit(text, SECONDARY_WORDS)).filter((limit) => limit !== null),
    },
  );
  limits.start();
  const rates = () => kinds.map((kind) => (now.get(kind) ?? 0) / MIB);
  return { clock, limits, logged, rates, console: secondaryLimitConsole(limits) };
}

test("without a schedule the flags hold, and no timer runs", () => {
  const { clock, rates } = setUp({ upload: 20 * MIB });
  expect(rates()).toEqual([20, 0, 0]);
  expect(clock.pending).toBe(0);
});

test("the schedule holds at its times, and what the flags say at the others", () => {
  const { clock, limits, logged, rates } = setUp({ upload: 20 * MIB }, "08:00-18:00 2M", "18:00-07:00 copy 1M");
  expect(rates()).toEqual([20, 1, 0]);
  clock.advance(HOUR + 1000);
  expect(rates()).toEqual([20, 0, 0]);
  clock.advance(HOUR);
  expect(rates()).toEqual([2, 0, 2]);
  clock.advance(10 * HOUR);
  expect(rates()).toEqual([20, 1, 0]);
  expect(logged).toEqual([
    "copy limit: no limit",
    "upload limit: 2.0 MiB/s (08:00-18:00)",
    "download limit: 2.0 MiB/s (08:00-18:00)",
    "upload limit: 20.0 MiB/s",
    "copy limit: 1.0 MiB/s (18:00-07:00)",
    "download limit: no limit",
  ]);
  limits.stop();
  expect(clock.pending).toBe(0);
});

test("what somebody says holds until the schedule changes, and where the schedule says nothing", () => {
  const { clock, rates, console } = setUp({ upload: 20 * MIB }, "08:00-18:00 2M");
  console.change("upload 5M");
  expect(rates()).toEqual([5, 0, 0]);
  clock.advance(3 * HOUR);
  expect(rates()).toEqual([2, 0, 2]);
  console.change("upload 7M");
  clock.advance(HOUR);
  expect(rates()).toEqual([7, 0, 2]);
  clock.advance(10 * HOUR);
  expect(rates()).toEqual([7, 0, 0]);
  clock.advance(12 * HOUR);
  expect(rates()).toEqual([2, 0, 2]);
});

test("the console changes one limit, both directions, or lifts all, and shows what holds now and why", () => {
  const { clock, rates, console } = setUp({ copy: MIB }, "08:00-18:00 download 2M");
  console.change("10M");
  expect(rates()).toEqual([10, 1, 10]);
  console.change("UPLOAD 3M");
  expect(rates()).toEqual([3, 1, 10]);
  clock.advance(3 * HOUR);
  const shown = console.change("");
  expect(shown).toContain("3.0 MiB/s");
  expect(shown).toMatch(/download\s+2\.0 MiB\/s\s+by the schedule, 08:00-18:00/);
  console.change("download 4M");
  expect(console.change("")).toMatch(/download\s+4\.0 MiB\/s\s+until the schedule changes \(08:00-18:00\)/);
  console.change("off");
  expect(rates()).toEqual([0, 0, 0]);
});

test("what is no limit is refused with what it takes", () => {
  const { rates, console } = setUp({ upload: MIB });
  for (const text of ["fast", "upload", "upload 5", "sideways 5M", "upload 5M now", "-1"]) {
    expect(() => console.change(text)).toThrow("[upload|copy|download] RATE");
  }
  expect(rates()).toEqual([1, 0, 0]);
});

test("a client has one limit", () => {
  const clock = new FakeClock();
  const set: Rate[] = [];
  const limits = new RateLimits<ClientLimit>(
    { clock, log: { info() {} }, apply: new Map([["rate", (rate: Rate) => void set.push(rate)]]) },
    { standing: new Map([["rate", 10 * MIB]]), schedule: [] },
  );
  const console = clientLimitConsole(limits);
  expect(console.change("")).toBe("10.0 MiB/s");
  expect(console.change("500K")).toBe("500.0 KiB/s");
  expect(console.change("off")).toBe("no limit");
  expect(() => console.change("upload 5M")).toThrow("it takes RATE");
  expect(set).toEqual([10 * MIB, 500 * 1024, null]);
});
