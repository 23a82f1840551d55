import { expect, test } from "bun:test";
import fc from "fast-check";
import { TokenBucket } from "../../src/platform/pacing/token-bucket.ts";

const KIB = 1024;
/** Milliseconds of a rate that may pass at once. */
const BURST_MS = 100;
const rates = fc.integer({ min: KIB, max: 1024 ** 3 });

/** Bytes that passed, and when. */
interface Passed {
  readonly at: number;
  readonly bytes: number;
}

/** Takes blocks as `ask` says, in the order of asking; each passes when it may, so many milliseconds late. */
function pass(bucket: TokenBucket, asks: readonly { gap: number; bytes: number; late: number }[]): Passed[] {
  const passed: Passed[] = [];
  let now = 0;
  for (const { gap, bytes, late } of asks) {
    now += gap;
    const place = bucket.consume(bytes, now) ?? 0;
    now += bucket.waitMs(place, now) + late;
    passed.push({ at: now, bytes });
  }
  return passed;
}

test("in no time does more pass than the rate and a burst allow, whatever is asked for and when", () => {
  const ask = fc.record({
    gap: fc.integer({ min: 0, max: 3000 }),
    bytes: fc.integer({ min: 1, max: 4 * 1024 * KIB }),
    late: fc.integer({ min: 0, max: 300 }),
  });
  fc.assert(
    fc.property(rates, fc.array(ask, { minLength: 1, maxLength: 40 }), (rate, asks) => {
      const bucket = new TokenBucket();
      bucket.setRate(rate, 0);
      const passed = pass(bucket, asks);
      for (const [first, begin] of passed.entries()) {
        let sum = 0;
        for (const { at, bytes } of passed.slice(first)) {
          sum += bytes;
          // A place is a whole number of bytes.
          expect(sum).toBeLessThanOrEqual((rate * (at - begin.at + BURST_MS)) / 1000 + begin.bytes + 1);
        }
      }
    }),
  );
});

test("what passes at once after a quiet time is no more than a burst", () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 10_000_000 }), (rate, quiet) => {
      const bucket = new TokenBucket();
      bucket.setRate(rate, 0);
      const block = Math.ceil(rate / 1000);
      let sum = 0;
      for (;;) {
        const place = bucket.consume(block, quiet) ?? 0;
        if (bucket.waitMs(place, quiet) > 0) break;
        sum += block;
      }
      expect(sum).toBeLessThanOrEqual((rate * BURST_MS) / 1000 + 1);
    }),
  );
});

test("in the long run the rate is met within two parts of a hundred, with blocks of any size and timers that are late", () => {
  const blocks = fc.integer({ min: 512, max: 256 * KIB });
  fc.assert(
    fc.property(rates, blocks, fc.integer({ min: 0, max: 40 }), (rate, bytes, late) => {
      const bucket = new TokenBucket();
      bucket.setRate(rate, 0);
      const count = Math.min(20_000, Math.ceil((20 * rate) / bytes));
      // What is late beyond a burst is lost.
      const wakes = (bytes / rate) * 1000 > late ? late : 0;
      const last = pass(
        bucket,
        Array.from({ length: count }, () => ({ gap: 0, bytes, late: wakes })),
      ).at(-1);
      const passed = (count * bytes * 1000) / ((last?.at ?? 0) + BURST_MS);
      if ((last?.at ?? 0) > 10_000) expect(Math.abs(passed / rate - 1)).toBeLessThan(0.02);
    }),
    { numRuns: 60 },
  );
});

test("several who share a limit get the same, whoever asks first", () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 2, max: 12 }), (rate, count) => {
      const bucket = new TokenBucket();
      // Each on a thread of its own.
      const ends = Array.from({ length: count }, () => new TokenBucket(bucket.memory));
      bucket.setRate(rate, 0);
      const bytes = bucket.quantum ?? 0;
      const all = ends.map((end) => ({ end, sum: 0, place: end.consume(bytes, 0) ?? 0 }));
      for (let now = 0; now < 20_000; now += 10) {
        for (const one of all.toSorted((left, right) => left.place - right.place)) {
          if (one.end.waitMs(one.place, now) > 0) continue;
          one.sum += bytes;
          one.place = one.end.consume(bytes, now) ?? 0;
        }
      }
      const sums = all.map(({ sum }) => sum);
      expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(bytes);
    }),
    { numRuns: 30 },
  );
});

