import type { Turns } from "../../../platform/turns/turns.ts";

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
    if (turns.isOver) await turns.next();
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
  const joined = inOrder(left, right, compare);
  if (joined) return joined;
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

/** Names come in their order: then there is nothing to be compared, whichever way they are wanted. Null: there is. */
function inOrder<T>(left: readonly T[], right: readonly T[], compare: (one: T, other: T) => number): T[] | null {
  const [firstOfLeft, lastOfLeft] = [left[0], left.at(-1)];
  const [firstOfRight, lastOfRight] = [right[0], right.at(-1)];
  if (lastOfLeft === undefined || firstOfRight === undefined) return left.concat(right);
  if (compare(lastOfLeft, firstOfRight) <= 0) return left.concat(right);
  const isReversed = lastOfRight !== undefined && firstOfLeft !== undefined && compare(lastOfRight, firstOfLeft) < 0;
  return isReversed ? right.concat(left) : null;
}
