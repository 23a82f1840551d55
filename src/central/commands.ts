import { nameAndNumber, twoNames } from "../console/commands/argument.ts";
import type { ConsoleCommand } from "../console/commands/command.ts";
import { eachMeant } from "../console/commands/meant.ts";
import { REMOVE_FLAGS, typedArguments } from "../console/commands/typed-arguments.ts";
import type { Console } from "../console/console.ts";
import { renderTable } from "../console/table.ts";
import { MAX_DOWNLOAD_LIMIT } from "../http/api/central-orders.ts";
import { parseFingerprint } from "../keys/fingerprint.ts";
import { isName } from "../protocol/name.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import { KEPT_SPARE, keptHeaders, keptRows, noAnswerFrom } from "../text/shown/kept-rows.ts";
import { revokedText } from "../text/shown/key-rows.ts";
import { shownBytes } from "../text/shown/numbers.ts";
import { shown } from "../text/shown/sentence.ts";
import { texts } from "../text/texts.ts";
import type { Topic } from "../text/topic.ts";
import type { CentralDeps } from "./central.ts";
import { type ClusterView, clusterInShort, queueTable, secondaryLines } from "./console/cluster-tables.ts";
import { keyTable } from "./console/key-table.ts";
import type { AdmissionQueue } from "./downloads/admission-queue.ts";
import type { DownloadCoordinator } from "./downloads/download-coordinator.ts";
import type { KeyDesk } from "./keys/key-desk.ts";
import type { ForgetOperation } from "./operations/forget-operation.ts";
import type { KeptFiles } from "./operations/kept-files.ts";
import { KeptNames } from "./operations/kept-names.ts";
import type { MoveOperation } from "./operations/move-operation.ts";
import type { RemoveOperation } from "./operations/remove-operation.ts";
import type { RestoreOperation } from "./operations/restore-operation.ts";
import { select } from "./operations/selection.ts";
import type { RemoteCentralStore } from "./remote-store.ts";
import type { CountKind } from "./store.ts";

/** Most rows that a command prints: a catalogue may have hundreds of thousands. */
const MAX_ROWS = 1000;
/** Most names that Tab offers. */
const MAX_NAMES = 100;
/** Who orders what is ordered here, for the log. */
const CONSOLE = "the central's console";

/** What the commands use of a central. */
export interface CommandDeps extends ClusterView {
  readonly admission: Pick<AdmissionQueue, "downloads" | "limit">;
  readonly deps: Pick<CentralDeps, "clock"> & { readonly store: Pick<RemoteCentralStore, "downloadCounts"> };
  readonly downloads: Pick<DownloadCoordinator, "queue" | "setLimit">;
  readonly keptFiles: Pick<KeptFiles, "list">;
  readonly restoration: Pick<RestoreOperation, "restore">;
  readonly forgetting: Pick<ForgetOperation, "forget">;
  readonly keyDesk: Pick<KeyDesk, "list" | "revoke" | "ending">;
  readonly removal: Pick<RemoveOperation, "remove">;
  readonly moving: Pick<MoveOperation, "move">;
}

type CentralPrinter = Pick<Console, "print" | "page" | "columns" | "confirm">;

/** The commands of a central's console. */
export function centralCommands(central: CommandDeps, printer: CentralPrinter): ConsoleCommand[] {
  const keptNames = new KeptNames(central.keptFiles, central.deps.clock);
  const { help, parameters, details } = texts().central;
  /** `takes`: what its argument is called, and what completes it; a command without it takes none. It must be given unless that says otherwise. */
  const command = (
    name: keyof typeof help,
    topic: Topic,
    aliases: string[],
    run: ConsoleCommand["run"],
    takes?: Pick<ConsoleCommand, "parameter" | "complete" | "details" | "required" | "several">,
  ): ConsoleCommand => {
    const argument = takes ? { required: true, ...takes } : { parameter: "" };
    return { name, aliases, topic, help: help[name], ...argument, run };
  };
  const complete = (prefix: string) => namesBeginningWith(central, prefix);
  const kepts = (prefix: string) => keptNames.beginningWith(prefix, MAX_NAMES);
  const number = { parameter: parameters.number };
  return [
    command("list", "files", ["files", "LISTA_VIDEOS"], () => files(central, printer)),
    command("remove", "files", ["ELIMINAR"], (text) => remove(central, printer, text), {
      ...{ parameter: parameters.names, details: details.remove, several: true },
      complete,
    }),
    command("mv", "files", ["move", "MOVER"], (text) => move(central, printer, text), {
      ...{ parameter: parameters.oldAndNew },
      complete,
    }),
    command("kept", "files", ["GUARDADOS"], () => kept(central, printer, keptNames)),
    command("restore", "files", ["RESTAURAR"], (text) => restore(central, printer, text), {
      ...{ parameter: parameters.nameAndNumber, details: details.restore },
      complete: kepts,
    }),
    command("downloads", "downloads", ["NUMERO_DESCARGAS_VIDEO"], () => downloads(central, printer)),
    command("queue", "downloads", ["COLA"], () => queue(central, printer)),
    command("limit", "downloads", ["LIMITE"], (text) => limit(central, printer, text), { ...number, required: false }),
    command("status", "cluster", ["ESTADO"], () => printer.print(clusterInShort(central).join("\n"))),
    command("secondaries", "cluster", ["SECUNDARIOS"], () => secondaries(central, printer)),
    command("forget", "cluster", ["OLVIDAR"], (text) => forget(central, printer, text), number),
    command("clients", "statistics", ["VIDEOS_CLIENTE"], async () => {
      await printer.page(await counts(central, printer, "clients"));
    }),
    command("keys", "keys", ["LLAVES", "CLAVES"], () => keys(central, printer)),
    command("revoke", "keys", ["REVOCAR"], (text) => revoke(central, printer, text), { parameter: parameters.key }),
  ];
}