test("a higher rate holds at once for those who wait, a lower one for those who come later, and nobody gets a burst of the rate before", () => {
  fc.assert(
    fc.property(rates, rates, fc.integer({ min: 0, max: 5000 }), (before, after, at) => {
      const bucket = new TokenBucket();
      bucket.setRate(before, 0);
      const owed = 10 * Math.max(before, after);
      const place = bucket.consume(owed, 0) ?? 0;
      const left = place - (before * at) / 1000;
      bucket.setRate(after, at);
      const due = (left / Math.max(before, after)) * 1000;
      expect(bucket.waitMs(place, at)).toBeCloseTo(due, 0);
      expect(bucket.waitMs(bucket.consume(owed, at) ?? 0, at)).toBeCloseTo(due + (owed / after) * 1000, 0);
      const idle = new TokenBucket();
      idle.setRate(before, 0);
      idle.setRate(after, 60_000);
      const burst = Math.max(after, 1) * (BURST_MS / 1000);
      expect(idle.waitMs(idle.consume(Math.ceil(2 * burst), 60_000) ?? 0, 60_000)).toBeGreaterThan(0);
    }),
  );
});

test("after a change no more passes than the new rate, a burst of it, and the blocks that waited at the change", () => {
  const step = fc.record({
    gap: fc.integer({ min: 0, max: 2000 }),
    takers: fc.integer({ min: 0, max: 40 }),
    rate: fc.option(rates, { nil: null }),
  });
  fc.assert(
    fc.property(rates, fc.array(step, { minLength: 2, maxLength: 12 }), (first, steps) => {
      const bucket = new TokenBucket();
      bucket.setRate(first, 0);
      let [now, rate, since, owed, passed] = [0, first, 0, 0, 0];
      let waiting: { place: number; bytes: number }[] = [];
      const letPass = () => {
        for (const { place, bytes } of waiting) if (bucket.waitMs(place, now) <= 0) passed += bytes;
        waiting = waiting.filter(({ place }) => bucket.waitMs(place, now) > 0);
        // Places are whole numbers of bytes.
        expect(passed).toBeLessThanOrEqual((rate * (now - since + BURST_MS)) / 1000 + owed + 1);
      };
      for (const { gap, takers, rate: next } of steps) {
        for (let taker = 0; taker < takers; taker++) {
          const bytes = bucket.quantum ?? 0;
          waiting.push({ bytes, place: bucket.consume(bytes, now) ?? 0 });
        }
        for (const end = now + gap; now < end; now += 25) letPass();
        if (next === null) continue;
        const waits = waiting.map(({ place }) => bucket.waitMs(place, now));
        bucket.setRate(next, now);
        // Of the first block a part was released already.
        const blocks = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(bucket.debt(now)).toBeLessThanOrEqual(blocks + 1e-3);
        [rate, since, owed, passed] = [next, now, blocks, 0];
        // Nobody ends later than all would have.
        const last = waiting.at(-1);
        if (last) expect(bucket.waitMs(last.place, now)).toBeLessThanOrEqual((waits.at(-1) ?? 0) + 1e-3);
        letPass();
      }
    }),
  );
});

test("by a lower rate nothing passes sooner than it would have by those before", () => {
  fc.assert(
    fc.property(fc.array(rates, { minLength: 2, maxLength: 6 }), fc.integer({ min: 1, max: 400 }), (drawn, gap) => {
      const [first = KIB, ...lower] = drawn.toSorted((left, right) => right - left);
      const bucket = new TokenBucket();
      const places: number[] = [];
      let now = 0;
      bucket.setRate(first, now);
      for (const rate of lower) {
        for (let taker = 0; taker < 10; taker++) places.push(bucket.consume(bucket.quantum ?? 0, now) ?? 0);
        now += gap;
        const waits = places.map((place) => bucket.waitMs(place, now));
        bucket.setRate(rate, now);
        for (const [index, place] of places.entries()) {
          expect(bucket.waitMs(place, now)).toBeGreaterThanOrEqual((waits[index] ?? 0) - 1e-3);
        }
        expect(bucket.waitMs(places.at(-1) ?? 0, now)).toBeCloseTo(waits.at(-1) ?? 0, 2);
      }
    }),
  );
});
