import * as v from "valibot";
import type { Command } from "../console/commands/command.ts";
import { type AdjustableLimits, limitCommand } from "../console/commands/limit.ts";
import { type Clock, delay } from "../platform/clock.ts";
import { PeerError } from "../protocol/errors.ts";
import { clientName } from "../protocol/fields.ts";
import { nameFault } from "../protocol/name.ts";
import { CatalogueCache } from "./catalogue-cache.ts";
import { CentralUnreachable, isRefusal, WrongServer } from "./central-errors.ts";
import type { CentralSession } from "./central-session.ts";
import { destinationIn } from "./downloads/destination.ts";
import type { DownloadQueue } from "./downloads/download-queue.ts";
import type { FinishedDownload } from "./downloads/result.ts";
import { listTable, refusalText, statusText } from "./tables.ts";
import { type VerifyConsole, verifyCommands } from "./verify/commands.ts";

/** Milliseconds between two tries to get a list that the central cannot give yet: a person does not notice them. */
const LIST_RETRY_MS = 500;

export interface ClientConsole extends VerifyConsole {
  readonly clock: Clock;
  readonly session: CentralSession;
  readonly downloads: DownloadQueue;
  /** Where downloads go. */
  readonly folder: string;
  /** Absent: there are none. */
  readonly limits?: AdjustableLimits;
  /** Whether a person types: they should not have to wait for one command before they type the next. */
  interactive(): boolean;
  /** Prints a result. */
  print(text: string): void;
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
  return [
    nameCommand(console),
    listCommand(console, catalogue),
    getCommand(console, catalogue, cancelled),
    ...verifyCommands(console, (prefix) => catalogue.complete(prefix)),
    statusCommand(console),
    pauseCommand(console),
    resumeCommand(console),
    cancelCommand(console, cancelled),
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
  const { clock, print, note } = console;
  /** Whether the list is already asked for again and again until the central serves. */
  let pending = false;
  const listWhenServed = async () => {
    for (;;) {
      await delay(clock, LIST_RETRY_MS);
      try {
        return print(listTable(await catalogue.refresh()));
      } catch (error) {
        if (isFinal(error)) throw error;
      }
    }
  };
  return {
    name: "list",
    aliases: ["LISTA_VIDEOS"],
    parameter: "",
    help: "the files that can be downloaded",
    async run() {
      let reason: string;
      try {
        return print(listTable(await catalogue.refresh()));
      } catch (error) {
        // The log says it already, and this client ends.
        if (error instanceof WrongServer || isRefusal(error)) return;
        if (isFinal(error)) throw error;
        reason = refusalText(error);
      }
      note(`${reason}; the list comes as soon as it can`);
      if (!console.interactive()) return listWhenServed();
      if (pending) return;
      pending = true;
      void listWhenServed()
        .catch((error: unknown) => note(refusalText(error)))
        .finally(() => {
          pending = false;
        });
    },
  };
}

function getCommand(console: ClientConsole, catalogue: CatalogueCache, cancelled: Set<string>): Command {
  const { downloads, folder, ended } = console;
  return {
    name: "get",
    aliases: ["VIDEO"],
    parameter: "NAME",
    required: true,
    help: "download a file",
    details: ["NAME is as list shows it, with spaces or quotes as they are", "get film.mkv", "get series/one two.mkv"],
    complete: (prefix) => catalogue.complete(prefix),
    run(name) {
      const fault = nameFault(name);
      if (fault) throw new Error(`${JSON.stringify(name)} cannot be the name of a file: ${fault}`);
      if (downloads.names().includes(name)) throw new Error(`${name} is being downloaded already`);
      const destination = destinationIn(folder, name);
      void downloads
        .add({ name, destination, force: false, giveUpAfterMs: Number.POSITIVE_INFINITY })
        .then((finished) => ended(finished, cancelled.delete(name)));
    },
  };
}

function statusCommand({ session, print }: ClientConsole): Command {
  return {
    name: "status",
    aliases: ["ESTADO"],
    parameter: "",
    help: "how the cluster is, and the statistics",
    async run() {
      await session.currentAttempt();
      print(statusText(await session.status()));
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

function cancelCommand({ downloads, verifications }: ClientConsole, cancelled: Set<string>): Command {
  return {
    name: "cancel",
    aliases: ["CANCELAR"],
    parameter: "NAME",
    help: "end a download, or all; what came is kept",
    complete: () => downloads.names(),
    run(name) {
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

/** Whether asking the central again cannot help. */
function isFinal(error: unknown): boolean {
  if (error instanceof PeerError) return !error.retryable;
  return !(error instanceof CentralUnreachable);
}
