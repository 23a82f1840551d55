import type { Random } from "../../../src/platform/random.ts";
import { seeded } from "./agenda.ts";

/** Chance of one purpose: what others draw does not change it. */
export class SeededRandom implements Random {
  readonly fraction: () => number;

  constructor(seed: number) {
    this.fraction = seeded(seed);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** A number from `from` up to `to`. */
  between(from: number, to: number): number {
    return from + (to - from) * this.fraction();
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(all: readonly T[]): T {
    const one = all[this.below(all.length)];
    if (one === undefined) throw new Error("nothing to pick from");
    return one;
  }
}

/** A seed for one purpose of a simulation (FNV-1a over its name). */
export function seedFor(seed: number, purpose: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < purpose.length; index++) {
    hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
