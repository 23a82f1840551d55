import { texts } from "../../text/texts.ts";
import { cutEnd, oneRow, pad, widthOf } from "../text.ts";
import type { CommandTable } from "./command.ts";

/** What the Tab key does. */
export interface TabCompletion {
  /** What takes the place of `replaces`, the end of what was typed; null for nothing. */
  insert: string | null;
  replaces: string;
  /** The choices, where there are several and nothing more can be inserted; else empty. */
  list: string;
}

/** Choices that are listed: more would push what was there off the screen. */
const MAX_LISTED_CHOICES = 100;
/** Columns between two of them. */
const GAP_COLUMNS = 2;

/** Decides what Tab does after `line`: insert as far as all choices agree, else show them. */
export function completionOf(table: CommandTable, line: string, columns: number): TabCompletion {
  const [choices, token] = table.complete(line);
  const shared = sharedStart(choices);
  const further = shared.length > token.length || (choices.length === 1 && shared !== token);
  if (further) return { insert: shared, replaces: token, list: "" };
  return { insert: null, replaces: token, list: choices.length > 1 ? inColumns(choices, columns) : "" };
}

/** What all choices begin with, in whole characters. */
function sharedStart(choices: readonly string[]): string {
  const [first = [], ...others] = choices.map((choice) => [...choice]);
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same += 1;
    length = same;
  }
  return first.slice(0, length).join("");
}

function inColumns(choices: readonly string[], columns: number): string {
  const width = Math.max(1, columns - 1);
  const shown = choices.slice(0, MAX_LISTED_CHOICES).map((choice) => cutEnd(oneRow(choice.trim()), width));
  const cell = Math.max(...shown.map(widthOf)) + GAP_COLUMNS;
  const across = Math.max(1, Math.floor((width + GAP_COLUMNS) / cell));
  const lines: string[] = [];
  for (let index = 0; index < shown.length; index += across) {
    const row = shown.slice(index, index + across).map((choice) => pad(choice, cell, "left"));
    lines.push(row.join("").trimEnd());
  }
  if (choices.length > shown.length) lines.push(texts().console.more(choices.length - shown.length));
  return lines.join("\n");
}
