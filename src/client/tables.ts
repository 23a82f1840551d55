import { formatBytes, plural } from "../base/units.ts";
import { renderTable } from "../console/table.ts";
import type { ListedFile } from "../protocol/visitor-messages.ts";
import type { ClusterStatus } from "./central-session.ts";

/** The catalogue for people. */
export function listTable(files: readonly ListedFile[]): string {
  if (files.length === 0) return "no files yet";
  const rows = files.map(({ name, size, sources }) => [name, formatBytes(size), sources]);
  return `${renderTable(["file", "size", "secondaries"], rows)}\n${plural(files.length, "file")}`;
}

/** The cluster for people. */
export function statusText({ state, files, clients }: ClusterStatus): string {
  const lines = [state.synchronized ? "serving" : `not serving: ${state.missing}`];
  if (state.secondaries.length > 0) {
    const rows = state.secondaries.map(({ number, address, state: how, files: held }) => [number, address, how, held]);
    lines.push("", renderTable(["secondary", "address", "state", "files"], rows));
  }
  lines.push("", `downloads: ${state.active} active, ${state.waiting} waiting`);
  for (const [header, counts] of [
    ["file", files],
    ["client", clients],
  ] as const) {
    const rows = Object.entries(counts);
    if (rows.length > 0) lines.push("", renderTable([header, "downloads"], rows));
  }
  return lines.join("\n");
}
