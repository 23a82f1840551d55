import { expect, test } from "bun:test";
import { ServerLoad } from "../../../../../src/net/session/fairness/server-load.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

test("turns come one after the other, in order, with time for others in between, also after one that throws", () => {
  const clock = new FakeClock();
  const later: (() => void)[] = [];
  clock.nextTurn = (run) => void later.push(run);
  const next = () => later.shift()?.();
  const load = new ServerLoad(clock);
  const had: string[] = [];
  const cancel = load.waitForTurn(() => had.push("cancelled"));
  load.waitForTurn(() => {
    had.push("first");
    throw new Error("broken");
  });
  load.waitForTurn(() => had.push("second"));
  cancel();
  expect(later).toHaveLength(1);
  expect(next).toThrow("broken");
  expect(had).toEqual(["first"]);
  next();
  expect(had).toEqual(["first", "second"]);
  load.waitForTurn(() => had.push("third"));
  next();
  expect([had.length, later.length]).toEqual([3, 0]);
});
