import { renderTable } from "../../console/table.ts";
import { widthOf } from "../../console/text.ts";
import type { KnownKey } from "../../protocol/messages/keys.ts";
import { FINGERPRINT_COLUMN, keyHeaders, keyRows } from "../../text/shown/key-rows.ts";

/**
 * Keys for people, in a window of so many columns; null where it is none. Where that is too narrow a fingerprint has a row of
 * its own: it is there to be copied, so it stays whole.
 */
export function keyTable(keys: readonly KnownKey[], columns: number | null): string {
  const [headers, rows] = [keyHeaders(), keyRows(keys)];
  const whole = renderTable(headers, rows);
  if (columns === null || whole.split("\n").every((line) => widthOf(line) <= columns)) return whole;
  const without = (cells: readonly string[]) => cells.toSpliced(FINGERPRINT_COLUMN, 1);
  const [head, ...lines] = renderTable(without(headers), rows.map(without), { width: columns }).split("\n");
  return [head, ...lines.flatMap((line, index) => [line, `  ${rows[index]?.[FINGERPRINT_COLUMN] ?? ""}`])].join("\n");
}
