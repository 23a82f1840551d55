import { expect, test } from "bun:test";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";

const KIB = 1024;

test("without a rate nothing is limited", () => {
  const bucket = new TokenBucket();
  expect([bucket.rate, bucket.quantum, bucket.consume(1e9, 0), bucket.waitMs(1e12, 0), bucket.isBinding(0)]).toEqual([
    null,
    null,
    null,
    0,
    false,
  ]);
});

test("a quantum is fifty milliseconds of the rate, from a kilobyte to half a megabyte", () => {
  const quantumOf = (rate: number) => {
    const bucket = new TokenBucket();
    bucket.setRate(rate, 0);
    return bucket.quantum;
  };
  expect([KIB, 100 * KIB, 1024 ** 3].map(quantumOf)).toEqual([KIB, 5 * KIB, 512 * KIB]);
});

test("a block that is much larger than a small rate passes once all of it is paid for", () => {
  const bucket = new TokenBucket();
  bucket.setRate(10 * KIB, 0);
  // A tenth of a second of the rate is there.
  expect(bucket.waitMs(bucket.consume(64 * KIB, 1000) ?? 0, 1000)).toBeCloseTo(6300, 0);
  expect(bucket.waitMs(bucket.consume(64 * KIB, 1000) ?? 0, 1000)).toBeCloseTo(12_700, 0);
});

test("when the limit is lifted nobody waits any more, and a new one begins with no debts", () => {
  const bucket = new TokenBucket();
  bucket.setRate(KIB, 0);
  const place = bucket.consume(1000 * KIB, 0) ?? 0;
  bucket.setRate(null, 10);
  expect(bucket.waitMs(place, 10)).toBe(0);
  bucket.setRate(KIB, 20);
  expect(bucket.waitMs(bucket.consume(KIB, 20) ?? 0, 20)).toBeCloseTo(1000, 0);
});

test("it is binding while more is wanted than the rate allows, and not while bytes wait for something else", () => {
  const bucket = new TokenBucket();
  bucket.setRate(100 * KIB, 0);
  for (let now = 0; now < 5000; now += 100) bucket.consume(2 * KIB, now);
  expect(bucket.isBinding(5000)).toBe(false);
  for (let now = 5000; now < 6000; now += 100) bucket.consume(20 * KIB, now);
  expect(bucket.isBinding(6000)).toBe(true);
});

test("other threads see what one thread takes and sets", () => {
  const bucket = new TokenBucket();
  const other = new TokenBucket(bucket.memory);
  bucket.setRate(10 * KIB, 0);
  expect(other.rate).toBe(10 * KIB);
  bucket.consume(10 * KIB, 0);
  expect(other.waitMs(other.consume(10 * KIB, 0) ?? 0, 0)).toBeCloseTo(2000, 0);
});

test("when a limit is lowered, many who have taken blocks of the old one wait for these no longer than before", () => {
  const MIB = 1024 * KIB;
  const bucket = new TokenBucket();
  bucket.setRate(50 * MIB, 0);
  let place = 0;
  for (let connection = 0; connection < 30; connection++) place = bucket.consume(512 * KIB, 0) ?? 0;
  expect(bucket.waitMs(place, 0)).toBeCloseTo(300, 0);
  bucket.setRate(100 * KIB, 100);
  expect(bucket.debt(100)).toBeCloseTo(10 * MIB, -1);
  expect(bucket.waitMs(place, 100)).toBeCloseTo(200, 0);
  // The next ones pass by the new rate, once that is paid.
  expect(bucket.waitMs(bucket.consume(10 * KIB, 100) ?? 0, 100)).toBeCloseTo(300, 0);
  bucket.setRate(50 * KIB, 200);
  expect(bucket.waitMs(place, 200)).toBeGreaterThan(99);
  expect(bucket.waitMs(bucket.consume(10 * KIB, 200) ?? 0, 200)).toBeCloseTo(400, 0);
});