/** What is under way, and how often each file was downloaded. */
async function downloads(central: CommandDeps, printer: CentralPrinter): Promise<void> {
  const now = queueTable(central, printer.columns());
  const counted = await counts(central, printer, "files");
  await printer.page(now === null ? counted : `${now}\n\n${counted}`);
}

function queue(central: CommandDeps, printer: CentralPrinter): Promise<void> {
  return printer.page(queueTable(central, printer.columns()) ?? texts().central.noDownloadsNow);
}

function secondaries(central: CommandDeps, printer: CentralPrinter): Promise<void> {
  return printer.page(secondaryLines(central, printer.columns()).join("\n"));
}

async function counts(
  { deps }: CommandDeps,
  printer: Pick<CentralPrinter, "columns">,
  kind: CountKind,
): Promise<string> {
  const { columns } = texts().common;
  const header = { files: columns.file, clients: columns.client }[kind];
  const rows = (await deps.store.downloadCounts(kind, "", MAX_ROWS)).map(({ name, downloads }) => [name, downloads]);
  return tableOf(printer, [header, columns.downloads], rows, texts().central.noDownloadsYet);
}

function files({ registry, serving }: CommandDeps, printer: CentralPrinter): Promise<void> {
  const { catalogue, sources } = registry;
  const { common } = texts();
  const rows: (string | number)[][] = [];
  for (const entry of catalogue.after(null)) {
    if (rows.length === MAX_ROWS) break;
    rows.push([entry.name, shownBytes(entry.size), sources.countHolders(entry)]);
  }
  const { file, size, secondaries } = common.columns;
  const more = catalogue.size - rows.length;
  const unlisted = serving.unlisted();
  const lines = [
    tableOf(printer, [file, size, secondaries], rows, common.noFiles),
    ...(more > 0 ? [common.moreFiles(more)] : []),
    ...(unlisted === null ? [] : [texts().cluster.notListed(shown(unlisted))]),
  ];
  return printer.page(lines.join("\n"));
}

/** Throws while nobody can say which files a name means. */
function checkListed({ serving }: Pick<CommandDeps, "serving">): void {
  const unlisted = serving.unlisted();
  if (unlisted !== null) throw new Error(texts().cluster.notListed(shown(unlisted)));
}

async function kept({ keptFiles }: CommandDeps, printer: CentralPrinter, keptNames: KeptNames): Promise<void> {
  const { versions, more, silent } = await keptFiles.list(null, MAX_ROWS);
  keptNames.update(versions);
  const rows = keptRows(versions.slice(0, MAX_ROWS).map((version) => ({ ...version, keepers: version.numbers })));
  const lines = [
    tableOf(printer, keptHeaders(), rows, texts().common.nothingKept, KEPT_SPARE),
    ...(more || versions.length > rows.length ? [texts().central.older] : []),
    ...(silent.length > 0 ? [noAnswerFrom(silent)] : []),
  ];
  await printer.page(lines.join("\n"));
}

/** Puts back what `NAME [NUMBER]` means, where it is kept. */
async function restore(
  { keptFiles, restoration }: CommandDeps,
  printer: CentralPrinter,
  argument: string,
): Promise<void> {
  const text = texts().central;
  const whole = await keptFiles.list(isName(argument) ? argument : null, MAX_ROWS);
  const { name, number } = nameAndNumber(argument, (some) => whole.versions.some((version) => version.name === some));
  if (!isName(name)) throw new Error(texts().common.notAName(JSON.stringify(name)));
  const result = await restoration.restore(name, { number, id: null }, CONSOLE);
  if (result.kind === "absent") {
    const { versions, silent } = result.listing;
    const none = versions.length > 0 ? text.notKept(number ?? "", name) : text.nothingKeptOf(name);
    throw new Error(silent.length > 0 ? `${none}; ${noAnswerFrom(silent)}` : none);
  }
  const { version, secondary } = result;
  printer.print(version.number === 0 ? text.back(name, secondary) : text.versionBack(name, version.number, secondary));
}

