/** Pieces from `start` up to, but not including, `end`. */
export interface Run {
  start: number;
  end: number;
}

/** Cuts `count` pieces into at most `parts` equal runs. */
export function equalRuns(count: number, parts: number): Run[] {
  const runs: Run[] = [];
  const whole = Math.max(1, Math.min(parts, count));
  for (let part = 0; part < whole; part++) {
    const start = Math.floor((count * part) / whole);
    const end = Math.floor((count * (part + 1)) / whole);
    if (end > start) runs.push({ start, end });
  }
  return runs;
}
