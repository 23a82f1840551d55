import { expect, test } from "bun:test";
import { FairShares } from "../../../../src/secondary/pacing/fair-shares.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const MB = 1_000_000;

/** A connection that gets so much of a line on which others wait with it, in bytes for each second. */
class Line {
  limit: number | null = null;
  open = true;
  private acknowledged = 0;

  constructor(
    public rate: number,
    readonly isSameMachine = false,
  ) {}

  pass(ms: number): void {
    this.acknowledged += (Math.min(this.rate, this.limit ?? this.rate) * ms) / 1000;
  }

  progress() {
    return this.open ? { acknowledged: Math.round(this.acknowledged), rtt: 60, leastRtt: 1, sinceArrival: 0 } : null;
  }

  limitSending(limit: number | null): void {
    this.limit = limit;
  }
}

function setUp() {
  const clock = new FakeClock();
  const shares = new FairShares(clock);
  const [much, little, copy] = [new Line(9 * MB), new Line(MB), new Line(3 * MB)];
  /** Lets time pass in which all of these are sent something. */
  const run = (seconds: number, ...lines: readonly Line[]) => {
    for (let ms = 0; ms < 1000 * seconds; ms += 100) {
      for (const line of lines) {
        shares.sending(line, line !== copy);
        line.pass(100);
      }
      clock.advance(100);
    }
  };
  return { clock, shares, much, little, copy, run };
}

test("clients on one line have the same level, and a copy a third of it", () => {
  const { shares, much, little, copy, run } = setUp();
  run(4, much, little, copy);
  expect(much.limit).toBeGreaterThan(0);
  expect(much.limit).toBeLessThan(9 * MB);
  expect(little.limit).toBe(much.limit);
  expect(copy.limit).toBeCloseTo((much.limit ?? 0) / 3, 3);
  shares.stop();
});

test("clients on this machine have all they get, whatever they get", () => {
  const { shares, run } = setUp();
  const [much, little] = [new Line(9 * MB, true), new Line(MB, true)];
  run(10, much, little);
  expect([much.limit, little.limit]).toEqual([null, null]);
  shares.stop();
});

test("copies alone, and with one client, have all they get", () => {
  const { shares, much, copy, run } = setUp();
  run(10, much, copy);
  expect([much.limit, copy.limit]).toEqual([null, null]);
  shares.stop();
});

test("who stays has all again when the other is gone", () => {
  const { shares, much, little, run } = setUp();
  run(4, much, little);
  shares.closed(little);
  run(1, much);
  expect(much.limit).toBeNull();
  shares.stop();
});

test("who has been sent nothing for seconds is let go, and then nobody looks any more", () => {
  const { clock, much, little, run } = setUp();
  run(4, much, little);
  expect(much.limit).not.toBeNull();
  clock.advance(10_000);
  expect([much.limit, little.limit]).toEqual([null, null]);
  expect(clock.pending).toBe(0);
});

test("what still comes through of what was sent before is looked at, without anything new", () => {
  const { clock, shares, much, little, run } = setUp();
  run(4, much, little);
  for (let ms = 0; ms < 20_000; ms += 100) {
    much.pass(100);
    little.pass(100);
    clock.advance(100);
  }
  expect(much.limit).not.toBeNull();
  shares.stop();
});

test("a connection that is over is not looked at any more", () => {
  const { clock, much, little, run } = setUp();
  run(4, much, little);
  much.open = false;
  little.open = false;
  clock.advance(200);
  expect(clock.pending).toBe(0);
});

test("a network that does not tell how it gets on is let alone", () => {
  const { clock, shares } = setUp();
  shares.sending({}, true);
  expect(clock.pending).toBe(0);
});

test("after its end it keeps no timer", () => {
  const { clock, shares, much, little, run } = setUp();
  run(1, much, little);
  expect(clock.pending).toBe(1);
  shares.stop();
  shares.sending(much, true);
  expect(clock.pending).toBe(0);
});
