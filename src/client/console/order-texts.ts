import { renderTable } from "../../console/table.ts";
import { formatBytes, plural } from "../../platform/units.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { KEPT_HEADERS, keptRows, noAnswerFrom } from "../../protocol/shown/kept-rows.ts";
import type { Extent } from "../orders/cluster-orders.ts";

/** What is asked before files are removed. `what`: names, folders or patterns. */
export function removalQuestion(what: readonly string[], { files, bytes }: Extent): string {
  return `remove ${meant(what, files)} (${formatBytes(bytes)}) from every secondary?`;
}

export function removedText(what: readonly string[], files: number): string {
  return `${meant(what, files)} removed; the secondaries keep ${files === 1 ? "it" : "them"} for a while`;
}

/** One file by its name, several by their number. */
function meant([only = "", ...others]: readonly string[], files: number): string {
  return files === 1 && others.length === 0 && !/[*?[{]/.test(only) ? only : plural(files, "file");
}

export function movedText(from: string, to: string, files: number): string {
  return files === 1 ? `${from} moved to ${to}` : `${plural(files, "file")} of ${from} moved to ${to}`;
}

export function restoredText(name: string, version: number | null, secondary: number | null): string {
  const which = version === null ? "" : `, version ${version},`;
  return `${name}${which} is back at secondary ${secondary}, and the others copy it as the newest version`;
}

/** Kept versions for people. */
export function keptText({ versions, more, silent }: Messages["kept-listing"]): string {
  const rows = keptRows(versions);
  const table = rows.length === 0 ? "nothing is kept" : renderTable([...KEPT_HEADERS], rows);
  return [table, ...(more ? ["… and older ones"] : []), ...(silent.length > 0 ? [noAnswerFrom(silent)] : [])].join(
    "\n",
  );
}
