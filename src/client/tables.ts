import { renderTable } from "../console/table.ts";
import { cutEnd, oneRow } from "../console/text.ts";
import { formatBytes, formatDuration, formatRate, formatTime, plural } from "../platform/units.ts";
import { PeerError } from "../protocol/errors.ts";
import { endingLine } from "../protocol/key-rows.ts";
import type { ListedFile } from "../protocol/messages/client.ts";
import { problemLines } from "../protocol/problem-lines.ts";
import type { SourceStats } from "../transfer/download.ts";
import type { ClusterStatus, DownloadCounts } from "./central-session.ts";
import type { FinishedDownload } from "./downloads/result.ts";
import { arrange, type ListingOptions, treeRows } from "./selection/listing.ts";

/** How a text for people looks. */
export interface TextOptions {
  /** The columns of the window: no row is wider, and tables that are only to be looked at are short. Absent or null: nothing is left out. */
  readonly columns?: number | null;
}

export interface ListOptions extends TextOptions, Partial<ListingOptions> {
  /** Files below their folders. */
  readonly tree?: boolean;
}

/** Rows of the tables of downloads in a window. */
const MAX_COUNTED_ROWS = 10;

/** Files of the catalogue for people. */
export function listTable(files: readonly ListedFile[], options: ListOptions = {}): string {
  if (files.length === 0) return "no files yet: those that are put into the folder of a secondary come here";
  const { columns = null, tree = false, sort = "name", reverse = false, limit = null } = options;
  const listed = arrange(files, { sort, reverse, limit });
  const dated = sort === "date";
  const rows = (tree ? treeRows(listed) : listed.map((file) => ({ label: file.name, file, bytes: file.size }))).map(
    ({ label, file, bytes }) => {
      const date = dated && file ? [formatTime(file.modified / 1000)] : [];
      return [label, formatBytes(bytes), file?.sources ?? "", ...date];
    },
  );
  const headers = ["file", "size", "secondaries", ...(dated ? ["changed"] : [])];
  return `${tableIn(columns, headers, rows)}\n${sumOf(listed, files.length)}`;
}

/** How many files there are, and what they come to. `all`: how many there would be without a limit. */
function sumOf(files: readonly ListedFile[], all: number): string {
  const bytes = formatBytes(files.reduce((sum, { size }) => sum + size, 0));
  return files.length === all
    ? `${plural(all, "file")}, ${bytes}`
    : `${files.length} of ${plural(all, "file")}, ${bytes}`;
}

function tableIn(
  columns: number | null,
  headers: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  return renderTable(headers, rows, columns === null ? {} : { width: columns });
}

/** The cluster for people. */
export function statusText({ state, files, clients }: ClusterStatus, { columns = null }: TextOptions = {}): string {
  const lines = [state.synchronized ? "serving" : oneRow(`not serving: ${state.missing}`)];
  if (state.secondaries.length > 0) {
    const blamed = state.secondaries.some(({ accusations }) => accusations > 0);
    const rows = state.secondaries.map(({ number, address, state: how, files: held, accusations }) => {
      return [number, address, how, held, ...(blamed ? [accusations] : [])];
    });
    const headers = ["secondary", "address", "state", "files", ...(blamed ? ["accused"] : [])];
    lines.push("", tableIn(columns, headers, rows));
    lines.push(...state.secondaries.flatMap(problemLines).map(oneRow));
  }
  lines.push(...state.ending.map(endingLine));
  lines.push("", `downloads now: ${state.active} active, ${state.waiting} waiting`);
  for (const [header, counts] of [
    ["file", files],
    ["client", clients],
  ] as const) {
    if (counts.size > 0) lines.push("", countsTable(header, counts, columns));
  }
  return lines.join("\n");
}

/** Numbers of downloads; in a window the highest alone. */
function countsTable(header: string, counts: DownloadCounts, columns: number | null): string {
  const headers = [header, "downloads"];
  if (columns === null || counts.size <= MAX_COUNTED_ROWS) return tableIn(columns, headers, [...counts]);
  const highest = [...counts].sort(([, left], [, right]) => right - left).slice(0, MAX_COUNTED_ROWS);
  const more = `… and ${plural(counts.size - MAX_COUNTED_ROWS, "more", "more")} (status --json has all)`;
  return `${tableIn(columns, headers, highest)}\n${cutEnd(more, columns)}`;
}

/** What kept the central from answering, for people. */
export function refusalText(error: unknown): string {
  if (error instanceof PeerError && error.code === "not-synchronized")
    return `the central does not serve yet: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** How a download ended, in a line for people. */
export function finishedText({ result, failure }: FinishedDownload): string {
  const { name, path, size, seconds, receivedBytes, resumedBytes, reusedBytes = 0, sources, error } = result;
  if (failure !== null) return [`${name}: ${error ?? "it failed"}`, ...faultTexts(sources)].join("; ");
  const whole = formatBytes(size ?? 0);
  if (size !== 0 && receivedBytes + resumedBytes + reusedBytes === 0)
    return `${name}: ${path} is there already, with that content (${whole})`;
  const rate = receivedBytes > 0 ? ` (${formatRate(receivedBytes / Math.max(seconds, 0.001))})` : "";
  const parts = [`${whole} verified in ${formatDuration(seconds)}${rate}`];
  if (resumedBytes > 0) parts.push(`${formatBytes(resumedBytes)} of it were there`);
  if (reusedBytes > 0) parts.push(`${formatBytes(reusedBytes)} of it from the file that it replaces`);
  const shares = sources.filter(({ bytes }) => bytes > 0);
  const received = shares.reduce((sum, { bytes }) => sum + bytes, 0);
  const named = shares.map(({ number, bytes }) => `${number} (${Math.round((bytes / received) * 100)}%)`);
  if (shares.length === 1) parts.push(`from secondary ${shares[0]?.number}`);
  else if (shares.length > 0) parts.push(`from secondaries ${named.join(", ")}`);
  parts.push(...faultTexts(sources));
  const place = path === "-" || path === name ? "" : ` → ${path}`;
  return `${name}${place}: ${parts.join(", ")}`;
}

/** The sources that were at fault, for people. */
function faultTexts(sources: readonly SourceStats[]): string[] {
  return sources.flatMap(({ number, faults = 0 }) => {
    return faults > 0 ? [`${plural(faults, "fault")} of secondary ${number}`] : [];
  });
}
