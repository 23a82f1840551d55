import type { ThroughputAnswer } from "../../../http/api/central-answers.ts";

/** Lines of a chart that people can still tell apart. */
export const MAX_LINES = 8;

/** Which way bytes go, as a secondary sees it. */
export type Direction = "sent" | "received";

/** Bytes each second at equal times; null: nothing is known of that time. `server`: its number; null: all others together. */
export interface RateLine {
  readonly server: number | null;
  readonly rates: readonly (number | null)[];
}

/** Lines over the same times. */
export interface RateSeries {
  /** Milliseconds since 1970 of each rate. */
  readonly times: readonly number[];
  /** Milliseconds between two of them. */
  readonly step: number;
  readonly lines: readonly RateLine[];
}

/** A line for each server: where there are too many, those that did least share the last one. */
export function rateSeries(answer: ThroughputAnswer, direction: Direction, maxLines = MAX_LINES): RateSeries {
  const { secondaries, until, interval } = answer;
  const all = secondaries.map((one): RateLine => ({ server: one.number, rates: one[direction] }));
  const count = Math.max(0, ...all.map(({ rates }) => rates.length));
  const step = interval * 1000;
  const times = Array.from({ length: count }, (_, index) => (until ?? 0) - (count - 1 - index) * step);
  return { times, step, lines: bounded(all, maxLines) };
}

function bounded(all: readonly RateLine[], most: number): readonly RateLine[] {
  if (all.length <= most) return all;
  const total = new Map(all.map((line) => [line, sum(line.rates)]));
  const busiest = [...all].sort((left, right) => (total.get(right) ?? 0) - (total.get(left) ?? 0));
  const alone = new Set(busiest.slice(0, most - 1));
  return [...all.filter((line) => alone.has(line)), { server: null, rates: together(busiest.slice(most - 1)) }];
}

/** Known rates added up; where none is known, none. */
export function together(lines: readonly Pick<RateLine, "rates">[]): (number | null)[] {
  const length = Math.max(0, ...lines.map(({ rates }) => rates.length));
  return Array.from({ length }, (_, index) => {
    const known = lines.map(({ rates }) => rates[index] ?? null).filter((rate) => rate !== null);
    return known.length === 0 ? null : sum(known);
  });
}

/** What uPlot draws: seconds since 1970, then the values of each line. */
export function chartData({ times, lines }: RateSeries): [number[], ...(number | null)[][]] {
  return [times.map((time) => time / 1000), ...lines.map(({ rates }) => [...rates])];
}

/** Some minutes of a table: from when, and the mean of each line in it. */
export interface RateRow {
  readonly at: number;
  readonly means: readonly (number | null)[];
}

/** The same as the chart in rows, the latest first. `span`: milliseconds of a row. */
export function rateRows({ times, step, lines }: RateSeries, span: number): RateRow[] {
  const perRow = Math.max(1, Math.round(span / step));
  const rows: RateRow[] = [];
  // From the end on, so that the latest row is a whole one.
  for (let end = times.length; end > 0; end -= perRow) {
    const start = Math.max(0, end - perRow);
    rows.push({ at: times[start] ?? 0, means: lines.map(({ rates }) => mean(rates.slice(start, end))) });
  }
  return rows;
}

/** A line in three numbers: bytes each second now and at most, and bytes in all. */
export interface RateSummary {
  readonly now: number | null;
  readonly highest: number;
  readonly bytes: number;
}

export function summaryOf({ rates }: Pick<RateLine, "rates">, step: number): RateSummary {
  const highest = rates.reduce<number>((most, rate) => Math.max(most, rate ?? 0), 0);
  return { now: rates.at(-1) ?? null, highest, bytes: (sum(rates) * step) / 1000 };
}

function mean(rates: readonly (number | null)[]): number | null {
  const known = rates.filter((rate) => rate !== null);
  return known.length === 0 ? null : sum(known) / known.length;
}

function sum(rates: readonly (number | null)[]): number {
  return rates.reduce<number>((total, rate) => total + (rate ?? 0), 0);
}
