import { shortDuration, shownBytes, shownRate } from "../text/shown/numbers.ts";
import { texts } from "../text/texts.ts";
import { cutEnd, oneRow, pad, shortenMiddle, widthOf } from "./text.ts";

export interface ProgressItem {
  id: string;
  label: string;
  done: number;
  /** null where it is not known yet. */
  total: number | null;
  /** Bytes for each second. */
  rate: number;
  /** The state in a few words, such as `3 sources` or `waiting: no secondary`. */
  note: string;
  /** Whether it has not begun: then the note alone says what there is to say. */
  waits?: boolean;
}

/** How much of something there is, and how fast more comes. */
export type Amount = Readonly<Pick<ProgressItem, "done" | "total" | "rate">>;

type BarPart = "label" | "bar" | "percent" | "size" | "rate" | "left" | "note";

const ORDER: readonly BarPart[] = ["label", "bar", "percent", "size", "rate", "left", "note"];
/** What a window too narrow for everything goes without, the first first. */
const DROP_ORDER: readonly BarPart[] = ["size", "bar", "note", "left", "rate", "percent"];

/** What stands before the note of an item of which nothing comes. */
const NUMBERS_BEFORE_NOTE: readonly BarPart[] = ["bar", "percent", "size"];

/** Milliseconds between two lines of progress, where there are no bars: a log that somebody reads later needs few. */
export const PROGRESS_LINE_INTERVAL_MS = 5000;

/** Columns between two parts. */
const GAP_COLUMNS = 2;
/** Room for the usual values, so that the parts do not move from one moment to the next. */
const USUAL_COLUMNS: Partial<Record<BarPart, number>> = { percent: 4, rate: 11, left: 8 };
/** Of a name so much must be left that somebody knows the file by it; a shorter bar shows nothing, and a longer one no more. */
const MIN_LABEL_COLUMNS = 12;
const MIN_BAR_COLUMNS = 8;
const MAX_BAR_COLUMNS = 24;
const MAX_NOTE_COLUMNS = 28;
/** A hundred hours: an estimate of more says nothing. */
const MAX_SHOWN_SECONDS = 360_000;

/**
 * One line for each item, none wider than `width` columns, their parts one below the other. More than `maxItems` items
 * end in a line that counts the others.
 */
export function renderProgress(
  items: readonly ProgressItem[],
  width: number,
  maxItems = Number.POSITIVE_INFINITY,
): string[] {
  if (width < 1 || items.length === 0) return [];
  const shown = items.slice(0, Math.max(0, maxItems));
  const lines = renderItems(shown, width);
  const more = items.length - shown.length;
  const { console } = texts();
  if (more > 0) lines.push(cutEnd(shown.length > 0 ? console.more(more) : console.running(more), width));
  return lines;
}

/** An item in one line without a bar, for a pipe. */
export function renderPlain(item: ProgressItem): string {
  const numbers = item.waits ? [] : [percentOf(item), sizeOf(item), rateOf(item), leftOf(item)];
  return `${oneRow(item.label)}: ${[...numbers, oneRow(item.note)].filter((part) => part !== "").join(", ")}`;
}

function renderItems(items: readonly ProgressItem[], width: number): string[] {
  const numbers = (of: (item: ProgressItem) => string) => items.map((item) => (item.waits ? "" : of(item)));
  const cells: Record<BarPart, string[]> = {
    label: items.map((item) => oneRow(item.label)),
    bar: items.map(() => ""),
    percent: numbers(percentOf),
    size: numbers(sizeOf),
    rate: numbers(rateOf),
    left: numbers(leftOf),
    // A note has the room of the numbers that are not there, where it stands alone.
    note: items.map((item) => (standsAlone(item) ? "" : cutEnd(oneRow(item.note), MAX_NOTE_COLUMNS))),
  };
  const widths = layout(cells, width);
  return items.map((item, row) => renderRow(item, (part) => cells[part][row] ?? "", widths, width));
}

