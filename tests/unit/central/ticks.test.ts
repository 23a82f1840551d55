import { expect, test } from "bun:test";
import { Ticks } from "../../../src/central/ticks.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function ticking(busy = false) {
  const clock = new FakeClock();
  const at: number[] = [];
  const state = { busy };
  const ticks = new Ticks({ clock, tick: () => at.push(clock.passed), isBusy: () => state.busy });
  return { clock, at, state, ticks };
}

test("the central looks every two seconds while nothing waits, and twice a second while something does", () => {
  const { clock, at, state, ticks } = ticking();
  ticks.start();
  clock.advance(4000);
  expect(at.splice(0)).toEqual([2000, 4000]);
  state.busy = true;
  clock.advance(3200);
  expect(at.splice(0)).toEqual([6000, 6500, 7000]);
  state.busy = false;
  clock.advance(2800);
  expect(at.splice(0)).toEqual([7500, 8000, 10_000]);
});

test("it need not come to rest first to hear that something waits", () => {
  const { clock, at, state, ticks } = ticking();
  ticks.start();
  clock.advance(300);
  state.busy = true;
  ticks.changed();
  ticks.changed();
  clock.advance(1000);
  expect(at).toEqual([800, 1300]);
});

test("before the start and after the end it looks for nothing", () => {
  const { clock, at, ticks } = ticking(true);
  ticks.changed();
  clock.advance(3000);
  ticks.start();
  clock.advance(600);
  ticks.stop();
  ticks.changed();
  clock.advance(9000);
  expect(at).toEqual([3500]);
  expect(clock.pending).toBe(0);
});
