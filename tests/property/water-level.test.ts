import { expect, test } from "bun:test";
import fc from "fast-check";
import { type FakeFlow, FakeLine } from "../support/fake-line.ts";

const KB = 1000;
const weight = fc.integer({ min: 1, max: 100 });
const rtt = fc.integer({ min: 1, max: 80 });
const cases = fc.record({
  /** For each of those who share the line alike. */
  share: fc.integer({ min: 100 * KB, max: 20_000 * KB }),
  buffer: fc.integer({ min: 20, max: 400 }),
  alike: fc.array(fc.record({ weight, rtt }), { minLength: 2, maxLength: 12 }),
  /** Who takes less than that by himself, and such a part of it. */
  slow: fc.array(
    fc.record({ weight, rtt, part: fc.double({ min: 0.05, max: 0.6, noNaN: true }), ownQueue: fc.boolean() }),
    {
      maxLength: 6,
    },
  ),
  late: fc.nat({ max: 3 }),
});

test("all who wait for the same line get the same of it, who is slow by himself loses nothing, and the line stays full", () => {
  fc.assert(
    fc.property(cases, ({ share, buffer, alike, slow, late }) => {
      const slower = slow.map(({ part, ...flow }): FakeFlow & { own: number } => ({ ...flow, own: part * share }));
      const rate = share * alike.length + slower.reduce((sum, { own }) => sum + own, 0);
      // No line has room for less than a few segments of each.
      const least = (12 * KB * 1000 * (alike.length + slow.length)) / rate;
      const line = new FakeLine({ rate, buffer: Math.max(least, buffer) });
      line.join(...alike.slice(late), ...slower);
      line.run(10);
      line.join(...alike.slice(0, late));
      line.run(25);
      const got = line.run(20);
      const of = (flow: FakeFlow) => got.get(flow) ?? 0;
      const rates = alike.map(of);
      expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.3);
      for (const flow of slower) expect(of(flow)).toBeGreaterThan(0.9 * flow.own);
      expect([...got.values()].reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0.96 * rate);
    }),
    { numRuns: 100, endOnFailure: true },
  );
}, 60_000);
