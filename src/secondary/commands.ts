import { nameAndNumber } from "../console/commands/argument.ts";
import type { Command } from "../console/commands/command.ts";
import { type AdjustableLimits, limitCommand } from "../console/commands/limit.ts";
import { renderTable } from "../console/table.ts";
import { formatBytes, formatTime, plural } from "../platform/units.ts";
import type { KeptFile } from "../protocol/messages/kept.ts";
import { type DigestProgress, describeDigests } from "./digests/digest-maker.ts";
import type { FileIndex } from "./file-index.ts";
import type { FileLeases } from "./http/file-leases.ts";
import type { KeptStorage, KeptVersion } from "./kept/kept-storage.ts";
import type { RemoteStore } from "./remote-store.ts";
import { describeProgress } from "./replication/copy-progress.ts";
import type { Replicator } from "./replication/replicator.ts";
import type { PieceServer } from "./serving/piece-server.ts";

/** Most rows that a command prints: a folder may have hundreds of thousands of files. */
const MAX_ROWS = 1000;
/** Most files that `status` names because they cannot be copied. */
const MAX_OBSTACLES = 20;
/** Most names that Tab offers. */
const MAX_COMPLETIONS = 100;

interface Printer {
  print(text: string): void;
}

/** A secondary, as far as its console shows it. */
export interface ShownSecondary {
  readonly server: Pick<PieceServer, "activeDownloads">;
  readonly httpSources: { readonly leases: Pick<FileLeases, "active"> };
  readonly index: Pick<FileIndex, "files" | "count">;
  readonly kept: Pick<KeptStorage, "list" | "names" | "newest" | "count" | "bytes">;
  readonly replicator: Pick<Replicator, "progress" | "queued" | "obstacles">;
  readonly digestProgress: DigestProgress;
  readonly connected: boolean;
  /** Why the shared folder is not shared now; null when it is. */
  readonly missing: string | null;
  restore(name: string, version: KeptVersion): Promise<KeptFile>;
}

/** The commands of a secondary's console. */
export function secondaryCommands(
  secondary: ShownSecondary,
  store: Pick<RemoteStore, "servedCounts">,
  printer: Printer,
  limits: AdjustableLimits | null = null,
): Command[] {
  const command = (name: string, alias: string, help: string, run: Command["run"]): Command => {
    return { name, aliases: [alias], parameter: "", help, run };
  };
  return [
    command("active", "VIDEOS_DESCARGANDO", "files that are being downloaded from here", () => {
      active(secondary, printer);
    }),
    command("served", "VIDEOS_DESCARGADOS", "downloads served from here, for each file", () => served(store, printer)),
    command("files", "LISTA_VIDEOS", "the files in the shared folder", () => files(secondary, printer)),
    command("kept", "GUARDADOS", "replaced and removed files, kept", () => kept(secondary, printer)),
    {
      name: "restore",
      aliases: ["RESTAURAR"],
      parameter: "NAME [N]",
      required: true,
      help: "put back what is kept (N: its number)",
      complete: (prefix) => secondary.kept.names(prefix, MAX_COMPLETIONS),
      run: (argument) => restore(secondary, argument),
    },
    command("status", "ESTADO", "the central, and what is being copied", () => status(secondary, printer)),
    ...(limits ? [limitCommand(limits, (text) => printer.print(text))] : []),
  ];
}

function active({ server, httpSources }: ShownSecondary, printer: Printer): void {
  const downloads = server.activeDownloads();
  for (const [name, count] of httpSources.leases.active()) downloads.set(name, (downloads.get(name) ?? 0) + count);
  const rows = [...downloads].sort().map(([name, count]) => [name, count]);
  printTable(printer, ["file", "downloads"], rows, "nothing is being downloaded from here");
}

async function served(store: Pick<RemoteStore, "servedCounts">, printer: Printer): Promise<void> {
  const rows = [...(await store.servedCounts())];
  printTable(printer, ["file", "downloads"], rows, "nothing was downloaded from here yet");
}

function files({ index }: ShownSecondary, printer: Printer): void {
  const sorted = [...index.files()].sort((left, right) => (left.name < right.name ? -1 : 1));
  const rows = sorted.map(({ name, size, changed, vector }) => {
    return [name, formatBytes(size), changed || vector === "" ? "to be agreed" : "in step"];
  });
  printTable(printer, ["file", "size", "state"], rows, "no files yet");
}

function kept({ kept, missing }: ShownSecondary, printer: Printer): void {
  const rows = kept.list(null, MAX_ROWS).map(({ name, number, size, at, why }) => {
    return [name, number === 0 ? "-" : number, formatBytes(size), formatTime(at), why];
  });
  const nothing = missing === null ? "nothing is kept" : `disk missing: ${missing}`;
  printTable(printer, ["file", "number", "size", "since", "why"], rows, nothing);
  printRest(printer, kept.count - rows.length);
}

async function restore(secondary: ShownSecondary, argument: string): Promise<void> {
  const { name, number } = nameAndNumber(argument, (whole) => secondary.kept.newest(whole) !== null);
  await secondary.restore(name, number === null ? {} : { number });
}

function status(
  { connected, missing, index, kept, replicator, digestProgress }: ShownSecondary,
  printer: Printer,
): void {
  printer.print(connected ? "registered with the central" : "the central cannot be reached");
  printer.print(missing === null ? `${plural(index.count, "file")} shared` : `disk missing: ${missing}`);
  if (kept.count > 0) {
    printer.print(`${plural(kept.count, "replaced or removed file")} kept (${formatBytes(kept.bytes)})`);
  }
  for (const copy of replicator.progress()) printer.print(describeProgress(copy));
  const { queued } = replicator;
  if (queued > 0) printer.print(`${plural(queued, "file")} waiting to be copied`);
  if (digestProgress.files > 0) printer.print(describeDigests(digestProgress));
  const { count, files } = replicator.obstacles(MAX_OBSTACLES);
  for (const { name, reason } of files) printer.print(`cannot copy ${name}: ${reason}`);
  printRest(printer, count - files.length);
}

function printTable(printer: Printer, headers: string[], rows: (string | number)[][], nothing: string): void {
  printer.print(rows.length === 0 ? nothing : renderTable(headers, rows.slice(0, MAX_ROWS)));
  printRest(printer, rows.length - MAX_ROWS);
}

/** Says how many files are not shown, if there are any. */
function printRest(printer: Printer, count: number): void {
  if (count > 0) printer.print(`… and ${plural(count, "file")} more`);
}
