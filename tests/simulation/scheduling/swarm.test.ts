import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mbit } from "./links.ts";
import { type SwarmOutcome, type SwarmPlan, simulateSwarm } from "./swarm.ts";

const MIB = 1024 * 1024;
const RATE = mbit(200);
// Seconds on an idle machine.
setDefaultTimeout(600_000);

const even = (count: number, rate = RATE) => Array.from({ length: count }, () => ({ up: rate, down: rate }));

/** One full secondary and five empty ones, behind equal links. */
const STAR: SwarmPlan = {
  hosts: even(6),
  full: 1,
  files: 1,
  pieces: 256,
  pieceBytes: MIB,
  roundTrip: 2,
  stagger: 50,
};

/** With three seeds: the longest time, as a multiple of that of one copy over a link, and the outcomes. */
function spread(plan: SwarmPlan): { ratio: number; outcomes: SwarmOutcome[] } {
  const outcomes = [1, 2, 3].map((seed) => simulateSwarm(plan, seed));
  const one = (plan.files * plan.pieces * plan.pieceBytes) / RATE;
  return { ratio: Math.max(...outcomes.flatMap(({ finishes }) => finishes)) / one, outcomes };
}

function most(outcomes: readonly SwarmOutcome[], of: (outcome: SwarmOutcome) => readonly number[]): number {
  return Math.max(...outcomes.flatMap(of));
}

describe("all are full when one copy would be", () => {
  const cases: Record<string, { plan: SwarmPlan; bound: number }> = {
    "of a file": { plan: STAR, bound: 1.1 },
    "of a file, over a long way": { plan: { ...STAR, roundTrip: 50 }, bound: 1.1 },
    "of a smaller file": { plan: { ...STAR, pieces: 64 }, bound: 1.15 },
    "of many files": { plan: { ...STAR, files: 20, pieces: 16 }, bound: 1.15 },
    "of many files, over a long way": { plan: { ...STAR, files: 20, pieces: 16, roundTrip: 50 }, bound: 1.15 },
    "between twelve": { plan: { ...STAR, hosts: even(12) }, bound: 1.15 },
    "between three": { plan: { ...STAR, hosts: even(3) }, bound: 1.1 },
    "from two": { plan: { ...STAR, full: 2 }, bound: 1.1 },
  };
  for (const [what, { plan, bound }] of Object.entries(cases)) {
    test(what, () => {
      const { ratio, outcomes } = spread(plan);
      expect(ratio).toBeLessThanOrEqual(bound);
      // A full one sends each piece about once, and nobody gets one twice.
      expect(most(outcomes, ({ sent }) => sent.slice(0, plan.full))).toBeLessThanOrEqual(1.15);
      expect(most(outcomes, ({ received }) => received)).toBeLessThanOrEqual(1.02);
    });
  }
});

describe("where links differ", () => {
  test("those who begin late are not waited for", () => {
    const { ratio } = spread({ ...STAR, stagger: 3000 });
    // The last one begins up to 3 s late, of 10.7 s that a copy takes.
    expect(ratio).toBeLessThanOrEqual(1.4);
  });

  test("a full one with a fast link serves all who can send little", () => {
    const slow = even(5).map(({ down }) => ({ up: down / 20, down }));
    const { ratio } = spread({ ...STAR, hosts: [...even(1, 5 * RATE), ...slow], roundTrip: 20 });
    expect(ratio).toBeLessThanOrEqual(1.1);
  });

  test("a slow copy does not hold up the others", () => {
    const hosts = STAR.hosts.map((host, id) => (id === 3 ? { up: RATE / 10, down: RATE / 10 } : host));
    const { outcomes } = spread({ ...STAR, hosts });
    const one = (STAR.pieces * MIB) / RATE;
    for (const { finishes } of outcomes) {
      const [slowest = 0, ...others] = [...finishes].sort((left, right) => right - left);
      expect(slowest / one).toBeLessThanOrEqual(10.5);
      expect(Math.max(...others) / one).toBeLessThanOrEqual(1.5);
    }
  });
});

describe("a copy that stops in the middle", () => {
  for (const kind of ["gone", "frozen"] as const) {
    for (const at of [200, 3000, 9000]) {
      test(`(${kind} after ${at} ms) costs the others little`, () => {
        const { ratio } = spread({ ...STAR, fate: { host: 2, at, kind } });
        expect(ratio).toBeLessThanOrEqual(1.5);
        const many = spread({ ...STAR, files: 20, pieces: 16, fate: { host: 2, at, kind } });
        expect(many.ratio).toBeLessThanOrEqual(1.4);
      });
    }
  }
});
