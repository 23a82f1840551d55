import { expect, test } from "bun:test";
import { RestingSources } from "../../../../src/secondary/replication/resting-sources.ts";

test("a source that fails rests, each time longer up to a bound, until it has given all that it was asked for", () => {
  const sources = new RestingSources();
  const rests: number[] = [];
  let now = 0;
  for (let turn = 0; turn < 6; turn++) {
    sources.fail(1, now);
    const began = now;
    while (sources.has(1, now)) now += 1000;
    rests.push((now - began) / 1000);
  }
  expect(rests).toEqual([30, 60, 120, 240, 300, 300]);
  expect(sources.has(2, now)).toBe(false);
  sources.fail(1, now);
  sources.succeed(1);
  expect(sources.has(1, now)).toBe(false);
  sources.fail(1, now);
  expect(sources.has(1, now + 29_999)).toBe(true);
  expect(sources.has(1, now + 30_000)).toBe(false);
});
