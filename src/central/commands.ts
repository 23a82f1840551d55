import { nameAndNumber, twoNames } from "../console/commands/argument.ts";
import type { Command } from "../console/commands/command.ts";
import { renderTable } from "../console/table.ts";
import { originOf } from "../http/server/web-address.ts";
import { parseFingerprint } from "../keys/fingerprint.ts";
import { formatBytes, formatDuration, plural } from "../platform/units.ts";
import { endingLine, KEY_HEADERS, keyRows, revokedText } from "../protocol/key-rows.ts";
import { isName } from "../protocol/name.ts";
import { problemLines } from "../protocol/problem-lines.ts";
import { KEPT_HEADERS, keptRows, noAnswerFrom } from "../protocol/shown/kept-rows.ts";
import type { CentralDeps } from "./central.ts";
import { secondaryStatuses } from "./cluster-status.ts";
import type { AdmissionQueue } from "./downloads/admission-queue.ts";
import type { DownloadCoordinator } from "./downloads/download-coordinator.ts";
import type { FiguresDirectory } from "./figures/cluster-figures.ts";
import type { KeyDesk } from "./keys/key-desk.ts";
import type { ForgetOperation } from "./operations/forget-operation.ts";
import type { KeptFiles } from "./operations/kept-files.ts";
import { KeptNames } from "./operations/kept-names.ts";
import type { MoveOperation } from "./operations/move-operation.ts";
import type { RemoveOperation } from "./operations/remove-operation.ts";
import type { RestoreOperation } from "./operations/restore-operation.ts";
import { select } from "./operations/selection.ts";
import type { Registry } from "./registry/registry.ts";
import type { RemoteStore } from "./remote-store.ts";
import type { ServingState } from "./serving/serving-state.ts";
import { nothingKept } from "./sessions/client-orders.ts";
import type { CountKind } from "./store.ts";

/** Most rows that a command prints: a catalogue may have hundreds of thousands. */
const MAX_ROWS = 1000;
/** Most names that Tab offers. */
const MAX_NAMES = 100;
/** Most downloads at once. */
const MAX_LIMIT = 1_000_000;
/** Who orders what is ordered here, for the log. */
const CONSOLE = "the central's console";

/** What the commands use of a central. */
export interface CommandDeps {
  readonly deps: Pick<CentralDeps, "clock"> & { readonly store: Pick<RemoteStore, "downloadCounts"> };
  readonly registry: Pick<Registry, "catalogue" | "secondaries" | "sources">;
  readonly serving: Pick<ServingState, "missing">;
  readonly admission: Pick<AdmissionQueue, "downloads">;
  readonly downloads: Pick<DownloadCoordinator, "queue" | "setLimit">;
  readonly keptFiles: Pick<KeptFiles, "list">;
  readonly restoration: Pick<RestoreOperation, "restore">;
  readonly forgetting: Pick<ForgetOperation, "forget">;
  readonly keyDesk: Pick<KeyDesk, "list" | "revoke" | "ending">;
  readonly figures: FiguresDirectory;
  readonly removal: Pick<RemoveOperation, "remove">;
  readonly moving: Pick<MoveOperation, "move">;
}

interface Printer {
  print(text: string): void;
  /** Asks the user; true when the input is not a terminal. */
  confirm(question: string): Promise<boolean>;
}

/** The commands of a central's console. */
export function centralCommands(central: CommandDeps, printer: Printer): Command[] {
  const keptNames = new KeptNames(central.keptFiles, central.deps.clock);
  const command = (name: string, alias: string, help: string, run: Command["run"]): Command => {
    return { name, aliases: [alias], parameter: "", help, run };
  };
  return [
    command("downloads", "NUMERO_DESCARGAS_VIDEO", "downloads of each file", () => counts(central, printer, "files")),
    command("clients", "VIDEOS_CLIENTE", "downloads of each client", () => counts(central, printer, "clients")),
    command("secondaries", "SECUNDARIOS", "the secondaries, and how they are", () => secondaries(central, printer)),
    command("queue", "COLA", "downloads now, and those that wait", () => queue(central, printer)),
    command("files", "LISTA_VIDEOS", "the files, and how many have them", () => files(central, printer)),
    command("kept", "GUARDADOS", "replaced and removed files, kept", () => kept(central, printer, keptNames)),
    command("keys", "LLAVES", "keys that have come, and revoked ones", () => keys(central, printer)),
    {
      name: "revoke",
      aliases: ["REVOCAR"],
      parameter: "KEY",
      required: true,
      help: "refuse a key (its fingerprint)",
      run: (text) => revoke(central, printer, text),
    },
    {
      name: "restore",
      aliases: ["RESTAURAR"],
      parameter: "NAME [N]",
      required: true,
      help: "put back what is kept (N: its number)",
      details: ["restore film.mkv      the newest that is kept", "restore film.mkv 12   the one that kept lists as 12"],
      complete: (prefix) => keptNames.beginningWith(prefix, MAX_NAMES),
      run: (argument) => restore(central, printer, argument),
    },
    {
      name: "remove",
      aliases: ["ELIMINAR"],
      parameter: "NAME",
      required: true,
      help: "remove a file, a folder, a pattern",
      details: ["it is kept for a while, see kept and restore", "remove film.mkv", "remove series/", "remove **/*.tmp"],
      complete: (prefix) => namesBeginningWith(central, prefix),
      run: (text) => remove(central, printer, text),
    },
    moveCommand(central, printer),
    {
      name: "forget",
      aliases: ["OLVIDAR"],
      parameter: "N",
      required: true,
      help: "forget a secondary that is lost",
      run: (text) => forget(central, printer, text),
    },
    {
      name: "limit",
      aliases: ["LIMITE"],
      parameter: "N",
      required: true,
      help: "most downloads at once (0: no limit)",
      run: (text) => limit(central, printer, text),
    },
  ];
}

