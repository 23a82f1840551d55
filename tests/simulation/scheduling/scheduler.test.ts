import { describe, expect, test } from "bun:test";
import { type LinkPlan, type Mix, mbit, type Outcome, simulate, steady } from "./links.ts";
import { disturbedMix, steadyMix } from "./mixes.ts";

const MIB = 1024 * 1024;
const SEEDS = 300;
/** One of so many mixes is run with the scheduler's invariants checked after each event. */
const CHECKED_SEEDS = 20;
/** Milliseconds: far more than the sweeps take on a machine with much else to do. */
const SWEEP_DEADLINE = 600_000;

function mix(pieces: number, links: readonly LinkPlan[], window?: number): Mix {
  return { pieces, pieceBytes: MIB, links, ...(window === undefined ? {} : { window }) };
}

/** A link whose rate is another from a moment on. */
function changing(link: LinkPlan, ...rates: { from: number; rate: number }[]): LinkPlan {
  return { ...link, rates: [...link.rates, ...rates] };
}

function absent(link: LinkPlan, ...away: { from: number; to: number }[]): LinkPlan {
  return { ...link, away };
}

interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  readonly worst: number;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.map((value, seed) => ({ value, seed })).sort((left, right) => left.value - right.value);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]?.value ?? 0;
  return { median: at(0.5), p95: at(0.95), max: at(1), worst: sorted.at(-1)?.seed ?? -1 };
}

function show(what: string, { median, p95, max, worst }: Spread): void {
  const [a, b, c] = [median, p95, max].map((value) => value.toFixed(4));
  process.stdout.write(`${what}: median ${a}, 95 % ${b}, most ${c} (seed ${worst})\n`);
}

/** Many seeded mixes: how the times and the wasted bytes are spread. */
function sweep(
  what: string,
  make: (seed: number) => Mix,
  seeds = SEEDS,
): { ratios: Spread; wasted: Spread; outcomes: Outcome[] } {
  const outcomes = Array.from({ length: seeds }, (_, seed) => simulate(make(seed), seed, seed % CHECKED_SEEDS === 0));
  const ratios = spreadOf(outcomes.map(({ ratio }) => ratio));
  const wasted = spreadOf(outcomes.map(({ duplicates }) => duplicates));
  show(`${what}: finish / ideal`, ratios);
  show(`${what}: wasted / size`, wasted);
  return { ratios, wasted, outcomes };
}

describe("hundreds of mixes", () => {
  test(
    "of links that stay as they are",
    () => {
      const { ratios, wasted } = sweep("steady", steadyMix);
      expect(ratios.max).toBeLessThanOrEqual(1.05);
      expect(wasted.median).toBeLessThanOrEqual(0.001);
      expect(wasted.max).toBeLessThanOrEqual(0.02);
    },
    SWEEP_DEADLINE,
  );

  test(
    "of links that change, freeze, break, return and come late",
    () => {
      const { ratios, wasted, outcomes } = sweep("disturbed", disturbedMix);
      expect(ratios.p95).toBeLessThanOrEqual(1.05);
      expect(wasted.max).toBeLessThanOrEqual(0.02);
      const late = spreadOf(outcomes.map(({ finish, ideal }) => finish - 1.05 * ideal));
      show("disturbed: milliseconds beyond 1.05 of the ideal", late);
      expect(late.max).toBeLessThanOrEqual(1000);
    },
    SWEEP_DEADLINE,
  );
});

test(
  "mixes in order, in a window of 64 pieces",
  () => {
    const { ratios, wasted } = sweep("in order", (seed) => ({ ...steadyMix(seed), window: 64 }), 40);
    expect(ratios.p95).toBeLessThanOrEqual(1.05);
    // A late piece holds back all behind it here, so it is asked for again sooner.
    expect(wasted.median).toBeLessThanOrEqual(0.01);
    expect(wasted.max).toBeLessThanOrEqual(0.06);
  },
  SWEEP_DEADLINE,
);

