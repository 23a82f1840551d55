import { renderTable } from "../../console/table.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { KEPT_SPARE, keptHeaders, keptRows, noAnswerFrom } from "../../text/shown/kept-rows.ts";
import { shownBytes } from "../../text/shown/numbers.ts";
import { texts } from "../../text/texts.ts";
import type { OrderExtent } from "../orders/cluster-orders.ts";
import type { TextOptions } from "../tables.ts";

/** What is asked before files are removed. `what`: names, folders or patterns. */
export function removalQuestion(what: readonly string[], { files, bytes }: OrderExtent): string {
  return texts().central.askRemove(meant(what, files), shownBytes(bytes));
}

export function removedText(what: readonly string[], files: number): string {
  const { orders } = texts();
  return files === 1 ? orders.oneRemoved(meant(what, files)) : orders.removed(meant(what, files));
}

/** One file by its name, several by their number. */
function meant([only = "", ...others]: readonly string[], files: number): string {
  return files === 1 && others.length === 0 && !/[*?[{]/.test(only) ? only : texts().common.files(files);
}

export function movedText(from: string, to: string, files: number): string {
  const { orders, common } = texts();
  return files === 1 ? orders.moved(from, to) : orders.severalMoved(common.files(files), from, to);
}

export function restoredText(name: string, version: number | null, secondary: number | null): string {
  const { central } = texts();
  const where = secondary ?? "?";
  return version === null ? central.back(name, where) : central.versionBack(name, version, where);
}

/** That nothing is kept of a name; null where something is. */
export function nothingKeptOf(name: string, { versions, silent }: Messages["kept-listing"]): string | null {
  if (versions.length > 0) return null;
  return [texts().central.nothingKeptOf(name), ...(silent.length > 0 ? [noAnswerFrom(silent)] : [])].join("; ");
}

/** Kept versions for people; `columns` as of {@link TextOptions}. */
export function keptText(
  { versions, more, silent }: Messages["kept-listing"],
  { columns = null }: TextOptions = {},
): string {
  const rows = keptRows(versions);
  const { common, central } = texts();
  const table =
    rows.length === 0 ? common.nothingKept : renderTable(keptHeaders(), rows, { width: columns, spare: KEPT_SPARE });
  return [table, ...(more ? [central.older] : []), ...(silent.length > 0 ? [noAnswerFrom(silent)] : [])].join("\n");
}
