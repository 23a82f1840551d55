import { describe, expect, test } from "bun:test";
import { seeded } from "../world/agenda.ts";
import { mbit, steady } from "./links.ts";
import { disturbedMix } from "./mixes.ts";
import { type ReaderPlan, simulateReaders } from "./readers.ts";

const MIB = 1024 * 1024;
const SEEDS = 100;
/** Milliseconds: far more than the sweep takes on a machine with much else to do. */
const SWEEP_DEADLINE = 600_000;
/** Faster than any link. */
const AT_ONCE = mbit(100_000);

const links = [steady(mbit(100)), steady(mbit(60)), steady(mbit(20))];

function reader(parts: ReaderPlan["parts"], rate = AT_ONCE, begins = 0): ReaderPlan {
  return { begins, rate, parts };
}

const received = (bytes: readonly number[]) => bytes.reduce((sum, some) => sum + some, 0) / MIB;

describe("somebody who reads while it comes", () => {
  test("reads the whole file as fast as the links are, and little comes twice", () => {
    const { ratio, duplicates } = simulateReaders({ pieces: 300, links, readers: [reader([[0, 300]])] }, 1);
    expect(ratio).toBeLessThan(1.05);
    expect(duplicates).toBeLessThan(0.05);
  });

  test("never waits again once a film has begun that needs half of what the links carry", () => {
    const { waits } = simulateReaders({ pieces: 300, links, readers: [reader([[0, 300]], mbit(90))] }, 1);
    expect(Math.max(...(waits[0]?.later ?? []))).toBe(0);
  });

  test("waits no longer after a seek than the fastest source needs for a piece and what it was sending", () => {
    const parts = [5, 250, 100, 10, 200].map((from) => [from, from + 20] as const);
    const { waits, bytes } = simulateReaders({ pieces: 300, links, readers: [reader(parts)] }, 1);
    const pieceMs = MIB / mbit(100);
    for (const wait of waits[0]?.first ?? []) expect(wait).toBeLessThan(3 * pieceMs);
    // What was on its way when it went elsewhere: at most a window and a piece of each source.
    expect(received(bytes)).toBeLessThan(100 + parts.length * 8);
  });

  test("who only looks at many places has little fetched at each", () => {
    const parts = Array.from({ length: 20 }, (_, index) => [index * 15, index * 15 + 1] as const);
    const { bytes } = simulateReaders({ pieces: 300, links, readers: [reader(parts)] }, 1);
    expect(received(bytes)).toBeLessThan(20 * 3);
  });

  test("is given nothing twice that another one has read, as long as it is kept", () => {
    const readers = [reader([[0, 200]]), reader([[0, 200]], mbit(50), 500), reader([[50, 200]], AT_ONCE, 3000)];
    const { duplicates } = simulateReaders({ pieces: 200, links, readers }, 1);
    expect(duplicates).toBeLessThan(0.05);
  });
});

test(
  "readers over links that change, freeze and break get all that they want, also when little is kept",
  () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seeded(seed + 7000);
      const below = (limit: number) => Math.floor(random() * limit);
      const { links, pieces: all } = disturbedMix(seed);
      const pieces = Math.min(all, 300);
      const readers = Array.from({ length: 1 + below(3) }, (): ReaderPlan => {
        const parts = Array.from({ length: 1 + below(3) }, () => {
          const from = below(pieces - 40);
          return [from, from + 1 + below(40)] as const;
        });
        return { begins: below(5000), rate: mbit(5 + below(2000)), parts };
      });
      const kept = random() < 0.5 ? {} : { kept: below(20) };
      const { waits } = simulateReaders({ pieces, links, readers, ...kept }, seed);
      expect(waits.map(({ first }) => first.length)).toEqual(readers.map(({ parts }) => parts.length));
    }
  },
  SWEEP_DEADLINE,
);
