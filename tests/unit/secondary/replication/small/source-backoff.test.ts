import { expect, test } from "bun:test";
import { SourceBackoff } from "../../../../../src/secondary/replication/small/source-backoff.ts";

test("a source that fails rests, each time longer up to a bound, until it has given all that it was asked for", () => {
  const sources = new SourceBackoff();
  const rests: number[] = [];
  let now = 0;
  for (let turn = 0; turn < 6; turn++) {
    sources.recordFailure(1, now);
    const began = now;
    while (sources.isBackedOff(1, now)) now += 1000;
    rests.push((now - began) / 1000);
  }
  expect(rests).toEqual([30, 60, 120, 240, 300, 300]);
  expect(sources.isBackedOff(2, now)).toBe(false);
  sources.recordFailure(1, now);
  sources.recordSuccess(1);
  expect(sources.isBackedOff(1, now)).toBe(false);
  sources.recordFailure(1, now);
  expect(sources.isBackedOff(1, now + 29_999)).toBe(true);
  expect(sources.isBackedOff(1, now + 30_000)).toBe(false);
});
