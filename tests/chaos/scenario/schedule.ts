import type { Json } from "../../simulation/scenario/action.ts";
import { SeededRandom, seedFor } from "../../simulation/world/random.ts";
import { FAULTS } from "../faults/all.ts";
import type { Fault } from "../faults/fault.ts";
import type { Change } from "../people/change.ts";
import { CHANGES } from "../people/changes/all.ts";

/** Something that is to happen, with its parameters. Times in milliseconds since the beginning of its round. */
export interface Scheduled<Kind> {
  readonly at: number;
  readonly kind: Kind;
  readonly params: Json;
}

export interface ScheduledFault extends Scheduled<Fault> {
  readonly lasts: number;
}

/** What happens in one round: decided by the seed and the number of the round alone. */
export interface Schedule {
  readonly faults: readonly ScheduledFault[];
  readonly changes: readonly Scheduled<Change>[];
}

/** Milliseconds between two faults and between two changes, on average. */
const FAULT_GAP_MS = 2000;
const CHANGE_GAP_MS = 500;
/** Milliseconds that a fault lasts: from, to. */
const FAULT_LASTS_MS = [500, 12_000] as const;

export function drawSchedule(seed: number, round: number, lengthMs: number): Schedule {
  const random = new SeededRandom(seedFor(seed, `round ${round}`));
  const faults = moments(random, FAULT_GAP_MS, lengthMs).map((at) => {
    const kind = pickByWeight(random, FAULTS);
    return { at, kind, params: kind.draw(random), lasts: random.between(...FAULT_LASTS_MS) };
  });
  const changes = moments(random, CHANGE_GAP_MS, lengthMs).map((at) => {
    const kind = pickByWeight(random, CHANGES);
    return { at, kind, params: kind.draw(random) };
  });
  return { faults, changes };
}

function moments(random: SeededRandom, gap: number, length: number): number[] {
  const all: number[] = [];
  for (let at = random.between(0, 2 * gap); at < length; at += random.between(0, 2 * gap)) all.push(at);
  return all;
}

function pickByWeight<T extends { readonly weight: number }>(random: SeededRandom, kinds: readonly T[]): T {
  let rest = random.between(
    0,
    kinds.reduce((sum, { weight }) => sum + weight, 0),
  );
  for (const kind of kinds) {
    rest -= kind.weight;
    if (rest < 0) return kind;
  }
  return random.pick(kinds);
}
