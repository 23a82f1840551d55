/**
 * How many letters must be put in, left out, replaced or exchanged with the next one to make `right` of `left`
 * (Damerau and Levenshtein, each place changed once at most).
 */
export function editDistance(left: string, right: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const exchanged = swapped ? (twoAbove[column - 2] ?? 0) + 1 : replaced;
      current.push(Math.min(replaced, exchanged, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    twoAbove = above;
    above = current;
  }
  return above[right.length] ?? 0;
}

/** Mistakes in a word of so many letters that leave it recognizable: between short words nearly everything is near. */
function tolerance(letters: number): number {
  if (letters < 2) return 0;
  return letters < 5 ? 1 : 2;
}

/** The candidate that differs least from `word`, if it differs little. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  // Of a pasted page only the beginning could be a command.
  if (wanted.length > 64) return undefined;
  let best: string | undefined;
  let least = tolerance(wanted.length) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}
