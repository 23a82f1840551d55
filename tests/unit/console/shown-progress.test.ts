import { expect, test } from "bun:test";
import { keepProgressShown } from "../../../src/console/shown-progress.ts";
import { FakeClock } from "../../support/fake-clock.ts";

test("progress is shown often while something is under way, and looked for now and then while nothing is", () => {
  const clock = new FakeClock();
  const shown: number[] = [];
  let isUnderWay = false;
  const show = () => {
    shown.push(clock.passed);
    return isUnderWay;
  };
  const cancel = keepProgressShown({ clock, busyMs: 100, restMs: 1000, show });
  clock.advance(2000);
  expect(shown.splice(0)).toEqual([1000, 2000]);
  isUnderWay = true;
  clock.advance(1250);
  expect(shown.splice(0)).toEqual([3000, 3100, 3200]);
  isUnderWay = false;
  clock.advance(1750);
  // Once more, so that what is over goes from the screen.
  expect(shown.splice(0)).toEqual([3300, 4000, 5000]);
  isUnderWay = true;
  clock.advance(1100);
  cancel();
  clock.advance(5000);
  expect(shown).toEqual([6000, 6100]);
  expect(clock.pending).toBe(0);
});
