import { expect, test } from "bun:test";
import type { ThroughputAnswer } from "../../../../../src/http/api/central-answers.ts";
import {
  chartData,
  rateRows,
  rateSeries,
  summaryOf,
  together,
} from "../../../../../src/web/views/throughput/rate-series.ts";

/** Samples at each ten seconds, the last one at 100 s. */
function answer(...servers: [number, (number | null)[]][]): ThroughputAnswer {
  const secondaries = servers.map(([number, sent]) => ({ number, sent, received: sent.map(() => 0) }));
  return { interval: 10, until: 100_000, secondaries };
}

test("each server has its line, until there are too many: then those that did least share one", () => {
  const some = answer([1, [5, 5]], [2, [0, 1]], [3, [9, null]], [4, [2, null]]);
  expect(rateSeries(some, "sent", 4).lines.map(({ server }) => server)).toEqual([1, 2, 3, 4]);
  expect(rateSeries(some, "sent", 3).lines).toEqual([
    { server: 1, rates: [5, 5] },
    { server: 3, rates: [9, null] },
    { server: null, rates: [2, 1] },
  ]);
});

test("of servers that did equally much, the first ones keep their lines", () => {
  const equal = answer([1, [1]], [2, [1]], [3, [1]]);
  expect(rateSeries(equal, "sent", 2).lines.map(({ server }) => server)).toEqual([1, null]);
});

test("what is received has its own lines", () => {
  expect(rateSeries(answer([1, [5, null]]), "received").lines).toEqual([{ server: 1, rates: [0, 0] }]);
});

test("nothing is known together only where nothing is known of any", () => {
  expect(together([{ rates: [1, null, null] }, { rates: [2, 3, null] }])).toEqual([3, 3, null]);
  expect(together([])).toEqual([]);
});

test("the chart has times in seconds up to the last sample, and gaps where nothing is known", () => {
  expect(chartData(rateSeries(answer([1, [5, null, 7]], [2, [1, 2, 3]]), "sent"))).toEqual([
    [80, 90, 100],
    [5, null, 7],
    [1, 2, 3],
  ]);
  expect(chartData(rateSeries({ interval: 10, until: null, secondaries: [] }, "sent"))).toEqual([[]]);
});

test("the table has the means of some minutes, the latest first, and its last row may be a short one", () => {
  const some = answer([1, [1, 2, 4, null, 8]], [2, [null, null, null, 6, 6]]);
  expect(rateRows(rateSeries(some, "sent"), 20_000)).toEqual([
    { at: 90_000, means: [8, 6] },
    { at: 70_000, means: [3, null] },
    { at: 60_000, means: [1, null] },
  ]);
});

test("a line is summed up", () => {
  expect(summaryOf({ rates: [100, null, 300] }, 10_000)).toEqual({ now: 300, highest: 300, bytes: 4000 });
  expect(summaryOf({ rates: [] }, 10_000)).toEqual({ now: null, highest: 0, bytes: 0 });
});
