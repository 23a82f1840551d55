import { formatBytes, formatDuration, formatRate } from "../platform/units.ts";
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
}

/** How much of something there is, and how fast more comes. */
type Amount = Readonly<Pick<ProgressItem, "done" | "total" | "rate">>;

type Part = "label" | "bar" | "percent" | "size" | "rate" | "left" | "note";

const ORDER: readonly Part[] = ["label", "bar", "percent", "size", "rate", "left", "note"];
/** What a window too narrow for everything goes without, the first first. */
const DROP_ORDER: readonly Part[] = ["size", "left", "bar", "rate", "note", "percent"];

const GAP_COLUMNS = 2;
/** Room for the usual values, so that the parts do not move from one moment to the next. */
const USUAL_COLUMNS: Partial<Record<Part, number>> = { percent: 4, rate: 11, left: 8 };
const MIN_LABEL_COLUMNS = 12;
const MIN_BAR_COLUMNS = 8;
const MAX_BAR_COLUMNS = 24;
const MAX_NOTE_COLUMNS = 28;
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
  if (more > 0) lines.push(cutEnd(shown.length > 0 ? `… and ${more} more` : `${more} running`, width));
  return lines;
}

/** An item in one line without a bar, for a pipe. */
export function renderPlain(item: ProgressItem): string {
  const parts = [percentOf(item), sizeOf(item), rateOf(item), leftOf(item), oneRow(item.note)];
  return `${oneRow(item.label)}: ${parts.filter((part) => part !== "").join(", ")}`;
}

function renderItems(items: readonly ProgressItem[], width: number): string[] {
  const cells: Record<Part, string[]> = {
    label: items.map((item) => oneRow(item.label)),
    bar: items.map(() => ""),
    percent: items.map(percentOf),
    size: items.map(sizeOf),
    rate: items.map(rateOf),
    left: items.map(leftOf),
    note: items.map((item) => cutEnd(oneRow(item.note), MAX_NOTE_COLUMNS)),
  };
  const widths = layout(cells, width);
  return items.map((item, row) => {
    const line = ORDER.flatMap((part) => {
      const room = widths.get(part);
      if (room === undefined) return [];
      if (part === "bar") return [barOf(item, room)];
      const text = shortenMiddle(cells[part][row] ?? "", room);
      return [pad(text, room, part === "label" || part === "note" ? "left" : "right")];
    });
    return line.join(" ".repeat(GAP_COLUMNS)).trimEnd();
  });
}

/** The width of each part that is shown. */
function layout(cells: Record<Part, string[]>, width: number): Map<Part, number> {
  const widths = new Map<Part, number>();
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

function spare(widths: ReadonlyMap<Part, number>, width: number): number {
  let used = GAP_COLUMNS * (widths.size - 1);
  for (const each of widths.values()) used += each;
  return width - used;
}

function grow(widths: Map<Part, number>, part: Part, width: number): void {
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
  if (total === null) return formatBytes(done);
  const [number, unit] = formatBytes(Math.min(done, total)).split(" ");
  const whole = formatBytes(total);
  return whole.endsWith(` ${unit}`) ? `${number}/${whole}` : `${number} ${unit}/${whole}`;
}

export function rateOf({ rate }: Amount): string {
  return rate > 0 && Number.isFinite(rate) ? formatRate(rate) : "";
}

/** The time left. */
export function leftOf(item: Amount): string {
  if (item.total === null || rateOf(item) === "" || item.done >= item.total) return "";
  const seconds = (item.total - item.done) / item.rate;
  return seconds > MAX_SHOWN_SECONDS ? "" : `ETA ${seconds < 10 ? `${Math.ceil(seconds)} s` : formatDuration(seconds)}`;
}
