import { describe, expect, test } from "bun:test";
import { RateEstimator } from "../../../../src/transfer/scheduling/rate-estimator.ts";

/** Delivers `rate` bytes for each millisecond from one moment to another, every 10 ms. */
function deliver(meter: RateEstimator, from: number, to: number, rate: number): void {
  for (let now = from + 10; now <= to; now += 10) meter.received(rate * 10, now);
}

describe("a meter", () => {
  test("knows nothing at first, and soon the rate", () => {
    const meter = new RateEstimator();
    expect(meter.rate(0)).toBeNull();
    meter.start(0, 0);
    expect(meter.rate(100)).toBeNull();
    deliver(meter, 0, 100, 50);
    expect(meter.rate(100)).toBeCloseTo(50, 0);
  });

  test("does not count the round trip before the first byte", () => {
    const meter = new RateEstimator();
    meter.start(0, 200);
    deliver(meter, 200, 400, 50);
    expect(meter.rate(400)).toBeCloseTo(50, 0);
  });

  test("counts from the first byte when that comes sooner than a round trip", () => {
    const meter = new RateEstimator();
    meter.start(0, 200);
    deliver(meter, 50, 150, 100);
    expect(meter.rate(150)).toBeGreaterThan(90);
    expect(meter.rate(150)).toBeLessThan(125);
  });

  test("is known after ten milliseconds, and changed by no sample of less than fifty", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    meter.received(500, 5);
    expect([meter.rate(9), meter.rate(10)]).toEqual([null, 50]);
    deliver(meter, 0, 1000, 100);
    const rate = meter.rate(1000);
    meter.received(100_000, 1001);
    expect(meter.rate(1049)).toBe(rate);
    expect(meter.rate(1051)).toBeGreaterThan(120);
  });

  test("is at first the mean of all there is, whenever that begins", () => {
    for (const start of [0, 1_000_000]) {
      const meter = new RateEstimator();
      meter.start(start, 0);
      deliver(meter, start, start + 100, 10);
      deliver(meter, start + 100, start + 200, 30);
      expect(meter.rate(start + 200)).toBeCloseTo(20, 0);
    }
  });

  test("follows a change within two seconds", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    deliver(meter, 0, 5000, 100);
    deliver(meter, 5000, 7000, 10);
    expect(meter.rate(7000)).toBeLessThan(15);
    deliver(meter, 7000, 9000, 100);
    expect(meter.rate(9000)).toBeGreaterThan(90);
  });

  test("sinks by itself while bytes are due, and measures the silence", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    deliver(meter, 0, 1000, 100);
    expect(meter.rate(2000)).toBeLessThan(30);
    expect(meter.rate(4000)).toBeLessThan(2);
    expect(meter.silence(4000)).toBe(3000);
    meter.received(1, 4001);
    expect(meter.silence(4001)).toBe(0);
  });

  test("is not held against a source that nothing is asked of", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    deliver(meter, 0, 1000, 100);
    meter.stop(1000);
    expect(meter.silence(3000)).toBe(0);
    expect(meter.rate(3000)).toBeCloseTo(100, 0);
    meter.start(3000, 0);
    deliver(meter, 3000, 3100, 100);
    expect(meter.rate(3100)).toBeCloseTo(100, 0);
  });

  test("forgets after five idle seconds", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    deliver(meter, 0, 1000, 100);
    meter.stop(1000);
    expect(meter.rate(6001)).toBeNull();
    meter.start(7000, 0);
    expect(meter.rate(7000)).toBeNull();
    deliver(meter, 7000, 7100, 5);
    expect(meter.rate(7100)).toBeCloseTo(5, 0);
  });

  test("knows for how long nothing comes now and then, and forgets it once that is over", () => {
    const meter = new RateEstimator();
    meter.start(0, 100);
    meter.received(1000, 150);
    expect(meter.usualPause).toBe(50);
    for (let now = 850; now <= 7150; now += 700) meter.received(1000, now);
    expect(meter.usualPause).toBe(700);
    // Also where nobody has looked meanwhile, and no longer than two seconds.
    meter.processPaused(5000, 12_150);
    meter.received(1000, 12_150);
    expect([meter.silence(12_150), meter.usualPause]).toEqual([0, 2000]);
    deliver(meter, 12_150, 15_150, 100);
    expect(meter.usualPause).toBeCloseTo(2000 / Math.E, 0);
  });

  test("does not sink by a silence that is usual, where that is asked for", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    for (let now = 700; now <= 7000; now += 700) meter.received(70_000, now);
    expect(meter.rate(7600)).toBeLessThan(85);
    expect(meter.rateBeforeSilence(7600)).toBeCloseTo(100, 0);
    meter.stop(7600);
    expect(meter.rateBeforeSilence(7600)).toBe(meter.rate(7600));
  });

  test("that hears of its source now and then believes no single arrival", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    for (let now = 500; now <= 10_000; now += 500) meter.received(50_000, now);
    meter.received(150_000, 10_500);
    expect(meter.rate(10_500)).toBeLessThan(150);
    meter.received(0, 11_000);
    expect(meter.rate(11_000)).toBeCloseTo(115, -1);
  });

  test("is not misled by two chunks at once", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    deliver(meter, 0, 2000, 100);
    meter.received(100_000, 2001);
    meter.received(100_000, 2001);
    expect(meter.rate(2001)).toBeCloseTo(100, 0);
  });
});
