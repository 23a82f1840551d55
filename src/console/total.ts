import { shownBytes } from "../text/shown/numbers.ts";
import { texts } from "../text/texts.ts";
import { type Amount, leftOf, percentOf, rateOf, sizeOf } from "./progress.ts";
import { cutEnd, widthOf } from "./text.ts";

/** How far several downloads are together. Bytes, and bytes for each second; `total` is null while it is not known. */
export interface TotalProgress extends Amount {
  readonly filesLeft: number;
}

const [WIDE, NARROW] = ["  ", " "];

/** One line, not wider than `width` columns: a window too narrow for everything goes without what says least. */
export function renderTotal(total: TotalProgress, width: number): string {
  const { common, downloads } = texts();
  const [files, few] = [downloads.left(common.files(total.filesLeft)), downloads.left(total.filesLeft)];
  const [size, rate, left] = [sizeOf(total), rateOf(total), leftOf(total)];
  const bytesLeft = total.total === null ? "" : shownBytes(Math.max(0, total.total - total.done));
  const lines = [
    joined([files, size, percentOf(total), rate, left], WIDE),
    joined([files, size, rate, left], WIDE),
    joined([few, size, rate, left], WIDE),
    joined([few, size, rate, left], NARROW),
    joined([few, bytesLeft, rate, left], NARROW),
    joined([few, rate, left], WIDE),
    joined([few, left], WIDE),
  ];
  return lines.find((line) => widthOf(line) <= width) ?? cutEnd(few, width);
}

/** The same for a pipe. */
export function renderPlainTotal(total: TotalProgress): string {
  const files = texts().downloads.left(texts().common.files(total.filesLeft));
  return joined([files, percentOf(total), sizeOf(total), rateOf(total), leftOf(total)], ", ");
}

/** What is not known is left out. */
function joined(parts: readonly string[], gap: string): string {
  return parts.filter((part) => part !== "").join(gap);
}
