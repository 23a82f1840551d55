import { renderTable } from "../../src/console/table.ts";
import { type Cost, median } from "./measure.ts";

/** One line of a benchmark's result. */
export interface Row {
  readonly name: string;
  readonly seconds: number;
  readonly cpu: number;
  readonly memory: number;
  readonly runs: number;
}

/** A bound that a benchmark must keep. */
export interface Bound {
  readonly what: string;
  readonly value: number;
  readonly most: number;
}

export interface BenchResult {
  readonly bench: string;
  readonly machine: string;
  readonly rows: readonly Row[];
  readonly bounds: readonly Bound[];
}

/** The medians of each contestant. */
export function rowsOf(costs: Readonly<Record<string, readonly Cost[]>>): Row[] {
  return Object.entries(costs).map(([name, runs]) => ({
    name,
    seconds: median(runs.map(({ seconds }) => seconds)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
    runs: runs.length,
  }));
}

export function show({ bench, machine, rows, bounds }: BenchResult): string {
  const lines = rows.map(({ name, seconds, cpu, memory, runs }) => [
    name,
    shown(seconds),
    shown(cpu),
    Math.round(memory / 1e6),
    runs,
  ]);
  const results = bounds.map(({ what, value, most }) => {
    return `${value <= most ? "met    " : "NOT MET"} ${what}: ${value.toFixed(3)} (at most ${most})`;
  });
  const table = renderTable(["", "seconds", "CPU s", "MB", "runs"], lines);
  return [`${bench} on ${machine}`, table, ...results].join("\n");
}

/** Of what takes less than a second, the milliseconds too. */
function shown(seconds: number): string {
  return seconds.toFixed(seconds < 1 ? 3 : 2);
}
