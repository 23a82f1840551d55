/**
 * Finds a part of `all` for which `fails` is still true and from which no single element can be left out: ddmin of
 * A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002). `fails` must be true of all.
 * It is asked for `parallel` parts at a time; the first of them that fails is taken, so the result is always the same.
 */
export async function ddmin<T>(
  all: readonly T[],
  parallel: number,
  fails: (part: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  if (await fails([])) return [];
  let current = all;
  let chunks = 2;
  while (current.length >= 2) {
    const parts = split(current, chunks);
    const complements = parts.map((_, left) => parts.flatMap((part, index) => (index === left ? [] : part)));
    const smaller = await firstThat([...(chunks === 2 ? [] : parts), ...complements], parallel, fails);
    if (smaller) {
      chunks = parts.includes(smaller as T[]) ? 2 : Math.max(2, chunks - 1);
      current = smaller;
      chunks = Math.min(chunks, Math.max(2, current.length));
    } else if (chunks < current.length) {
      chunks = Math.min(current.length, 2 * chunks);
    } else {
      return current;
    }
  }
  return current;
}

/** The first of these for which it is true, of `parallel` at a time. */
export async function firstThat<T>(
  candidates: readonly T[],
  parallel: number,
  holds: (candidate: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (let start = 0; start < candidates.length; start += parallel) {
    const some = candidates.slice(start, start + parallel);
    const answers = await Promise.all(some.map(holds));
    const found = answers.indexOf(true);
    if (found >= 0) return some[found];
  }
  return undefined;
}

function split<T>(all: readonly T[], chunks: number): T[][] {
  return Array.from({ length: chunks }, (_, index) =>
    all.slice(Math.floor((index * all.length) / chunks), Math.floor(((index + 1) * all.length) / chunks)),
  );
}
