import { expect, test } from "bun:test";
import { Beat, beatOf } from "../../../../src/platform/process/beat.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

/** When each of the calls came, in milliseconds since the beginning. */
function calls(clock: FakeClock): { readonly at: number[]; readonly note: () => void } {
  const at: number[] = [];
  return { at, note: () => at.push(clock.passed) };
}

test("what has one period is done at the same time, whenever it was begun", () => {
  const clock = new FakeClock();
  const beat = new Beat(clock);
  const [early, late] = [calls(clock), calls(clock)];
  beat.every(2000, early.note);
  clock.advance(1300);
  beat.every(2000, late.note);
  clock.advance(4700);
  expect(early.at).toEqual([2000, 4000, 6000]);
  expect(late.at).toEqual([2000, 4000, 6000]);
});

test("one timer is enough for all of it, and none is left when nothing is", () => {
  const clock = new FakeClock();
  const beat = new Beat(clock);
  const cancels = [4000, 2000, 500].map((period) => beat.every(period, () => {}));
  expect(clock.pending).toBe(1);
  clock.advance(10_000);
  expect(clock.pending).toBe(1);
  for (const cancel of [...cancels, ...cancels]) cancel();
  expect(clock.pending).toBe(0);
});

test("a shorter period comes in between", () => {
  const clock = new FakeClock();
  const beat = new Beat(clock);
  const [long, short] = [calls(clock), calls(clock)];
  beat.every(2000, long.note);
  beat.every(500, short.note);
  clock.advance(4000);
  expect(long.at).toEqual([2000, 4000]);
  expect(short.at).toEqual([500, 1000, 1500, 2000, 2500, 3000, 3500, 4000]);
});

test("what is cancelled by another one at the same moment is not done any more", () => {
  const clock = new FakeClock();
  const beat = new Beat(clock);
  const { at, note } = calls(clock);
  let cancel = () => {};
  beat.every(1000, () => cancel());
  cancel = beat.every(1000, note);
  clock.advance(5000);
  expect(at).toEqual([]);
});

/** Time and timers in the hands of a test: one that comes when it was not due. */
function unpunctual(start: number) {
  const timers: { readonly delay: number; readonly run: () => void }[] = [];
  const clock = {
    time: start,
    now: () => clock.time,
    after: (delay: number, run: () => void) => {
      timers.push({ delay, run });
      return () => {};
    },
    nextTurn: (run: () => void) => run(),
  };
  return { clock, timers };
}

test("what comes late is done once", () => {
  const { clock, timers } = unpunctual(10_000);
  let count = 0;
  new Beat(clock).every(1000, () => {
    count += 1;
  });
  clock.time = 60_300;
  timers.shift()?.run();
  expect(count).toBe(1);
  expect(timers.map(({ delay }) => delay)).toEqual([700]);
});

test("a timer that is early by a part of a millisecond counts as the one that was due", () => {
  const { clock, timers } = unpunctual(10_000);
  let count = 0;
  new Beat(clock).every(1000, () => {
    count += 1;
  });
  clock.time = 10_999.7;
  timers.shift()?.run();
  expect(count).toBe(1);
  expect(timers[0]?.delay).toBeCloseTo(1000.3);
});

test("after some of many, others have their turn", async () => {
  const clock = new FakeClock();
  const beat = new Beat(clock);
  let count = 0;
  for (let index = 0; index < 200; index++) {
    beat.every(1000, () => {
      count += 1;
    });
  }
  clock.advance(1000);
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(200);
  while (count < 200) await new Promise<void>((resolve) => clock.nextTurn(resolve));
  expect(count).toBe(200);
});

test("all that goes by one clock has one beat", () => {
  const clock = new FakeClock();
  expect(beatOf(clock)).toBe(beatOf(clock));
  expect(beatOf(new FakeClock())).not.toBe(beatOf(clock));
});
