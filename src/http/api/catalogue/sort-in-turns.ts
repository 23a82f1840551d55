import type { Turns } from "./turns.ts";

/** What the runtime sorts at once: less than a millisecond's work. */
const RUN_LENGTH = 1024;

/** The same as `items.sort(compare)`, for very many: others have their turn meanwhile. Does not change `items`. */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (one: T, other: T) => number,
  turns: Turns,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += RUN_LENGTH) {
    runs.push(items.slice(start, start + RUN_LENGTH).sort(compare));
    await turns.next();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(await merge(runs[index] ?? [], runs[index + 1] ?? [], compare, turns));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (one: T, other: T) => number,
  turns: Turns,
): Promise<T[]> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const [one, other] = [left[l], right[r]];
    if (one !== undefined && (other === undefined || compare(one, other) <= 0)) {
      merged.push(one);
      l += 1;
    } else if (other !== undefined) {
      merged.push(other);
      r += 1;
    }
    if (turns.step()) await turns.next();
  }
  return merged;
}
