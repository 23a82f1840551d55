import { formatBytes, plural } from "../platform/units.ts";
import { leftOf, percentOf, rateOf, sizeOf } from "./progress.ts";
import { cutEnd, widthOf } from "./text.ts";

/** How far several downloads are together. Bytes, and bytes for each second. */
export interface TotalProgress {
  readonly done: number;
  readonly total: number;
  readonly rate: number;
  readonly filesLeft: number;
}

const GAP = "  ";

/** One line, not wider than `width` columns: a window too narrow for everything goes without what says least. */
export function renderTotal(total: TotalProgress, width: number): string {
  const files = plural(total.filesLeft, "file");
  const [size, rate, left] = [sizeOf(total), rateOf(total), leftOf(total)];
  const bytesLeft = formatBytes(Math.max(0, total.total - total.done));
  const layouts = [
    [`${files} left`, size, percentOf(total), rate, left],
    [`${files} left`, size, rate, left],
    [`${total.filesLeft} left`, size, rate, left],
    [`${total.filesLeft} left`, bytesLeft, rate, left],
    [`${total.filesLeft} left`, rate, left],
    [`${total.filesLeft} left`, left],
  ].map((parts) => parts.filter((part) => part !== "").join(GAP));
  return layouts.find((line) => widthOf(line) <= width) ?? cutEnd(`${total.filesLeft} left`, width);
}

/** The same for a pipe. */
export function renderPlainTotal(total: TotalProgress): string {
  const parts = [
    `${plural(total.filesLeft, "file")} left`,
    percentOf(total),
    sizeOf(total),
    rateOf(total),
    leftOf(total),
  ];
  return parts.filter((part) => part !== "").join(", ");
}