function moveCommand(central: CommandDeps, printer: Printer): Command {
  return {
    name: "mv",
    aliases: ["move", "MOVER"],
    parameter: "OLD NEW",
    required: true,
    help: "give a file or a folder another name",
    complete: (prefix) => namesBeginningWith(central, prefix),
    run: (text) => move(central, printer, text),
  };
}

async function counts({ deps }: CommandDeps, printer: Printer, kind: CountKind): Promise<void> {
  const header = { files: "file", clients: "client" }[kind];
  const rows = (await deps.store.downloadCounts(kind, "", MAX_ROWS)).map(({ name, downloads }) => [name, downloads]);
  printTable(printer, [header, "downloads"], rows, "no downloads yet");
}

function secondaries({ registry, serving, keyDesk, figures }: CommandDeps, printer: Printer): void {
  const all = secondaryStatuses(registry.secondaries, figures);
  const accused = all.some(({ accusations }) => accusations > 0);
  const sites = all.map(({ number }) => registry.secondaries.get(number)?.http ?? null);
  const answering = sites.some((site) => site !== null);
  const rows = all.map(({ number, address, state, files, accusations }, index) => {
    const site = sites[index];
    const origin = site ? originOf(site) : "-";
    return [number, address, state, files, ...(answering ? [origin] : []), ...(accused ? [accusations] : [])];
  });
  const more = [...(answering ? ["HTTP"] : []), ...(accused ? ["accused"] : [])];
  const headers = ["number", "address", "state", "files", ...more];
  printTable(printer, headers, rows, "no secondary has registered yet");
  for (const line of [...all.flatMap(problemLines), ...keyDesk.ending().map(endingLine)]) printer.print(line);
  const missing = serving.missing();
  if (missing) printer.print(`not serving: ${missing}`);
}

function queue({ downloads, admission }: CommandDeps, printer: Printer): void {
  const places = new Map(downloads.queue().map(({ entry, ...place }) => [entry.download, place]));
  const rows = admission.downloads().map(({ download, client, name, bytes, size }) => {
    const place = places.get(download);
    const state = place ? `place ${place.position}, ${describeEstimate(place.estimate)}` : "active";
    const percent = size === 0 ? 100 : Math.floor((bytes / size) * 100);
    return [client, name, state, place ? "" : `${percent}%`];
  });
  printTable(printer, ["client", "file", "state", "done"], rows, "no downloads now");
}

function files({ registry }: CommandDeps, printer: Printer): void {
  const { catalogue, sources } = registry;
  const rows: (string | number)[][] = [];
  for (const entry of catalogue.after(null)) {
    if (rows.length === MAX_ROWS) break;
    rows.push([entry.name, formatBytes(entry.size), sources.countHolders(entry)]);
  }
  printTable(printer, ["file", "size", "secondaries"], rows, "no files yet");
  const more = catalogue.size - rows.length;
  if (more > 0) printer.print(`… and ${plural(more, "file")} more`);
}

async function kept({ keptFiles }: CommandDeps, printer: Printer, keptNames: KeptNames): Promise<void> {
  const { versions, more, silent } = await keptFiles.list(null, MAX_ROWS);
  keptNames.update(versions);
  const rows = keptRows(versions.slice(0, MAX_ROWS).map((version) => ({ ...version, keepers: version.numbers })));
  printTable(printer, [...KEPT_HEADERS], rows, "nothing is kept");
  if (more || versions.length > rows.length) printer.print("… and older ones");
  if (silent.length > 0) printer.print(noAnswerFrom(silent));
}

