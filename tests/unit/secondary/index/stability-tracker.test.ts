import { expect, test } from "bun:test";
import type { Stamp } from "../../../../src/secondary/index/file-record.ts";
import { Task } from "../../../../src/secondary/index/pending-file.ts";
import { SETTLE, Settling } from "../../../../src/secondary/index/stability-tracker.ts";

const WALL = 1_700_000_000_000;

/** A stamp of a file last changed `age` ms before WALL. */
function stamp(age: number, size = 1): Stamp {
  const time = BigInt(WALL - age) * 1_000_000n;
  return { size, mtimeNs: time, ctimeNs: time, inode: 7n };
}

test("a file that was quiet long ago is at rest at once", () => {
  const settling = new Settling();
  settling.see(stamp(60_000), 5, WALL);
  expect(settling.remaining(5, SETTLE)).toBe(0);
});

test("a fresh file rests when it has been quiet for the whole time", () => {
  const settling = new Settling();
  settling.see(stamp(400), 5, WALL);
  expect(settling.remaining(5, SETTLE)).toBe(600);
  settling.see(stamp(400), 605, WALL + 600);
  expect(settling.remaining(605, SETTLE)).toBe(0);
});

test("an old modification time with a new change time is fresh", () => {
  const settling = new Settling();
  settling.see({ ...stamp(60_000), ctimeNs: stamp(0).ctimeNs }, 5, WALL);
  expect(settling.remaining(5, SETTLE)).toBe(1_000);
});

test("a time in the future costs one period of watching, whatever the wall clock does", () => {
  const settling = new Settling();
  settling.see(stamp(-3_600_000), 5, WALL);
  expect(settling.remaining(5, SETTLE)).toBe(1_000);
  settling.see(stamp(-3_600_000), 1_005, WALL - 7_200_000);
  expect(settling.remaining(1_005, SETTLE)).toBe(0);
});

test("every change starts the time anew, even to old times", () => {
  const settling = new Settling();
  settling.see(stamp(60_000), 5, WALL);
  expect(settling.changed).toBe(false);
  settling.see(stamp(50_000, 2), 500, WALL);
  expect(settling.changed).toBe(true);
  expect(settling.remaining(500, SETTLE)).toBe(1_000);
});

test("what has vanished is held for the same time", () => {
  const settling = new Settling();
  settling.see(null, 5, WALL);
  expect(settling.remaining(5, SETTLE)).toBe(1_000);
  settling.see(null, 905, WALL);
  expect(settling.remaining(905, SETTLE)).toBe(100);
});

test("a task refuses a way that is not in its table, and ends its timer when it leaves a state", () => {
  const task = new Task("a");
  expect(() => task.move("hashing")).toThrow();
  let cancelled = 0;
  task.move("looking");
  task.move("resting", () => {
    cancelled += 1;
  });
  task.move("done");
  expect(cancelled).toBe(1);
  expect(() => task.move("queued")).toThrow();
});
