import { expect, test } from "bun:test";
import { type LinkPlan, type Mix, mbit, simulate, steady } from "./links.ts";
import { disturbedMix, steadyMix } from "./mixes.ts";
import { simulateSwarm } from "./swarm.ts";

/**
 * The simulations are deterministic: a change that leaves all decisions of the scheduler as they are changes no number
 * here. If a decision is to change, check the bounds of the other tests first, and then put the new numbers here.
 */

const MIB = 1024 * 1024;

/** The milliseconds of a download, and the bytes that were received twice. */
function outcome(mix: Mix, seed: number): [number, number] {
  const { finish, duplicates } = simulate(mix, seed, false);
  return [Math.round(finish), Math.round(duplicates * mix.pieces * mix.pieceBytes)];
}

function partial(rate: number, first: number, every: number): LinkPlan {
  return { ...steady(rate), partial: { first, every } };
}

const SEEDS = [1, 2, 3, 4, 5, 6];

test("steady links", () => {
  expect(SEEDS.map((seed) => outcome(steadyMix(seed), seed))).toEqual([
    [4014, 0],
    [4036, 0],
    [4038, 0],
    [4018, 0],
    [4073, 1329190],
    [9616, 0],
  ]);
});

test("disturbed links", () => {
  expect(SEEDS.map((seed) => outcome(disturbedMix(seed), seed))).toEqual([
    [10019, 0],
    [10394, 248878],
    [10433, 0],
    [10016, 0],
    [12594, 0],
    [10206, 999008],
  ]);
});

test("pieces in order", () => {
  const windows = [4, 16, 64];
  expect(windows.flatMap((window) => [7, 8].map((seed) => outcome({ ...disturbedMix(seed), window }, seed)))).toEqual([
    [80207, 11751011],
    [45702, 22159411],
    [72605, 0],
    [40026, 15963776],
    [72600, 0],
    [37325, 5666748],
  ]);
});

test("partial sources", () => {
  const links = [
    [steady(mbit(100)), partial(mbit(100), 0, 60), partial(mbit(50), 100, 40)],
    [steady(mbit(20)), partial(mbit(200), 0, 300)],
    [partial(mbit(80), 150, 20), partial(mbit(40), 0, 50)],
  ];
  expect(links.map((some, seed) => outcome({ pieces: 200, pieceBytes: MIB, links: some }, seed))).toEqual([
    [7896, 524288],
    [35453, 500000],
    [14061, 0],
  ]);
});

test("small files", () => {
  const links = [100, 50, 1].map((rate) => steady(mbit(rate)));
  expect([1, 2, 3, 5, 8].map((pieces) => outcome({ pieces, pieceBytes: MIB, links }, pieces))).toEqual([
    [94, 375000],
    [178, 899288],
    [179, 16060],
    [346, 40880],
    [515, 62780],
  ]);
});

test("copies that run at the same time", () => {
  const rate = mbit(200);
  const hosts = [1, 1, 0.5, 1, 0.2].map((part) => ({ up: rate * part, down: rate }));
  const plan = { hosts, full: 1, files: 2, pieces: 40, pieceBytes: MIB, roundTrip: 5, stagger: 100 };
  const frozen = { ...plan, fate: { host: 2, at: 1000, kind: "frozen" } } as const;
  const cases = [
    {
      some: plan,
      expected: [
        [5288, 5314, 5340, 4377],
        [1563, 750, 600, 788, 300],
      ],
    },
    {
      some: frozen,
      expected: [
        [5940, 5945, 5099],
        [1513, 663, 107, 700, 325],
      ],
    },
  ];
  for (const { some, expected } of cases) {
    const { finishes, sent } = simulateSwarm(some, 3);
    expect([finishes.map(Math.round), sent.map((copies) => Math.round(copies * 1000))]).toEqual(expected);
  }
});