describe("a file of 400 pieces", () => {
  const cases: Record<string, Mix> = {
    "from 100, 50 and 10 Mbit/s": mix(
      400,
      [100, 50, 10].map((rate) => steady(mbit(rate))),
    ),
    "from 100, 100 and 1 Mbit/s": mix(
      400,
      [100, 100, 1].map((rate) => steady(mbit(rate))),
    ),
    "from one that drops to a hundredth in the middle": mix(400, [
      steady(mbit(100)),
      steady(mbit(100)),
      changing(steady(mbit(100)), { from: 6000, rate: mbit(1) }),
    ]),
    "from one that drops to a hundredth shortly before the end": mix(400, [
      steady(mbit(100)),
      steady(mbit(100)),
      changing(steady(mbit(100)), { from: 10_500, rate: mbit(1) }),
    ]),
    "from one that joins late": mix(400, [steady(mbit(50)), absent(steady(mbit(200)), { from: 0, to: 8000 })]),
    "from a single source": mix(400, [steady(mbit(100))]),
    "from a single source far away": mix(400, [steady(mbit(500), 200, 20)]),
    "from all that die and return": mix(400, [
      absent(steady(mbit(100)), { from: 2000, to: 7000 }),
      absent(steady(mbit(50)), { from: 3000, to: 8000 }),
      absent(steady(mbit(80)), { from: 2500, to: 6000 }, { from: 9000, to: 10_000 }),
    ]),
    "in order, from 100, 50 and 10 Mbit/s": mix(
      400,
      [100, 50, 10].map((rate) => steady(mbit(rate))),
      64,
    ),
    "in order, from 100, 100 and 1 Mbit/s": mix(
      400,
      [100, 100, 1].map((rate) => steady(mbit(rate))),
      64,
    ),
    "in order, in a small window": mix(
      400,
      [100, 50].map((rate) => steady(mbit(rate))),
      8,
    ),
  };
  for (const [what, plan] of Object.entries(cases)) {
    test(what, () => {
      const { ratio, duplicates } = simulate(plan, 1);
      expect(ratio).toBeLessThanOrEqual(1.05);
      expect(duplicates).toBeLessThanOrEqual(0.02);
    });
  }

  test("from sources that gain pieces", () => {
    const [near, far] = [0, 100].map((first) => ({ ...steady(mbit(100)), partial: { first, every: 60 } }));
    const { ratio, duplicates } = simulate(mix(400, [steady(mbit(100)), near as LinkPlan, far as LinkPlan]), 1);
    // The ideal counts them also while they have nothing that is needed.
    expect(ratio).toBeLessThanOrEqual(1.08);
    expect(duplicates).toBeLessThanOrEqual(0.02);
  });

  test("from a slow source and a fast one that seldom has a new piece: what is on its way is not asked for twice", () => {
    const seldom = { ...steady(mbit(200)), partial: { first: 0, every: 300 } };
    const { duplicates } = simulate(mix(400, [steady(mbit(20)), seldom]), 1);
    expect(duplicates).toBeLessThanOrEqual(0.02);
  });

  test("from one that freezes in the middle: a second is lost at most", () => {
    const frozen = changing(steady(mbit(100)), { from: 4000, rate: 0 });
    const { finish, ideal, duplicates } = simulate(mix(400, [steady(mbit(100)), steady(mbit(100)), frozen]), 1);
    expect(finish - ideal).toBeLessThanOrEqual(1000);
    expect(duplicates).toBeLessThanOrEqual(0.02);
  });

  test("from one that freezes and comes back: it takes pieces again", () => {
    const frozen = changing(steady(mbit(100)), { from: 3000, rate: 0 }, { from: 6000, rate: mbit(100) });
    const { ratio, bytes } = simulate(mix(400, [steady(mbit(100)), steady(mbit(100)), frozen]), 1);
    expect(ratio).toBeLessThanOrEqual(1.05);
    // Three seconds before and nearly all of the time after.
    expect(bytes[2]).toBeGreaterThan(0.9 * mbit(100) * (ideal(3) - 3000));
  });

  test("in order, from one that freezes: the reader waits a second at most", () => {
    const frozen = changing(steady(mbit(100)), { from: 4000, rate: 0 });
    const { finish, ideal: least } = simulate(mix(400, [steady(mbit(100)), frozen], 64), 1);
    expect(finish - least).toBeLessThanOrEqual(1000);
  });
});

/** Milliseconds of the ideal for 400 pieces from three of 100 Mbit/s of which one is away for three seconds. */
function ideal(span: number): number {
  return (400 * MIB + mbit(100) * span * 1000) / mbit(300);
}

test("a gigabit line that is 50 ms away is filled", () => {
  const far = steady(mbit(1000), 50, 5);
  for (const links of [[far], [far, far], [far, far, far]]) {
    const { ratio } = simulate(mix(800 * links.length, links), 1, false);
    expect(1 / ratio).toBeGreaterThanOrEqual(0.9);
  }
});

describe("a small file", () => {
  for (const pieces of [1, 2, 3, 7]) {
    test(`of ${pieces} comes from the sources that have it soonest`, () => {
      const links = [100, 50, 1].map((rate) => steady(mbit(rate)));
      const one = (MIB / mbit(100)) * pieces;
      const { finish } = simulate(mix(pieces, links), 1);
      // Nothing is known of the sources at first, so the slow one may be asked, and is hedged.
      expect(finish).toBeLessThanOrEqual(2.5 * one + 500);
    });
  }

  test("from one source that freezes at once comes from the other", () => {
    const { finish } = simulate(mix(1, [steady(0), steady(mbit(100))]), 1);
    expect(finish).toBeLessThanOrEqual(1000);
  });
});
