import { expect, test } from "bun:test";
import { CHECK_INTERVAL_MS, ProgressDeadline } from "../../../../src/transfer/connection/progress-deadline.ts";

/**
 * Checks each second until the source is given up; `deliver` returns what comes in each. Gives the seconds, at most
 * 100.
 */
function secondsUntilOver(deliver: (deadline: ProgressDeadline, second: number, now: number) => void): number {
  const deadline = new ProgressDeadline(0);
  for (let second = 1; second <= 100; second++) {
    const now = second * CHECK_INTERVAL_MS;
    deliver(deadline, second, now);
    if (deadline.check(now) !== null) return second;
  }
  return 100;
}

test("a source that sends nothing, or next to nothing, is given up", () => {
  expect(secondsUntilOver(() => {})).toBe(20);
  expect(secondsUntilOver((deadline, _second, now) => deadline.received(100, now))).toBe(20);
});

test("one that sends a kilobyte a second, or finishes an answer now and then, is not", () => {
  expect(secondsUntilOver((deadline, _second, now) => deadline.received(1024, now))).toBe(100);
  expect(secondsUntilOver((deadline, second, now) => second % 15 === 0 && deadline.renew(now))).toBe(100);
});

test("one that stops after it has sent much is given up as long after that", () => {
  expect(secondsUntilOver((deadline, second, now) => second < 30 && deadline.received(1_000_000, now))).toBe(49);
});

test("a thread that was held up itself gives the source a fresh span", () => {
  const deadline = new ProgressDeadline(0);
  expect(deadline.check(19_000)).toBeNull();
  for (let now = 20_000; now < 39_000; now += CHECK_INTERVAL_MS) expect(deadline.check(now)).toBeNull();
  expect(String(deadline.check(39_000))).toBe("has not answered for 20 s");
});

test("16 KiB are progress, a byte less is not", () => {
  const deliver = (bytes: number) =>
    secondsUntilOver((deadline, second, now) => second === 10 && deadline.received(bytes, now));
  expect(deliver(16 * 1024)).toBe(30);
  expect(deliver(16 * 1024 - 1)).toBe(20);
});

test("checks that come every two seconds are no sign of a thread that was held up", () => {
  const deadline = new ProgressDeadline(0);
  for (let now = 2000; now < 20_000; now += 2000) expect(deadline.check(now)).toBeNull();
  expect(deadline.check(20_000)).not.toBeNull();
});
