import * as v from "valibot";
import type { ConsoleCommand } from "../console/commands/command.ts";
import { type AdjustableLimits, limitCommand } from "../console/commands/limit.ts";
import { type TypedFlags, typedArguments } from "../console/commands/typed-arguments.ts";
import type { Clock } from "../platform/clock.ts";
import { clientName } from "../protocol/fields.ts";
import { shownDuration } from "../text/shown/numbers.ts";
import { texts } from "../text/texts.ts";
import { CatalogueCache } from "./catalogue-cache.ts";
import { CentralUnreachable, isRefusal, WrongServer } from "./central-errors.ts";
import type { CentralSession } from "./central-session.ts";
import { DownloadCommands } from "./console/download-commands.ts";
import { orderCommands } from "./console/order-commands.ts";
import { type PutConsole, TypedPuts } from "./console/put-command.ts";
import type { DownloadJobDeps } from "./downloads/download-job-spec.ts";
import type { DownloadQueue } from "./downloads/download-queue.ts";
import type { FinishedDownload } from "./downloads/result.ts";
import { typedListing } from "./selection/listing.ts";
import { askPatiently } from "./selection/patient-question.ts";
import { type Selection, type SelectionQuery, select, unmatchedText } from "./selection/selection.ts";
import { listTable, refusalText, statusText } from "./tables.ts";
import { TypedGets } from "./typed-gets.ts";
import { type VerifyConsole, verifyCommands } from "./verify/commands.ts";

const LIST_FLAGS: TypedFlags = { sort: "value", limit: "value", reverse: "toggle", tree: "toggle" };
const GET_FLAGS: TypedFlags = { all: "toggle", force: "toggle", "dry-run": "toggle" };

export interface CommandConsole extends VerifyConsole, PutConsole {
  readonly clock: Clock;
  readonly session: CentralSession;
  readonly downloads: DownloadQueue;
  /** What each of them works with. */
  readonly deps: DownloadJobDeps;
  /** Where downloads go. */
  readonly folder: string;
  /** Absent: there are none. */
  readonly limits?: AdjustableLimits;
  /** The columns of the window that results go to; null where there is none. */
  columns(): number | null;
  /** Whether a person types: they should not have to wait for one command before they type the next. */
  interactive(): boolean;
  /** Prints a result. */
  print(text: string): void;
  /** Prints a result that may be long. Resolves when its reader has seen enough. */
  page(text: string): Promise<void>;
  /** Asks the user; true where the input is no terminal. */
  confirm(question: string): Promise<boolean>;
  /** Prints a text that is not a result. */
  note(text: string): void;
  /** A download of this console has ended, or was ended by `cancel`. */
  ended(finished: FinishedDownload, cancelled: boolean): void;
  quit(): void;
}

/** The commands of a client's console. They wait for the central as long as it takes. */
export function clientCommands(console: CommandConsole): ConsoleCommand[] {
  const catalogue = new CatalogueCache(console.clock, console.session);
  void catalogue.fill().catch(() => {});
  /** Names of downloads that `cancel` has ended. */
  const cancelled = new Set<string>();
  const gets = new TypedGets({
    ...console,
    ended: (finished) => console.ended(finished, cancelled.delete(finished.result.name)),
  });
  const puts = new TypedPuts(console);
  const commands = new DownloadCommands({
    puts,
    ...{ disk: console.deps.disk, verifications: console.verifications, downloads: console.downloads },
    ...{ folder: console.folder, columns: console.columns, print: console.print, note: console.note },
    begin: (name) => gets.begin({ wanted: { kind: "line", line: name, words: [name] }, force: false, dryRun: false }),
    stop: () => gets.stop(),
  });
  return [
    listCommand(console, catalogue),
    ...verifyCommands(console, (prefix) => catalogue.complete(prefix)).map((one) => askingNow(console, one)),
    getCommand(catalogue, gets),
    ...commands.all(cancelled),
    puts.command(),
    ...orderCommands(console, catalogue).map((one) => askingNow(console, one)),
    ...(console.limits ? [limitCommand(console.limits, console.print)] : []),
    askingNow(console, statusCommand(console)),
    nameCommand(console),
    {
      name: "quit",
      aliases: ["exit", "SALIR"],
      topic: "console",
      parameter: "",
      help: texts().client.help.quit,
      run: () => console.quit(),
    },
  ];
}

function nameCommand({ session, note }: CommandConsole): ConsoleCommand {
  const { client } = texts();
  return {
    name: "name",
    aliases: ["INSCRIBIR"],
    topic: "statistics",
    parameter: client.parameters.name,
    required: true,
    help: client.help.name,
    run(name) {
      if (!v.is(clientName, name)) throw new Error(client.nameRule);
      session.rename(name);
      note(client.youAre(name));
    },
  };
}

