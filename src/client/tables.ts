import { renderTable } from "../console/table.ts";
import { oneRow } from "../console/text.ts";
import { formatBytes, formatDuration, formatRate, plural } from "../platform/units.ts";
import { PeerError } from "../protocol/errors.ts";
import { endingLine } from "../protocol/key-rows.ts";
import type { ListedFile } from "../protocol/messages/client.ts";
import { problemLines } from "../protocol/problem-lines.ts";
import type { SourceStats } from "../transfer/download.ts";
import type { ClusterStatus } from "./central-session.ts";
import type { FinishedDownload } from "./downloads/result.ts";

/** The catalogue for people. */
export function listTable(files: readonly ListedFile[]): string {
  if (files.length === 0) return "no files yet: those that are put into the folder of a secondary come here";
  const rows = files.map(({ name, size, sources }) => [name, formatBytes(size), sources]);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return `${renderTable(["file", "size", "secondaries"], rows)}\n${plural(files.length, "file")}, ${formatBytes(total)}`;
}

/** The cluster for people. */
export function statusText({ state, files, clients }: ClusterStatus): string {
  const lines = [state.synchronized ? "serving" : oneRow(`not serving: ${state.missing}`)];
  if (state.secondaries.length > 0) {
    const blamed = state.secondaries.some(({ accusations }) => accusations > 0);
    const rows = state.secondaries.map(({ number, address, state: how, files: held, accusations }) => {
      return [number, address, how, held, ...(blamed ? [accusations] : [])];
    });
    const headers = ["secondary", "address", "state", "files", ...(blamed ? ["accused"] : [])];
    lines.push("", renderTable(headers, rows));
    lines.push(...state.secondaries.flatMap(problemLines).map(oneRow));
  }
  lines.push(...state.ending.map(endingLine));
  lines.push("", `downloads now: ${state.active} active, ${state.waiting} waiting`);
  for (const [header, counts] of [
    ["file", files],
    ["client", clients],
  ] as const) {
    const rows = [...counts];
    if (rows.length > 0) lines.push("", renderTable([header, "downloads"], rows));
  }
  return lines.join("\n");
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