async function remove(central: CommandDeps, printer: CentralPrinter, argument: string): Promise<void> {
  const { registry, removal, deps } = central;
  const { catalogue } = registry;
  const { central: text, common, orders } = texts();
  checkListed(central);
  const { flags, words, line } = typedArguments(argument, REMOVE_FLAGS);
  if (line === "") throw new Error(orders.removeNeedsName);
  const meant = await eachMeant({ words, line }, async (wanted) => {
    const { names } = await select(catalogue, wanted, deps.clock);
    return names.length > 0 ? names : new Error(text.noSuchFile(wanted));
  });
  const names = [...new Set(meant.flatMap(([, each]) => each))];
  const bytes = names.reduce((sum, name) => sum + (catalogue.get(name)?.size ?? 0), 0);
  const what = names.length === 1 ? names.join("") : common.files(names.length);
  if (!flags.has("yes") && !(await printer.confirm(text.askRemove(what, shownBytes(bytes)))))
    return printer.print(text.notRemoved);
  const removed = await removal.remove(names, CONSOLE);
  if (names.length > 1) printer.print(text.removed(common.files(removed)));
}

async function move(central: CommandDeps, printer: CentralPrinter, wanted: string): Promise<void> {
  const { registry, moving } = central;
  const { central: text, common } = texts();
  checkListed(central);
  const [from, to] = twoNames(wanted, (name) => registry.catalogue.get(name) !== undefined);
  const result = await moving.move(from, to, CONSOLE);
  if (result.kind === "absent") throw new Error(text.nothingToMove(from));
  if (result.kind === "refused") throw new SentenceError(result.reason);
  const { files, seen } = result;
  const moved = text.moved(common.files(files));
  printer.print(seen < files ? text.movedLater(moved, common.files(files - seen), files - seen) : moved);
}

async function forget({ registry, forgetting }: CommandDeps, printer: CentralPrinter, wanted: string): Promise<void> {
  const { central: text, common } = texts();
  const number = wholeNumber(wanted);
  const secondary = number === null ? undefined : registry.secondaries.get(number);
  if (number === null || !secondary) throw new Error(text.noSecondary(wanted));
  const question = text.askForget(number, common.files(secondary.fileCount));
  if (secondary.phase === "lost" && !(await printer.confirm(question))) return printer.print(text.notForgotten);
  if (forgetting.forget(number, CONSOLE) === "connected") throw new Error(text.connected(number));
  printer.print(text.forgotten(number));
}

/** Without a number it says which holds now. */
function limit({ downloads, admission }: CommandDeps, printer: CentralPrinter, wanted: string): void {
  const { central: text, common } = texts();
  const most = wanted === "" ? admission.limit : wholeNumber(wanted);
  if (most === null || most > MAX_DOWNLOAD_LIMIT) throw new Error(text.limitRule(MAX_DOWNLOAD_LIMIT, wanted));
  if (wanted !== "") downloads.setLimit(most, CONSOLE);
  printer.print(most === 0 ? text.noLimit : text.limited(common.downloads(most)));
}

function wholeNumber(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function keys({ keyDesk }: CommandDeps, printer: CentralPrinter): Promise<void> {
  const known = keyDesk.list();
  return printer.page(known.length === 0 ? texts().keys.none : keyTable(known, printer.columns()));
}

async function revoke({ keyDesk }: CommandDeps, printer: CentralPrinter, wanted: string): Promise<void> {
  const text = texts().central;
  const fingerprint = parseFingerprint(wanted);
  if (fingerprint === null) throw new Error(text.fingerprintRule);
  if (!(await printer.confirm(text.askRevoke(fingerprint)))) return printer.print(text.notRevoked);
  await keyDesk.revoke(fingerprint, CONSOLE, (revoked) => printer.print(revokedText(fingerprint, revoked)));
}

function tableOf(
  { columns }: Pick<CentralPrinter, "columns">,
  headers: readonly string[],
  rows: readonly (string | number)[][],
  nothing: string,
  spare: readonly number[] = [],
): string {
  return rows.length === 0 ? nothing : renderTable(headers, rows, { width: columns(), spare });
}

function namesBeginningWith({ registry }: CommandDeps, prefix: string): string[] {
  const { catalogue } = registry;
  const first = catalogue.get(prefix) ? [prefix] : [];
  const names: string[] = [];
  for (const { name } of catalogue.after(prefix === "" ? null : prefix)) {
    if (!name.startsWith(prefix) || names.length === MAX_NAMES) break;
    names.push(name);
  }
  return [...first, ...names];
}