function listCommand(console: CommandConsole, catalogue: CatalogueCache): ConsoleCommand {
  const { clock, session, print, page, note } = console;
  /** What was asked for, and comes as soon as the central serves. */
  const pending = new Set<string>();
  const ask = async (wanted: SelectionQuery): Promise<Selection> => {
    if (wanted.kind === "all") return { files: await catalogue.refresh(), unmatched: [] };
    return select(session, wanted);
  };
  return {
    name: "list",
    aliases: ["files", "LISTA_VIDEOS"],
    topic: "files",
    parameter: texts().client.parameters.pattern,
    help: texts().client.help.list,
    details: texts().client.listDetails,
    complete: (prefix) => catalogue.complete(prefix),
    several: true,
    async run(argument) {
      const { flags, words, line } = typedArguments(argument, LIST_FLAGS);
      const options = { ...typedListing(flags), tree: flags.has("tree") };
      const wanted: SelectionQuery = line === "" ? { kind: "all" } : { kind: "line", line, words };
      const { promise: waits, resolve } = Promise.withResolvers<"waits">();
      const cancel = new AbortController();
      /** A pager that came while somebody types something else would take their keys. */
      let show = page;
      const wait = (reason: string) => {
        // Once: who was told that the central is away need not be told that it was tried.
        if (show !== page) return;
        show = async (text) => print(text);
        note(texts().client.listComes(reason));
        resolve("waits");
      };
      const away = awayText(console);
      if (away !== null) wait(away);
      const listed = askPatiently({
        ...{ clock, session, giveUpAfterMs: Number.POSITIVE_INFINITY, cancelled: cancel.signal },
        ask: () => ask(wanted),
        waits: (reason) => wait(refusalText(reason)),
      }).then(async ({ files, unmatched }) => {
        for (const text of unmatched) note(unmatchedText(text));
        if (unmatched.length > 0) console.wrong("no-such-file");
        if (files.length === 0 && unmatched.length > 0) return;
        await show(listTable(files, { ...options, columns: console.columns() }));
      });
      const shown = listed.catch((error: unknown) => {
        // The log says it already, and this client ends.
        if (!(error instanceof WrongServer || isRefusal(error))) throw error;
      });
      if ((await Promise.race([shown, waits])) !== "waits") return;
      if (!console.interactive()) return shown;
      const ending = shown.catch((error: unknown) => {
        if (!cancel.signal.aborted) note(refusalText(error));
      });
      if (pending.has(argument)) return cancel.abort();
      pending.add(argument);
      void ending.finally(() => pending.delete(argument));
    },
  };
}

function getCommand(catalogue: CatalogueCache, gets: TypedGets): ConsoleCommand {
  const { help, parameters, getDetails, allOrNames, getNeedsName } = texts().client;
  return {
    name: "get",
    aliases: ["VIDEO"],
    topic: "downloads",
    parameter: parameters.get,
    required: true,
    help: help.get,
    details: getDetails,
    complete: (prefix) => catalogue.complete(prefix),
    several: true,
    run(argument) {
      const { flags, words, line } = typedArguments(argument, GET_FLAGS);
      if (flags.has("all") && words.length > 0) throw new Error(allOrNames(line));
      if (!flags.has("all") && line === "") throw new Error(getNeedsName);
      const wanted: SelectionQuery = flags.has("all") ? { kind: "all" } : { kind: "line", line, words };
      return gets.begin({ wanted, force: flags.has("force"), dryRun: flags.has("dry-run") });
    },
  };
}

function statusCommand(console: CommandConsole): ConsoleCommand {
  const { session, page, columns } = console;
  return {
    name: "status",
    aliases: ["ESTADO"],
    topic: "cluster",
    parameter: "",
    help: texts().client.help.status,
    async run() {
      await session.currentAttempt();
      await page(statusText(await session.status(), { columns: columns() }));
    },
  };
}

/** A command that the central answers at once or not at all: while it is away that is said, and what can be done. */
function askingNow(console: CommandConsole, command: ConsoleCommand): ConsoleCommand {
  const run = (argument: string) => {
    const away = awayText(console);
    if (away !== null) throw new CentralUnreachable(texts().session.awayAdvice(away));
    return command.run(argument);
  };
  return { ...command, run };
}

/**
 * That the central is not there, for somebody who types and need not wait until it is; null where it is there, or it is being
 * tried for the first time.
 */
function awayText({ interactive, session }: CommandConsole): string | null {
  const away = interactive() ? session.away : null;
  return away && texts().session.away(session.address, shownDuration(away.ms / 1000), away.reason);
}
