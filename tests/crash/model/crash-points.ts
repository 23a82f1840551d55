import type { SeededRandom } from "../../simulation/world/random.ts";
import type { Moment } from "./history.ts";
import type { Unit } from "./persistence.ts";
import { sample } from "./sample.ts";

/** How many states are made. */
export interface Effort {
  /** Of how many moments, times all changes: to make a state takes as long as there are changes. Moments are chosen by chance. */
  readonly work: number;
  /** Of a moment that has no more than so many, all of them. */
  readonly most: number;
  /** Otherwise these, besides the extremes: by chance. */
  readonly sampled: number;
  /** Units of which each is left out alone, and put in alone: chosen by chance where there are more. */
  readonly singled: number;
}

/** Which units are on the disk after a power loss: their indexes. */
export type Survivors = ReadonlySet<number>;

/** Makes the states in which a power loss at a moment may leave the disk: all, or the extremes and a sample. */
export class CrashPoint {
  /** Indexes of the units that may be lost, in their order. */
  private readonly open: readonly number[];
  private readonly sure: readonly number[];

  constructor(
    private readonly units: readonly Unit[],
    at: Moment,
    private readonly random: SeededRandom,
  ) {
    const made = [...units.keys()].filter((index) => (units[index]?.change.at ?? 0) <= at);
    this.open = made.filter((index) => (units[index]?.durableAt ?? 0) > at);
    this.sure = made.filter((index) => (units[index]?.durableAt ?? 0) <= at);
  }

  states({ most, sampled, singled }: Effort): Survivors[] {
    const all = this.everything(most);
    if (all) return all;
    const states = [this.withOnly([]), this.withOnly(this.open)];
    for (const index of sample(this.open, singled, this.random))
      states.push(this.withOnly([index]), this.without(index));
    for (let count = 0; count < sampled; count++) states.push(this.byChance());
    return states;
  }

  /** All states; null where there are more than `most`. */
  private everything(most: number): Survivors[] | null {
    let states: Set<number>[] = [new Set(this.sure)];
    for (const index of this.open) {
      const more = states.filter((state) => this.needsOf(index).every((need) => state.has(need)));
      states = [...states, ...more.map((state) => new Set(state).add(index))];
      if (states.length > most) return null;
    }
    return states;
  }

  /** These, and what they need. */
  private withOnly(indexes: readonly number[]): Set<number> {
    const state = new Set(this.sure);
    const add = (index: number) => {
      if (state.has(index)) return;
      state.add(index);
      for (const need of this.needsOf(index)) add(need);
    };
    for (const index of indexes) add(index);
    return state;
  }

  /** All but one, and what needs that one. */
  private without(left: number): Set<number> {
    const state = new Set(this.sure);
    for (const index of this.open) {
      if (index !== left && this.needsOf(index).every((need) => state.has(need))) state.add(index);
    }
    return state;
  }

  /** Each with a probability that is itself by chance: mostly whole disks, mostly empty ones, and all between. */
  private byChance(): Set<number> {
    const share = this.random.fraction();
    const state = new Set(this.sure);
    for (const index of this.open) {
      const possible = this.needsOf(index).every((need) => state.has(need));
      if (possible && this.random.fraction() < share) state.add(index);
    }
    return state;
  }

  private needsOf(index: number): readonly number[] {
    return this.units[index]?.needs ?? [];
  }
}
