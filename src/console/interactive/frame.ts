/** What stands below the log on a terminal: the block of bars and the line being typed. Pure. */

import type { WindowSize } from "../console.ts";
import { type ProgressItem, renderProgress } from "../progress.ts";
import { forPipe, graphemes, oneRow, widthOf } from "../text.ts";
import { renderTotal, type TotalProgress } from "../total.ts";

/** The line being typed; `cursor` is an index into it. */
export interface InputLine {
  prompt: string;
  line: string;
  cursor: number;
}

/** Rows, and the place of the cursor in them. */
export interface Frame {
  rows: readonly string[];
  row: number;
  column: number;
}

/** Without a prompt a terminal echoes Ctrl-C behind the last row: a `^C` that wrapped would move the frame. */
const ECHO_COLUMNS = 3;
/** The fewest columns for typing after a prompt; a narrower window shows no prompt. */
const TYPING_COLUMNS = 8;

/**
 * A frame that fits the window. No row touches the last column, where terminals differ in what comes next; and there is
 * always a row above the frame, so that a log line can be seen.
 */
export function layoutFrame(
  items: readonly ProgressItem[],
  typed: InputLine | null,
  size: WindowSize,
  total: TotalProgress | null = null,
): Frame {
  const width = Math.max(1, size.columns - (typed ? 1 : ECHO_COLUMNS));
  const input = typed ? layoutInputLine(typed, width, Math.max(1, Math.floor(size.rows / 2))) : null;
  const inputRows = input?.rows.length ?? 0;
  const space = Math.max(0, Math.min(size.rows - 3, size.rows - 1 - inputRows));
  const sum = total && space > 0 ? [renderTotal(total, width)] : [];
  const room = space - sum.length;
  const bars = [...(room === 0 ? [] : renderProgress(items, width, items.length > room ? room - 1 : room)), ...sum];
  if (input) return { rows: [...bars, ...input.rows], row: bars.length + input.row, column: input.column };
  return { rows: bars, row: Math.max(0, bars.length - 1), column: widthOf(bars.at(-1) ?? "") };
}

/** The typed line broken into rows; of a very long one the rows around the cursor. */
function layoutInputLine(typed: InputLine, width: number, most: number): Frame {
  const rows: string[] = [];
  let current = fittingPrompt(typed.prompt, width);
  let used = widthOf(current);
  let index = 0;
  let place = { row: 0, column: used };
  for (const part of graphemes(typed.line)) {
    const shown = widthOf(part) > width ? "�" : oneRow(part);
    if (used + widthOf(shown) > width) {
      rows.push(current);
      current = "";
      used = 0;
    }
    if (typed.cursor >= index) place = { row: rows.length, column: used };
    current += shown;
    used += widthOf(shown);
    index += part.length;
  }
  if (typed.cursor >= index) place = { row: rows.length, column: used };
  rows.push(current);
  const first = Math.max(0, Math.min(place.row - Math.floor(most / 2), rows.length - most));
  return { rows: rows.slice(first, first + most), row: place.row - first, column: place.column };
}

function fittingPrompt(prompt: string, width: number): string {
  return widthOf(prompt) + TYPING_COLUMNS > width ? "" : oneRow(forPipe(prompt));
}

/** How far up a frame begins from the cursor on a terminal of `columns` now: narrowing has folded the rows. */
export function rowsAboveCursor(frame: Frame, columns: number): number {
  // A row that has just filled the new width keeps the cursor at its end.
  const end = Math.max(0, widthOf(frame.rows[frame.row] ?? "") - 1);
  return foldedRows(frame.rows.slice(0, frame.row), columns) + Math.floor(Math.min(frame.column, end) / columns);
}

/** How many rows of a terminal of `columns` these rows take. */
export function foldedRows(rows: readonly string[], columns: number): number {
  let count = 0;
  for (const row of rows) count += Math.max(1, Math.ceil(widthOf(row) / columns));
  return count;
}
