import type { SeededRandom } from "../../simulation/world/random.ts";

/** `count` of all, chosen by chance, in their order; all where there are no more. */
export function sample<T>(all: readonly T[], count: number, random: SeededRandom): readonly T[] {
  if (all.length <= count) return all;
  const drawn = all.map((one, index) => ({ one, index, key: random.fraction() }));
  const chosen = drawn.sort((left, right) => left.key - right.key).slice(0, count);
  return chosen.sort((left, right) => left.index - right.index).map(({ one }) => one);
}
