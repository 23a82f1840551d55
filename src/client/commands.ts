import * as v from "valibot";
import type { Command } from "../console/command.ts";
import { clientName } from "../protocol/fields.ts";
import { nameFault } from "../protocol/name.ts";
import type { CentralSession } from "./central-session.ts";
import { pathUnder } from "./destination.ts";
import type { Downloads } from "./downloads.ts";
import type { Ending } from "./result.ts";
import { listTable, statusText } from "./tables.ts";

/** Most names that Tab offers. */
const MAX_NAMES = 1000;

export interface ClientConsole {
  readonly session: CentralSession;
  readonly downloads: Downloads;
  /** Where downloads go. */
  readonly folder: string;
  print(text: string): void;
  /** A download of this console has ended. */
  ended(ending: Ending): void;
  quit(): void;
}

/** The commands of a client's console. They wait for the central as long as it takes. */
export function clientCommands({ session, downloads, folder, print, ended, quit }: ClientConsole): Command[] {
  /** Names for Tab, as the last list had them. */
  let names: readonly string[] = [];
  const refresh = async () => {
    const files = await session.list();
    names = files.map(({ name }) => name);
    return files;
  };
  void session
    .wait()
    .then(refresh, () => {})
    .catch(() => {});
  const each = (name: string, what: string, act: (task: ReturnType<Downloads["named"]>[number]) => void) => {
    const tasks = downloads.named(name);
    if (tasks.length === 0) throw new Error(name === "" ? `nothing to ${what}` : `${name} is not being downloaded`);
    for (const task of tasks) act(task);
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
        print(`you are ${name}`);
      },
    },
    {
      name: "list",
      aliases: ["LISTA_VIDEOS"],
      parameter: "",
      help: "the files that can be downloaded",
      async run() {
        await session.wait();
        print(listTable(await refresh()));
      },
    },
    {
      name: "get",
      aliases: ["VIDEO"],
      parameter: "NAME",
      required: true,
      help: "download a file",
      complete: (prefix) => names.filter((name) => name.startsWith(prefix)).slice(0, MAX_NAMES),
      run(name) {
        const fault = nameFault(name);
        if (fault) throw new Error(`${JSON.stringify(name)} cannot be the name of a file: ${fault}`);
        if (downloads.names().includes(name)) throw new Error(`${name} is being downloaded already`);
        const path = pathUnder(folder, name);
        const patience = Number.POSITIVE_INFINITY;
        void downloads.add({ name, destination: { kind: "file", path }, force: false, patience }).then(ended);
      },
    },
    {
      name: "status",
      aliases: ["ESTADO"],
      parameter: "",
      help: "how the cluster is, and the statistics",
      async run() {
        print(session.connected ? statusText(await session.status()) : "the central cannot be reached now");
      },
    },
    {
      name: "pause",
      aliases: ["PAUSAR"],
      parameter: "NAME",
      help: "pause a download, or all",
      complete: own,
      run: (name) => each(name, "pause", (task) => task.pause()),
    },
    {
      name: "resume",
      aliases: ["REANUDAR"],
      parameter: "NAME",
      help: "go on with a paused download, or all",
      complete: own,
      run: (name) => each(name, "resume", (task) => task.resume()),
    },
    {
      name: "cancel",
      aliases: ["CANCELAR"],
      parameter: "NAME",
      help: "end a download, or all; what arrived is kept for another time",
      complete: own,
      run: (name) => each(name, "cancel", (task) => task.cancel()),
    },
    { name: "quit", aliases: ["exit", "SALIR"], parameter: "", help: "end this client", run: quit },
  ];
}
