import { describe, expect, test } from "bun:test";
import { type CrowdPlan, simulateCrowd } from "./crowd.ts";

const MIB = 1024 * 1024;
const SEEDS = [1, 2, 3];

/** So many at once, who have a processor every few milliseconds, or only now and then. */
function crowd(clients: number, unattended: number): CrowdPlan {
  return {
    clients,
    pieces: 32,
    pieceBytes: MIB,
    rates: [20_000, 20_000, 20_000],
    unattended,
    begins: 1000,
    roundTrip: 10 + unattended / 4,
  };
}

describe("many who download from the same sources", () => {
  for (const clients of [20, 40, 100]) {
    for (const unattended of [0, 50, 200, 400]) {
      test(`get nearly nothing twice: ${clients}, not looking for up to ${unattended} ms`, () => {
        const outcomes = SEEDS.map((seed) => simulateCrowd(crowd(clients, unattended), seed));
        const duplicates = outcomes.reduce((sum, outcome) => sum + outcome.duplicates, 0) / outcomes.length;
        expect(duplicates).toBeLessThanOrEqual(0.01);
      });
    }
  }

  for (const clients of [1, 4, 20, 40]) {
    test(`lose little time with one that freezes in the middle: ${clients}`, () => {
      const plan = crowd(clients, 200);
      // The same for each of a few as for each of twenty.
      const rates = plan.rates.map((rate) => (rate * Math.min(clients, 20)) / 20);
      const rate = rates.reduce((sum, one) => sum + one, 0);
      const freezes = (clients * plan.pieces * MIB) / rate / 2;
      const ideal = freezes + (freezes * rates.length) / (rates.length - 1);
      for (const seed of SEEDS) {
        const { finishes, duplicates } = simulateCrowd({ ...plan, rates, freezes }, seed);
        expect(Math.max(...finishes) - ideal).toBeLessThanOrEqual(2500);
        expect(duplicates).toBeLessThanOrEqual(0.03);
      }
    });
  }
});
