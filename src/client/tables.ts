import { renderTable } from "../console/table.ts";
import { cutEnd, oneRow } from "../console/text.ts";
import { formatTime } from "../platform/units.ts";
import { PeerError } from "../protocol/errors.ts";
import type { ListedFile } from "../protocol/messages/client.ts";
import { unwired } from "../protocol/said.ts";
import { saidOf, say, type Told } from "../sentences/sentence.ts";
import { toldOf } from "../sentences/sentence-error.ts";
import { endingLine } from "../text/shown/key-rows.ts";
import { shownBytes, shownDuration, shownRate } from "../text/shown/numbers.ts";
import { problemLines, shownState } from "../text/shown/problem-lines.ts";
import { shown } from "../text/shown/sentence.ts";
import { texts } from "../text/texts.ts";
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
  if (files.length === 0) return texts().common.noFilesYet;
  const { columns = null, tree = false, sort = "name", reverse = false, limit = null } = options;
  const listed = arrange(files, { sort, reverse, limit });
  const dated = sort === "date";
  const rows = (tree ? treeRows(listed) : listed.map((file) => ({ label: file.name, file, bytes: file.size }))).map(
    ({ label, file, bytes }) => {
      const date = dated && file ? [formatTime(file.modified / 1000)] : [];
      return [label, shownBytes(bytes), file?.sources ?? "", ...date];
    },
  );
  const { file, size, secondaries, changed } = texts().common.columns;
  const headers = [file, size, secondaries, ...(dated ? [changed] : [])];
  return `${renderTable(headers, rows, { width: columns })}\n${sumOf(listed, files.length)}`;
}

/** How many files there are, and what they come to. `all`: how many there would be without a limit. */
function sumOf(files: readonly ListedFile[], all: number): string {
  const { common } = texts();
  const bytes = shownBytes(files.reduce((sum, { size }) => sum + size, 0));
  const whole = common.files(all);
  return `${files.length === all ? whole : common.someOf(files.length, whole)}, ${bytes}`;
}

/** The cluster for people. */
export function statusText({ state, files, clients }: ClusterStatus, { columns = null }: TextOptions = {}): string {
  const { cluster, common } = texts();
  const lines = [
    state.synchronized
      ? cluster.serving
      : oneRow(cluster.notServing(shown(unwired({ message: state.missing, said: state.said })))),
  ];
  if (state.secondaries.length > 0) {
    const blamed = state.secondaries.some(({ accusations }) => accusations > 0);
    const rows = state.secondaries.map((secondary) => {
      const { number, address, files: held, accusations } = secondary;
      return [number, address, shownState(secondary), held, ...(blamed ? [accusations] : [])];
    });
    const { secondary, address, state: how, files: held, accused } = common.columns;
    const headers = [secondary, address, how, held, ...(blamed ? [accused] : [])];
    lines.push("", renderTable(headers, rows, { width: columns }));
    lines.push(...state.secondaries.flatMap(problemLines).map(oneRow));
  }
  lines.push(...state.ending.map(endingLine));
  lines.push("", cluster.downloadsNow(state.active, state.waiting));
  for (const [header, counts] of [
    [common.columns.file, files],
    [common.columns.client, clients],
  ] as const) {
    if (counts.size > 0) lines.push("", countsTable(header, counts, columns));
  }
  return lines.join("\n");
}

/** Numbers of downloads; in a window the highest alone. */
function countsTable(header: string, counts: DownloadCounts, columns: number | null): string {
  const headers = [header, texts().common.columns.downloads];
  if (columns === null || counts.size <= MAX_COUNTED_ROWS) return renderTable(headers, [...counts], { width: columns });
  const highest = [...counts].sort(([, left], [, right]) => right - left).slice(0, MAX_COUNTED_ROWS);
  const more = texts().cluster.moreCounts(counts.size - MAX_COUNTED_ROWS);
  return `${renderTable(headers, highest, { width: columns })}\n${cutEnd(more, columns)}`;
}

/** What kept the central from answering. */
export function refusalTold(error: unknown): Told {
  if (error instanceof PeerError && error.code === "not-synchronized")
    return say("the central does not serve yet: {reason}", { reason: error.told });
  return toldOf(error);
}

/** The same, for people. */
export function refusalText(error: unknown): string {
  return shown(refusalTold(error));
}

/** How a download ended, in a line for people. */
export function finishedText({ result, failure, present, why }: FinishedDownload): string {
  const { name, path, size, seconds, receivedBytes, resumedBytes, reusedBytes = 0, sources, error } = result;
  const text = texts().downloads;
  if (failure !== null) return [shown(saidOf(name, why ?? error ?? text.failed)), ...faultTexts(sources)].join("; ");
  const whole = shownBytes(size ?? 0);
  if (present) return text.thereAlready(path === name ? name : `${name}: ${path}`, whole);
  const rate = receivedBytes > 0 ? ` (${shownRate(receivedBytes / Math.max(seconds, 0.001))})` : "";
  const parts = [`${text.verified(whole, shownDuration(seconds))}${rate}`];
  if (resumedBytes > 0) parts.push(text.wereThere(shownBytes(resumedBytes)));
  if (reusedBytes > 0) parts.push(text.wereOlder(shownBytes(reusedBytes)));
  const shares = sources.filter(({ bytes }) => bytes > 0);
  const received = shares.reduce((sum, { bytes }) => sum + bytes, 0);
  const named = shares.map(({ number, bytes }) => `${number} (${Math.round((bytes / received) * 100)}%)`);
  const [first] = shares;
  if (first && shares.length === 1) parts.push(text.fromOne(first.number));
  else if (first) parts.push(text.fromSeveral(named.join(", ")));
  parts.push(...faultTexts(sources));
  const place = path === "-" || path === name ? "" : ` → ${path}`;
  return `${name}${place}: ${parts.join(", ")}`;
}

/** The sources that were at fault, for people. */
function faultTexts(sources: readonly SourceStats[]): string[] {
  return sources.flatMap(({ number, faults = 0 }) => {
    return faults > 0 ? [texts().downloads.faults(faults, number)] : [];
  });
}