function renderRow(
  item: ProgressItem,
  cellOf: (part: BarPart) => string,
  widths: ReadonlyMap<BarPart, number>,
  width: number,
): string {
  const gap = " ".repeat(GAP_COLUMNS);
  const line = (parts: readonly BarPart[]) =>
    parts.map((part) => {
      const room = widths.get(part) ?? 0;
      if (part === "bar") return barOf(item, room);
      return pad(shortenMiddle(cellOf(part), room), room, part === "label" || part === "note" ? "left" : "right");
    });
  const all = ORDER.filter((part) => widths.has(part));
  if (!standsAlone(item)) return line(all).join(gap).trimEnd();
  const before = all.filter((part) => part === "label" || (!item.waits && NUMBERS_BEFORE_NOTE.includes(part)));
  // Why nothing comes says more than how much has come.
  const without = (parts: readonly BarPart[]) => before.filter((part) => !parts.includes(part));
  const written = (parts: readonly BarPart[]) => [...line(parts), oneRow(item.note)].join(gap);
  const narrowest = written(without(["size", "bar"]));
  const choices = [
    written(before),
    written(without(["size"])),
    narrowest,
    written(without(["size", "bar", "percent"])),
  ];
  // Where all of it fits in no way the percent stays.
  return choices.find((text) => widthOf(text) <= width) ?? cutEnd(narrowest, width).trimEnd();
}

/** Whether nothing but a note says how it is with an item: it has no rate, and so no time left. */
function standsAlone(item: ProgressItem): boolean {
  return item.note !== "" && (item.waits === true || rateOf(item) === "");
}

/** The width of each part that is shown. */
function layout(cells: Record<BarPart, string[]>, width: number): Map<BarPart, number> {
  const widths = new Map<BarPart, number>();
  for (const part of ORDER) {
    const widest = Math.max(0, ...cells[part].map(widthOf));
    if (part === "bar") widths.set(part, MIN_BAR_COLUMNS);
    else if (widest > 0 || part === "label") widths.set(part, Math.max(widest, USUAL_COLUMNS[part] ?? 0));
  }
  const label = widths.get("label") ?? 0;
  widths.set("label", Math.min(label, MIN_LABEL_COLUMNS));
  for (const part of DROP_ORDER) {
    if (spare(widths, width) >= 0) break;
    widths.delete(part);
  }
  // What is left over goes to the label first, then to the bar.
  grow(widths, "label", Math.min(label, (widths.get("label") ?? 0) + spare(widths, width)));
  if (widths.has("bar")) grow(widths, "bar", Math.min(MAX_BAR_COLUMNS, MIN_BAR_COLUMNS + spare(widths, width)));
  return widths;
}

function spare(widths: ReadonlyMap<BarPart, number>, width: number): number {
  let used = GAP_COLUMNS * (widths.size - 1);
  for (const each of widths.values()) used += each;
  return width - used;
}

function grow(widths: Map<BarPart, number>, part: BarPart, width: number): void {
  widths.set(part, Math.max(0, width));
}

/** Between 0 and 1, or null while the total is unknown. */
function fractionOf({ done, total }: Amount): number | null {
  if (total === null) return null;
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
}

function barOf(item: ProgressItem, width: number): string {
  const fraction = fractionOf(item);
  if (fraction === null) return "·".repeat(width);
  const full = Math.floor(fraction * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

export function percentOf(item: Amount): string {
  const fraction = fractionOf(item);
  // Rounded down: 100 % must mean that nothing is missing.
  return fraction === null ? "" : `${Math.floor(fraction * 100)}%`;
}

export function sizeOf({ done, total }: Amount): string {
  if (total === null) return shownBytes(done);
  const [number, unit] = shownBytes(Math.min(done, total)).split(" ");
  const whole = shownBytes(total);
  return whole.endsWith(` ${unit}`) ? `${number}/${whole}` : `${number} ${unit}/${whole}`;
}

export function rateOf({ rate }: Amount): string {
  return rate > 0 && Number.isFinite(rate) ? shownRate(rate) : "";
}

/** The time left. */
export function leftOf(item: Amount): string {
  if (item.total === null || rateOf(item) === "" || item.done >= item.total) return "";
  const seconds = (item.total - item.done) / item.rate;
  return seconds > MAX_SHOWN_SECONDS ? "" : texts().downloads.eta(shortDuration(seconds));
}
