/** A file that is being sent, as far as it matters who is to make way. */
export interface TakenPlace {
  /** Who sends it. */
  readonly by: string;
  /** Whether it may be broken off. */
  readonly isEndable: boolean;
}

/**
 * Of the files that are being sent, the oldest first, the one that makes way for a file of `by` when there is no place left;
 * null: none. It is the last of whoever sends most, where that are more than `by` would send then: so nobody keeps others
 * out, and nobody is broken off only for another one to be broken off next. A pure function.
 */
export function whoMakesWay<Place extends TakenPlace>(places: readonly Place[], by: string): Place | null {
  const counts = new Map<string, number>();
  for (const place of places) counts.set(place.by, countOf(counts, place.by) + 1);
  let [most, found]: [number, Place | null] = [countOf(counts, by) + 2, null];
  for (const place of places) {
    const count = countOf(counts, place.by);
    if (!place.isEndable || count < most) continue;
    [most, found] = [count, place];
  }
  return found;
}

function countOf(counts: ReadonlyMap<string, number>, by: string): number {
  return counts.get(by) ?? 0;
}
