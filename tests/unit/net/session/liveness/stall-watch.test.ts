import { describe, expect, test } from "bun:test";
import { StallWatch } from "../../../../../src/net/session/liveness/stall-watch.ts";

/** What a watch with a limit of 100, looked at every 10, says of these numbers. */
const verdicts = (progress: number[]) => {
  const watch = new StallWatch(100, 10);
  return progress.map((each, index) => watch.check(each, 1000 + 10 * index));
};

describe("what does not go on", () => {
  test("has stalled when the limit is over, and not before", () => {
    expect(verdicts(Array.from({ length: 12 }, () => 7)).indexOf(true)).toBe(10);
  });

  test("has not stalled as long as there is progress now and then", () => {
    expect(verdicts(Array.from({ length: 100 }, (_, index) => index >> 3))).not.toContain(true);
  });

  test("has the whole time again after this process was suspended", () => {
    const watch = new StallWatch(100, 10);
    watch.check(7, 1000);
    expect(watch.check(7, 5000)).toBe(false);
    expect(watch.check(7, 5010)).toBe(false);
  });
});
