import { expect, test } from "bun:test";
import { SAMPLE_MS, Throughput } from "../../../../src/central/figures/throughput.ts";
import { MAX_SAMPLES } from "../../../../src/http/api/central-queries.ts";

/** A secondary that has sent and received so much so far; null: it is not connected. */
function secondary(number: number, sent: number, received: number, isKnown = true) {
  const totals = { toClients: sent / 2, toSecondaries: sent / 4, overHttp: sent / 4, received };
  return { number, figures: { isKnown, totals } };
}

test("each sample is what went since the one before, and there is none while a secondary is away", () => {
  const throughput = new Throughput(0);
  expect(throughput.last(10)).toEqual([]);
  throughput.sample([secondary(2, 20_000, 500), secondary(1, 0, 0)], SAMPLE_MS);
  throughput.sample([secondary(2, 20_000, 500, false), secondary(1, 40, 0)], 2 * SAMPLE_MS);
  throughput.sample([secondary(2, 20_000, 500), secondary(1, 40, 0)], 3 * SAMPLE_MS);
  throughput.sample([secondary(2, 40_000, 500), secondary(1, 40, 0)], 5 * SAMPLE_MS);
  expect(throughput.last(10)).toEqual([
    { number: 1, sent: [0, 4, 0, 0], received: [0, 0, 0, 0] },
    { number: 2, sent: [2000, null, 0, 1000], received: [50, null, 0, 0] },
  ]);
  expect(throughput.last(1)).toEqual([
    { number: 1, sent: [0], received: [0] },
    { number: 2, sent: [1000], received: [0] },
  ]);
});

test("two samples at the same time have no rate in between", () => {
  const throughput = new Throughput(0);
  throughput.sample([secondary(1, 100, 100)], 0);
  expect(throughput.last(1)).toEqual([{ number: 1, sent: [null], received: [null] }]);
});

test("an hour is remembered, in the order of time, and nothing of who is known no more", () => {
  const throughput = new Throughput(0);
  for (let sample = 0; sample <= MAX_SAMPLES + 5; sample += 1) {
    throughput.sample([secondary(1, (10 * sample * (sample + 1)) / 2, 0), secondary(2, 0, 0)], sample * SAMPLE_MS);
  }
  const [one] = throughput.last(1000);
  expect(one?.sent).toEqual(Array.from({ length: MAX_SAMPLES }, (_, index) => index + 6));
  throughput.sample([secondary(2, 0, 0)], 1e9);
  expect(throughput.last(1).map(({ number }) => number)).toEqual([2]);
});
