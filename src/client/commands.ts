import * as v from "valibot";
import type { Command } from "../console/commands/command.ts";
import { type Clock, delay } from "../platform/clock.ts";
import { PeerError } from "../protocol/errors.ts";
import { clientName } from "../protocol/fields.ts";
import { nameFault } from "../protocol/name.ts";
import { CentralUnreachable, WrongServer } from "./central-errors.ts";
import type { CentralSession } from "./central-session.ts";
import { pathUnder } from "./destination.ts";
import type { DownloadQueue } from "./download-queue.ts";
import type { FinishedDownload } from "./result.ts";
import { listTable, refusalText, statusText } from "./tables.ts";

/** Most names that Tab offers. */
const MAX_COMPLETIONS = 1000;
/** Milliseconds between two tries to get a list that the central cannot give yet. */
const LIST_RETRY_MS = 500;
/** Milliseconds for which Tab takes a list for new. */
const COMPLETION_MAX_AGE_MS = 2000;

export interface ClientConsole {
  readonly clock: Clock;
  readonly session: CentralSession;
  readonly downloads: DownloadQueue;
  /** Where downloads go. */
  readonly folder: string;
  /** Whether someone types, who should not have to wait for one command to give the next. */
  interactive(): boolean;
  /** A result. */
  print(text: string): void;
  /** Something that is no result. */
  note(text: string): void;
  /** A download of this console has ended, or was ended by `cancel`. */
  ended(ending: FinishedDownload, cancelled: boolean): void;
  quit(): void;
}

/** The commands of a client's console. They wait for the central as long as it takes. */
export function clientCommands(console: ClientConsole): Command[] {
  const { clock, session, downloads, folder, print, note: tell, ended, quit } = console;
  /** Names for Tab, as the last list had them. */
  let names: readonly string[] = [];
  let asked = clock.now();
  const refresh = async () => {
    asked = clock.now();
    await session.currentAttempt();
    const files = await session.list();
    names = files.map(({ name }) => name);
    return files;
  };
  // Tab knows them before anyone has asked for the list.
  void session
    .untilConnected()
    .then(refresh)
    .catch(() => {});
  let listing = false;
  /** The list, as soon as there is one. */
  const listLater = async () => {
    for (;;) {
      await delay(clock, LIST_RETRY_MS);
      try {
        return print(listTable(await refresh()));
      } catch (error) {
        if (hopeless(error)) throw error;
      }
    }
  };
  /** Names of downloads that `cancel` has ended. */
  const cancelled = new Set<string>();
  const some = <T>(name: string, what: string, found: readonly T[]): readonly T[] => {
    if (found.length === 0) throw new Error(name === "" ? `nothing to ${what}` : `${name} is not being downloaded`);
    return found;
  };
  const own = () => downloads.names();
  return [
    {
      name: "name",
      aliases: ["INSCRIBIR"],
      parameter: "N",
      required: true,
      help: "what this client is called in the statistics",
      run(name) {
        if (!v.is(clientName, name))
          throw new Error("a name has 1 to 100 characters, none of them a control character");
        session.rename(name);
        tell(`you are ${name}`);
      },
    },
    {
      name: "list",
      aliases: ["LISTA_VIDEOS"],
      parameter: "",
      help: "the files that can be downloaded",
      async run() {
        let reason: string;
        try {
          return print(listTable(await refresh()));
        } catch (error) {
          // That is told already, and this client ends.
          if (error instanceof WrongServer) return;
          if (hopeless(error)) throw error;
          reason = refusalText(error);
        }
        tell(`${reason}; the list comes as soon as it can`);
        if (!console.interactive()) return listLater();
        if (listing) return;
        listing = true;
        void listLater()
          .catch((error: unknown) => tell(refusalText(error)))
          .finally(() => {
            listing = false;
          });
      },
    },
    {
      name: "get",
      aliases: ["VIDEO"],
      parameter: "NAME",
      required: true,
      help: "download a file",
      complete(prefix) {
        // What is new since then is there for the next Tab.
        if (clock.now() - asked > COMPLETION_MAX_AGE_MS) void refresh().catch(() => {});
        return names.filter((name) => name.startsWith(prefix)).slice(0, MAX_COMPLETIONS);
      },
      run(name) {
        const fault = nameFault(name);
        if (fault) throw new Error(`${JSON.stringify(name)} cannot be the name of a file: ${fault}`);
        if (downloads.names().includes(name)) throw new Error(`${name} is being downloaded already`);
        const path = pathUnder(folder, name);
        const giveUpAfterMs = Number.POSITIVE_INFINITY;
        void downloads
          .add({ name, destination: { kind: "file", path }, force: false, giveUpAfterMs })
          .then((ending) => ended(ending, cancelled.delete(name)));
      },
    },
    {
      name: "status",
      aliases: ["ESTADO"],
      parameter: "",
      help: "how the cluster is, and the statistics",
      async run() {
        await session.currentAttempt();
        print(statusText(await session.status()));
      },
    },
    {
      name: "pause",
      aliases: ["PAUSAR"],
      parameter: "NAME",
      help: "pause a download, or all",
      complete: own,
      run(name) {
        for (const task of some(name, "pause", downloads.runningNamed(name))) task.pause();
      },
    },
    {
      name: "resume",
      aliases: ["REANUDAR"],
      parameter: "NAME",
      help: "go on with a paused download, or all",
      complete: own,
      run(name) {
        for (const task of some(name, "resume", downloads.runningNamed(name))) task.resume();
      },
    },
    {
      name: "cancel",
      aliases: ["CANCELAR"],
      parameter: "NAME",
      help: "end a download, or all; what came is kept",
      complete: own,
      run(name) {
        for (const one of some(name, "cancel", downloads.cancel(name))) cancelled.add(one);
      },
    },
    { name: "quit", aliases: ["exit", "SALIR"], parameter: "", help: "end this client", run: quit },
  ];
}

/** Whether asking the central again cannot help. */
function hopeless(error: unknown): boolean {
  if (error instanceof PeerError) return !error.retryable;
  return !(error instanceof CentralUnreachable);
}