/** Puts back what `NAME [NUMBER]` means, where it is kept. */
async function restore({ keptFiles, restoration }: CommandDeps, printer: Printer, argument: string): Promise<void> {
  const whole = await keptFiles.list(isName(argument) ? argument : null, MAX_ROWS);
  const { name, number } = nameAndNumber(argument, (text) => whole.versions.some((version) => version.name === text));
  if (!isName(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
  const result = await restoration.restore(name, { number, id: null }, CONSOLE);
  if (result.kind === "absent") throw new Error(nothingKept(name, number, result.listing));
  const { version, secondary } = result;
  const which = version.number === 0 ? "" : `, version ${version.number},`;
  printer.print(`${name}${which} is back at secondary ${secondary}, and the others copy it as the newest version`);
}

async function remove({ registry, removal, deps }: CommandDeps, printer: Printer, text: string): Promise<void> {
  const { names, bytes } = await select(registry.catalogue, text, deps.clock);
  const [first] = names;
  if (first === undefined)
    throw new Error(`there is no file ${text}, no folder of that name, and nothing that it matches`);
  const what = names.length === 1 ? first : plural(names.length, "file");
  const question = `remove ${what} (${formatBytes(bytes)}) from every secondary?`;
  if (!(await printer.confirm(question))) return printer.print("nothing was removed");
  const removed = await removal.remove(names, CONSOLE);
  if (names.length > 1) printer.print(`${plural(removed, "file")} removed; the secondaries keep them for a while`);
}

async function move({ registry, moving }: CommandDeps, printer: Printer, text: string): Promise<void> {
  const [from, to] = twoNames(text, (name) => registry.catalogue.get(name) !== undefined);
  const result = await moving.move(from, to, CONSOLE);
  if (result.kind === "absent") throw new Error(`there is no file ${from}, and no folder of that name`);
  if (result.kind === "refused") throw new Error(result.reason);
  const { files, seen } = result;
  const late = seen < files ? `; ${plural(files - seen, "file")} follow as soon as the secondaries can` : "";
  printer.print(`${plural(files, "file")} moved${late}`);
}

async function forget({ registry, forgetting }: CommandDeps, printer: Printer, text: string): Promise<void> {
  const number = wholeNumber(text);
  const secondary = number === null ? undefined : registry.secondaries.get(number);
  if (number === null || !secondary) throw new Error(`there is no secondary ${text}: secondaries lists them`);
  const what = `secondary ${number}, which held ${plural(secondary.fileCount, "file")}`;
  if (secondary.phase === "lost" && !(await printer.confirm(`forget ${what}?`)))
    return printer.print("nothing was forgotten");
  if (forgetting.forget(number, CONSOLE) === "connected")
    throw new Error(`secondary ${number} is connected: only one that is lost can be forgotten`);
  printer.print(`secondary ${number} is forgotten; what nobody else holds is gone from the list`);
}

function limit({ downloads }: CommandDeps, printer: Printer, text: string): void {
  const most = wholeNumber(text);
  if (most === null || most > MAX_LIMIT) throw new Error(`a number from 0 (any) to ${MAX_LIMIT}, not ${text}`);
  downloads.setLimit(most, CONSOLE);
  printer.print(most === 0 ? "any number of downloads at once" : `${plural(most, "download")} at once`);
}

function wholeNumber(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function keys({ keyDesk }: CommandDeps, printer: Printer): void {
  printTable(printer, [...KEY_HEADERS], keyRows(keyDesk.list()), "nobody has come with a key yet");
}

async function revoke({ keyDesk }: CommandDeps, printer: Printer, text: string): Promise<void> {
  const fingerprint = parseFingerprint(text);
  if (fingerprint === null) throw new Error("a fingerprint is 64 hexadecimal digits: keys lists them");
  if (!(await printer.confirm(`revoke ${fingerprint} for good?`))) return printer.print("nothing was revoked");
  await keyDesk.revoke(fingerprint, CONSOLE, (revoked) => printer.print(revokedText(fingerprint, revoked)));
}

function printTable(printer: Printer, headers: string[], rows: (string | number)[][], nothing: string): void {
  printer.print(rows.length === 0 ? nothing : renderTable(headers, rows));
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

/** How long somebody may have to wait, for people. */
function describeEstimate(seconds: number | null): string {
  return seconds === null ? "no estimate yet" : `about ${formatDuration(seconds)}`;
}
