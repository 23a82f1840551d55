import * as v from "valibot";
import type { Command } from "../console/commands/command.ts";
import { type AdjustableLimits, limitCommand } from "../console/commands/limit.ts";
import { type TypedFlags, typedArguments } from "../console/commands/typed-arguments.ts";
import type { Clock } from "../platform/clock.ts";
import { clientName } from "../protocol/fields.ts";
import { CatalogueCache } from "./catalogue-cache.ts";
import { isRefusal, WrongServer } from "./central-errors.ts";
import type { CentralSession } from "./central-session.ts";
import { orderCommands } from "./console/order-commands.ts";
import { type PutConsole, putCommand } from "./console/put-command.ts";
import type { DownloadJobDeps } from "./downloads/download-job-spec.ts";
import type { DownloadQueue } from "./downloads/download-queue.ts";
import type { FinishedDownload } from "./downloads/result.ts";
import { typedListing } from "./selection/listing.ts";
import { askPatiently } from "./selection/patient-question.ts";
import { type Selection, select, unmatchedText, type Wanted } from "./selection/selection.ts";
import { listTable, refusalText, statusText } from "./tables.ts";
import { TypedGets } from "./typed-gets.ts";
import { type VerifyConsole, verifyCommands } from "./verify/commands.ts";

const LIST_FLAGS: TypedFlags = { sort: "value", limit: "value", reverse: "toggle", tree: "toggle" };
const GET_FLAGS: TypedFlags = { all: "toggle", force: "toggle", "dry-run": "toggle" };

export interface ClientConsole extends VerifyConsole, PutConsole {
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
export function clientCommands(console: ClientConsole): Command[] {
  const catalogue = new CatalogueCache(console.clock, console.session);
  void catalogue.fill().catch(() => {});
  /** Names of downloads that `cancel` has ended. */
  const cancelled = new Set<string>();
  const gets = new TypedGets({
    ...console,
    ended: (finished) => console.ended(finished, cancelled.delete(finished.result.name)),
  });
  return [
    nameCommand(console),
    listCommand(console, catalogue),
    getCommand(catalogue, gets),
    ...verifyCommands(console, (prefix) => catalogue.complete(prefix)),
    statusCommand(console),
    pauseCommand(console),
    resumeCommand(console),
    cancelCommand(console, cancelled, gets),
    putCommand(console),
    ...orderCommands(console, catalogue),
    ...(console.limits ? [limitCommand(console.limits, console.print)] : []),
    { name: "quit", aliases: ["exit", "SALIR"], parameter: "", help: "end this client", run: () => console.quit() },
  ];
}

function nameCommand({ session, note }: ClientConsole): Command {
  return {
    name: "name",
    aliases: ["INSCRIBIR"],
    parameter: "N",
    required: true,
    help: "what this client is called in the statistics",
    run(name) {
      if (!v.is(clientName, name)) throw new Error("a name has 1 to 100 characters, none of them a control character");
      session.rename(name);
      note(`you are ${name}`);
    },
  };
}

function listCommand(console: ClientConsole, catalogue: CatalogueCache): Command {
  const { clock, session, print, page, note } = console;
  /** What was asked for, and comes as soon as the central serves. */
  const pending = new Set<string>();
  const ask = async (wanted: Wanted): Promise<Selection> => {
    if (wanted.kind === "all") return { files: await catalogue.refresh(), unmatched: [] };
    return select(session, wanted);
  };
  return {
    name: "list",
    aliases: ["LISTA_VIDEOS"],
    parameter: "PATTERN",
    help: "the files; --sort, --reverse, --limit, --tree",
    complete: (prefix) => catalogue.complete(prefix),
    several: true,
    async run(argument) {
      const { flags, words, line } = typedArguments(argument, LIST_FLAGS);
      const options = { ...typedListing(flags), tree: flags.has("tree") };
      const wanted: Wanted = line === "" ? { kind: "all" } : { kind: "line", line, words };
      const { promise: waits, resolve } = Promise.withResolvers<"waits">();
      const cancel = new AbortController();
      /** A pager that came while somebody types something else would take their keys. */
      let show = page;
      const listed = askPatiently({
        ...{ clock, session, giveUpAfterMs: Number.POSITIVE_INFINITY, cancelled: cancel.signal },
        ask: () => ask(wanted),
        waits(reason) {
          show = async (text) => print(text);
          note(`${refusalText(reason)}; the list comes as soon as it can`);
          resolve("waits");
        },
      }).then(async ({ files, unmatched }) => {
        for (const text of unmatched) note(unmatchedText(text));
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

function getCommand(catalogue: CatalogueCache, gets: TypedGets): Command {
  return {
    name: "get",
    aliases: ["VIDEO"],
    parameter: "NAME...",
    required: true,
    help: "download files; --all, --force, --dry-run",
    details: [
      "NAME is as list shows it, with spaces or quotes as they are; several names with spaces stand in quotes",
      "a folder means all that is in it, and ** in a pattern goes into folders",
      "get film.mkv",
      "get series 'two words.mkv'",
      "get series/**/*.mkv",
      "get --all --dry-run",
    ],
    complete: (prefix) => catalogue.complete(prefix),
    several: true,
    run(argument) {
      const { flags, words, line } = typedArguments(argument, GET_FLAGS);
      if (flags.has("all") && words.length > 0) throw new Error(`--all and ${line}: give one of them`);
      if (!flags.has("all") && line === "") throw new Error("get needs a NAME, or --all");
      const wanted: Wanted = flags.has("all") ? { kind: "all" } : { kind: "line", line, words };
      return gets.begin({ wanted, force: flags.has("force"), dryRun: flags.has("dry-run") });
    },
  };
}

function statusCommand({ session, page, columns }: ClientConsole): Command {
  return {
    name: "status",
    aliases: ["ESTADO"],
    parameter: "",
    help: "how the cluster is, and the statistics",
    async run() {
      await session.currentAttempt();
      await page(statusText(await session.status(), { columns: columns() }));
    },
  };
}

function pauseCommand({ downloads }: ClientConsole): Command {
  return {
    name: "pause",
    aliases: ["PAUSAR"],
    parameter: "NAME",
    help: "pause a download, or all",
    complete: () => downloads.names(),
    run(name) {
      for (const job of atLeastOne(name, "pause", downloads.runningNamed(name))) job.pause();
    },
  };
}

function resumeCommand({ downloads }: ClientConsole): Command {
  return {
    name: "resume",
    aliases: ["REANUDAR"],
    parameter: "NAME",
    help: "go on with a paused download, or all",
    complete: () => downloads.names(),
    run(name) {
      for (const job of atLeastOne(name, "resume", downloads.runningNamed(name))) job.resume();
    },
  };
}

function cancelCommand({ downloads, verifications }: ClientConsole, cancelled: Set<string>, gets: TypedGets): Command {
  return {
    name: "cancel",
    aliases: ["CANCELAR"],
    parameter: "NAME",
    help: "end a download, or all; what came is kept",
    complete: () => downloads.names(),
    run(name) {
      if (name === "") gets.stop();
      const ended = downloads.cancel(name);
      if (name === "" && verifications.cancel() && ended.length === 0) return;
      for (const one of atLeastOne(name, "cancel", ended)) cancelled.add(one);
    },
  };
}

/** Throws where a command has found nothing to do. */
function atLeastOne<T>(name: string, verb: string, found: readonly T[]): readonly T[] {
  if (found.length === 0) throw new Error(name === "" ? `nothing to ${verb}` : `${name} is not being downloaded`);
  return found;
}
