import { nameAndNumber } from "../console/commands/argument.ts";
import type { ConsoleCommand } from "../console/commands/command.ts";
import { type AdjustableLimits, limitCommand } from "../console/commands/limit.ts";
import type { Console } from "../console/console.ts";
import { renderTable, type TableOptions } from "../console/table.ts";
import { formatTime } from "../platform/units.ts";
import type { KeptFile } from "../protocol/messages/kept.ts";
import type { Told } from "../sentences/sentence.ts";
import { KEPT_SPARE } from "../text/shown/kept-rows.ts";
import { shownBytes } from "../text/shown/numbers.ts";
import { shown } from "../text/shown/sentence.ts";
import { texts } from "../text/texts.ts";
import type { Topic } from "../text/topic.ts";
import { type DigestProgress, describeDigests } from "./digests/digest-maker.ts";
import type { FileIndex } from "./file-index.ts";
import type { FileLeases } from "./http/file-leases.ts";
import type { KeptSelector, KeptStorage } from "./kept/kept-storage.ts";
import type { RemoteSecondaryStore } from "./remote-store.ts";
import { describeProgress } from "./replication/copy-progress.ts";
import type { Replicator } from "./replication/replicator.ts";
import type { PieceServer } from "./serving/piece-server.ts";

/** Most rows that a command prints: a folder may have hundreds of thousands of files. */
const MAX_ROWS = 1000;
/** Most files that `status` names because they cannot be copied. */
const MAX_OBSTACLES = 20;
/** Most names that Tab offers. */
const MAX_COMPLETIONS = 100;

type SecondaryPrinter = Pick<Console, "print" | "page" | "columns">;

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
  readonly missing: Told | null;
  restore(name: string, version: KeptSelector): Promise<KeptFile>;
}

/** The commands of a secondary's console. */
export function secondaryCommands(
  secondary: ShownSecondary,
  store: Pick<RemoteSecondaryStore, "servedCounts">,
  printer: SecondaryPrinter,
  limits: AdjustableLimits | null = null,
): ConsoleCommand[] {
  const { help, parameters } = texts().secondary;
  const command = (
    name: keyof typeof help,
    topic: Topic,
    aliases: string[],
    run: ConsoleCommand["run"],
  ): ConsoleCommand => {
    return { name, aliases, topic, parameter: "", help: help[name], run };
  };
  return [
    command("list", "files", ["files", "LISTA_VIDEOS"], () => files(secondary, printer)),
    command("kept", "files", ["GUARDADOS"], () => kept(secondary, printer)),
    {
      name: "restore",
      aliases: ["RESTAURAR"],
      topic: "files",
      parameter: parameters.nameAndNumber,
      required: true,
      help: help.restore,
      complete: (prefix) => secondary.kept.names(prefix, MAX_COMPLETIONS),
      run: (argument) => restore(secondary, argument),
    },
    command("downloads", "downloads", ["active", "VIDEOS_DESCARGANDO"], () => active(secondary, printer)),
    ...(limits ? [limitCommand(limits, (text) => printer.print(text))] : []),
    command("status", "cluster", ["ESTADO"], () => status(secondary, printer)),
    command("served", "statistics", ["VIDEOS_DESCARGADOS"], () => served(store, printer)),
  ];
}

function active({ server, httpSources }: ShownSecondary, printer: SecondaryPrinter): Promise<void> {
  const downloads = server.activeDownloads();
  for (const [name, count] of httpSources.leases.active()) downloads.set(name, (downloads.get(name) ?? 0) + count);
  const rows = [...downloads].sort().map(([name, count]) => [name, count]);
  return pageTable(printer, countHeaders(), rows, texts().secondary.nothingNow);
}

async function served(store: Pick<RemoteSecondaryStore, "servedCounts">, printer: SecondaryPrinter): Promise<void> {
  const rows = [...(await store.servedCounts())];
  await pageTable(printer, countHeaders(), rows, texts().secondary.nothingYet);
}

function countHeaders(): string[] {
  const { file, downloads } = texts().common.columns;
  return [file, downloads];
}

function files({ index }: ShownSecondary, printer: SecondaryPrinter): Promise<void> {
  const { secondary: text, common } = texts();
  const sorted = [...index.files()].sort((left, right) => (left.name < right.name ? -1 : 1));
  const rows = sorted.map(({ name, size, changed, vector }) => {
    return [name, shownBytes(size), changed || vector === "" ? text.toBeAgreed : text.inStep];
  });
  const { file, size, state } = common.columns;
  return pageTable(printer, [file, size, state], rows, common.noFiles);
}

function kept({ kept, missing }: ShownSecondary, printer: SecondaryPrinter): Promise<void> {
  const { secondary: text, common } = texts();
  const rows = kept.list(null, MAX_ROWS).map(({ name, number, size, at, why }) => {
    return [name, number === 0 ? "-" : number, shownBytes(size), formatTime(at), common.whyKept[why]];
  });
  const nothing = missing === null ? common.nothingKept : text.diskMissing(shown(missing));
  const { file, number, size, since, why } = common.columns;
  return pageTable(printer, [file, number, size, since, why], rows, nothing, { all: kept.count, spare: KEPT_SPARE });
}

async function restore(secondary: ShownSecondary, argument: string): Promise<void> {
  const { name, number } = nameAndNumber(argument, (whole) => secondary.kept.newest(whole) !== null);
  await secondary.restore(name, number === null ? {} : { number });
}

function status(
  { connected, missing, index, kept, replicator, digestProgress }: ShownSecondary,
  printer: SecondaryPrinter,
): void {
  const { secondary: text, common } = texts();
  printer.print(connected ? text.registered : text.noCentral);
  printer.print(missing === null ? text.shared(common.files(index.count)) : text.diskMissing(shown(missing)));
  if (kept.count > 0) printer.print(text.kept(kept.count, shownBytes(kept.bytes)));
  for (const copy of replicator.progress()) printer.print(describeProgress(copy));
  const { queued } = replicator;
  if (queued > 0) printer.print(text.waiting(common.files(queued)));
  if (digestProgress.files > 0) printer.print(describeDigests(digestProgress));
  const { count, files } = replicator.obstacles(MAX_OBSTACLES);
  for (const { name, reason } of files) printer.print(text.cannotCopy(name, shown(reason)));
  for (const line of restOf(count - files.length)) printer.print(line);
}

/** `all`: how many rows there would be; `spare` as of {@link TableOptions}. */
function pageTable(
  { page, columns }: SecondaryPrinter,
  headers: readonly string[],
  rows: readonly (string | number)[][],
  nothing: string,
  { all = rows.length, spare = [] }: { readonly all?: number } & Pick<TableOptions, "spare"> = {},
): Promise<void> {
  const listed = rows.slice(0, MAX_ROWS);
  const table = rows.length === 0 ? nothing : renderTable(headers, listed, { width: columns(), spare });
  return page([table, ...restOf(all - listed.length)].join("\n"));
}

/** How many files are not shown, if there are any. */
function restOf(count: number): string[] {
  return count > 0 ? [texts().common.moreFiles(count)] : [];
}
