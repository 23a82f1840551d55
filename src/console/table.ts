import { cutEnd, oneRow, pad, shortenMiddle, widthOf } from "./text.ts";

export type Align = "left" | "right";

export interface TableOptions {
  /** The columns to fit into; absent or null: nothing is cut. */
  width?: number | null;
  /** By column; where nothing is said, a column of numbers goes right and any other left. */
  align?: readonly (Align | undefined)[];
  /** Columns that a window goes without which is too narrow for them beside a name, the first first. */
  spare?: readonly number[];
}

const GAP = "  ";
/** Columns of the screen that each column of a table has at least: of less nobody can read anything. */
const MIN_CELL_COLUMNS = 6;
/** What the first column, that of names, has at least while there are columns to spare. */
const NAME_COLUMNS = 12;
const NUMBER = /^-?\d[\d.,]*( ?([KMGTP]i?)?B(\/s)?| ?%)?$/;
/** As `formatTime` writes it. */
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/** Rows under their headers, aligned by what they take on the screen. Has no final line feed. */
export function renderTable(
  headers: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  options: TableOptions = {},
): string {
  const all = [headers, ...rows].map((row) => headers.map((_, column) => oneRow(String(row[column] ?? ""))));
  const shown = shownColumns(all, options);
  const lines = all.map((row) => shown.map((column) => row[column] ?? ""));
  const body = lines.slice(1);
  const sides = shown.map((column, place) => options.align?.[column] ?? sideOf(body.map((row) => row[place] ?? "")));
  const widths = shown.map((_, place) => widestIn(lines, place));
  const { width = null } = options;
  if (width !== null) {
    const wholes = shown.map((_, place) => isWhole(body.map((row) => row[place] ?? "")));
    narrow(widths, width, (place) => wholes[place] !== true);
    narrow(widths, width, () => true);
  }
  return lines.map((row) => renderRow(row, widths, sides, width)).join("\n");
}

/** The columns that there is room for. */
function shownColumns(lines: readonly (readonly string[])[], { width = null, spare = [] }: TableOptions): number[] {
  const columns = [...(lines[0] ?? []).keys()];
  if (width === null) return columns;
  const taken = (some: readonly number[]) =>
    some.reduce((sum, column) => {
      const widest = widestIn(lines, column);
      return sum + GAP.length + (column === 0 ? Math.min(NAME_COLUMNS, widest) : widest);
    }, -GAP.length);
  return spare.reduce((some, one) => (taken(some) > width ? some.filter((column) => column !== one) : some), columns);
}

function widestIn(lines: readonly (readonly string[])[], column: number): number {
  return Math.max(...lines.map((row) => widthOf(row[column] ?? "")));
}

function sideOf(cells: readonly string[]): Align {
  const filled = cells.filter((cell) => cell !== "" && cell !== "-");
  return filled.length > 0 && filled.every((cell) => NUMBER.test(cell)) ? "right" : "left";
}

/** Whether these cells are numbers and times, of which a part says nothing, or something wrong. */
function isWhole(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== "" && cell !== "-");
  return filled.length > 0 && filled.every((cell) => NUMBER.test(cell) || TIME.test(cell));
}

/** Takes what is too much from the widest of some columns, again and again, until all fit or nothing is left to take. */
function narrow(widths: number[], width: number, mayTake: (place: number) => boolean): void {
  const gaps = GAP.length * (widths.length - 1);
  for (;;) {
    const excess = widths.reduce((sum, each) => sum + each, gaps) - width;
    const some = widths.filter((_, place) => mayTake(place));
    const widest = Math.max(...some);
    if (excess <= 0 || widest <= MIN_CELL_COLUMNS) return;
    const next = Math.max(MIN_CELL_COLUMNS, ...some.filter((each) => each < widest));
    const place = widths.findIndex((each, index) => each === widest && mayTake(index));
    widths[place] = Math.max(next === widest ? widest - 1 : next, widest - excess);
  }
}

function renderRow(
  cells: readonly string[],
  widths: readonly number[],
  sides: readonly Align[],
  limit: number | null,
): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return pad(shortenMiddle(cell, width), width, sides[column] ?? "left");
  });
  const line = padded.join(GAP).trimEnd();
  return limit === null ? line : cutEnd(line, limit);
}
