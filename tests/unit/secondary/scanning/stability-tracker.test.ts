import { expect, test } from "bun:test";
import type { Fingerprint } from "../../../../src/platform/content-state.ts";
import { SETTLE_MS } from "../../../../src/secondary/folder/settle.ts";
import { PendingFile } from "../../../../src/secondary/scanning/pending-file.ts";
import { StabilityTracker } from "../../../../src/secondary/scanning/stability-tracker.ts";

const WALL = 1_700_000_000_123;

/** A fingerprint of a file last changed `age` ms before WALL. */
function fingerprint(age: number, size = 1): Fingerprint {
  const time = BigInt(WALL - age) * 1_000_000n;
  return { size, mtimeNs: time, ctimeNs: time, inode: 7n };
}

test("a file that was quiet long ago is at rest at once", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(60_000), 5, WALL);
  expect(settling.remaining(5, SETTLE_MS)).toBe(0);
});

test("a fresh file rests when it has been quiet for the whole time", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(400), 5, WALL);
  expect(settling.remaining(5, SETTLE_MS)).toBe(600);
  settling.observe(fingerprint(400), 605, WALL + 600);
  expect(settling.remaining(605, SETTLE_MS)).toBe(0);
});

test("an old modification time with a new change time is fresh", () => {
  const settling = new StabilityTracker();
  settling.observe({ ...fingerprint(60_000), ctimeNs: fingerprint(0).ctimeNs }, 5, WALL);
  expect(settling.remaining(5, SETTLE_MS)).toBe(1_000);
});

test("a time in the future costs one period of watching, whatever the wall clock does", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(-3_600_000), 5, WALL);
  expect(settling.remaining(5, SETTLE_MS)).toBe(1_000);
  settling.observe(fingerprint(-3_600_000), 1_005, WALL - 7_200_000);
  expect(settling.remaining(1_005, SETTLE_MS)).toBe(0);
});

test("every change starts the time anew, even to old times", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(60_000), 5, WALL);
  expect(settling.changed).toBe(false);
  settling.observe(fingerprint(50_000, 2), 500, WALL);
  expect(settling.changed).toBe(true);
  expect(settling.remaining(500, SETTLE_MS)).toBe(1_000);
});

test("a change that the system told of starts the time anew when it was told, not when it is seen", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(0, 0), 5, WALL);
  settling.touch(400);
  settling.touch(700);
  expect(settling.changed).toBe(true);
  expect(settling.remaining(1_005, SETTLE_MS)).toBe(695);
  settling.observe(fingerprint(-695), 1_705, WALL + 1_700);
  expect(settling.remaining(1_705, SETTLE_MS)).toBe(0);
});

test("a change of which the system has not told yet starts it anew, although it told of one before", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(0, 0), 5, WALL);
  settling.touch(400);
  settling.observe(fingerprint(-1_200), 1_405, WALL + 1_400);
  expect(settling.remaining(1_405, SETTLE_MS)).toBe(800);
  settling.observe(fingerprint(-1_300), 2_000, WALL + 1_995);
  expect(settling.remaining(2_000, SETTLE_MS)).toBe(1_000);
});

test("what vanishes and comes back as it was has changed all the same, and rests anew each time", () => {
  const settling = new StabilityTracker();
  settling.observe(fingerprint(60_000), 5, WALL);
  settling.observe(null, 500, WALL + 495);
  expect([settling.changed, settling.present, settling.remaining(500, SETTLE_MS)]).toEqual([true, false, 1_000]);
  settling.observe(fingerprint(60_000), 900, WALL + 895);
  expect([settling.present, settling.remaining(900, SETTLE_MS)]).toEqual([true, 1_000]);
});

test("what has vanished is held for the same time", () => {
  const settling = new StabilityTracker();
  settling.observe(null, 5, WALL);
  expect(settling.remaining(5, SETTLE_MS)).toBe(1_000);
  settling.observe(null, 905, WALL);
  expect(settling.remaining(905, SETTLE_MS)).toBe(100);
});

test("a task refuses a way that is not in its table, and ends its timer when it leaves a state", () => {
  const task = new PendingFile("a");
  expect(() => task.become("queued")).toThrow();
  let cancelled = 0;
  task.become("checking");
  task.become("resting", () => {
    cancelled += 1;
  });
  task.become("done");
  expect(cancelled).toBe(1);
  expect(() => task.become("queued")).toThrow();
});
