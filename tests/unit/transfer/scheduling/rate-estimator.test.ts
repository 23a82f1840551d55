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

  test("is not misled by two chunks at once", () => {
    const meter = new RateEstimator();
    meter.start(0, 0);
    deliver(meter, 0, 2000, 100);
    meter.received(100_000, 2001);
    meter.received(100_000, 2001);
    expect(meter.rate(2001)).toBeCloseTo(100, 0);
  });
});
