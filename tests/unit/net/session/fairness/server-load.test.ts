import { expect, test } from "bun:test";
import { ServerLoad } from "../../../../../src/net/session/fairness/server-load.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

test("turns come one after the other, in order, with time for others in between, also after one that throws", () => {
  const clock = new FakeClock();
  const load = new ServerLoad(clock);
  const had: string[] = [];
  const cancel = load.waitForTurn(() => had.push("cancelled"));
  load.waitForTurn(() => {
    had.push("first");
    throw new Error("broken");
  });
  load.waitForTurn(() => had.push("second"));
  cancel();
  expect(clock.pending).toBe(1);
  expect(() => clock.advance(0)).toThrow("broken");
  expect(had).toEqual(["first"]);
  clock.advance(0);
  expect(had).toEqual(["first", "second"]);
  load.waitForTurn(() => had.push("third"));
  clock.advance(0);
  expect([had.length, clock.pending]).toEqual([3, 0]);
});
