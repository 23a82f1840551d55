import { expect, test } from "bun:test";
import { CHECK_INTERVAL_MS, Rest } from "../../../../src/platform/process/rest.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

test("memory is given back when work is over, and again only after more work", () => {
  const clock = new FakeClock();
  const state = { used: 1000, given: 0, released: 0 };
  const collectGarbage = () => {
    state.given += 1;
    state.used += 50;
  };
  const releaseCode = () => {
    state.released += 1;
  };
  const rest = new Rest({ clock, cpuMs: () => state.used, collectGarbage, releaseCode });
  rest.start();
  const pass = (looks: number, busyMs: number) => {
    for (let look = 0; look < looks; look++) {
      state.used += busyMs;
      clock.advance(CHECK_INTERVAL_MS);
    }
    return state.given;
  };
  expect(pass(5, CHECK_INTERVAL_MS / 2)).toBe(0);
  expect(state.released).toBe(0);
  expect(pass(1, 1)).toBe(1);
  expect(state.released).toBe(1);
  expect(pass(20, 1)).toBe(1);
  // Code again and again: what is used at rest is little of it.
  expect(state.released).toBe(5);
  // A little now and then comes together.
  expect(pass(20, 20)).toBe(2);
  expect(pass(1, 400)).toBe(2);
  expect(pass(2, 0)).toBe(3);
  rest.stop();
  expect(pass(1, 400)).toBe(3);
  expect(pass(5, 0)).toBe(3);
});
