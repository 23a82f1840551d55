import { nameAndNumber, twoNames } from "../../console/commands/argument.ts";
import type { ConsoleCommand } from "../../console/commands/command.ts";
import { isName } from "../../protocol/name.ts";
import { texts } from "../../text/texts.ts";
import type { CatalogueCache } from "../catalogue-cache.ts";
import type { CentralSession } from "../central-session.ts";
import { ClusterOrders } from "../orders/cluster-orders.ts";
import { refusalText } from "../tables.ts";
import { keptText, movedText, removalQuestion, removedText, restoredText } from "./order-texts.ts";

/** Most names that Tab offers. */
const MAX_NAMES = 1000;

/** What these commands use of a client's console. */
export interface OrderConsole {
  readonly session: Pick<CentralSession, "request" | "currentAttempt">;
  /** The columns of the window that results go to; null where there is none. */
  columns(): number | null;
  print(text: string): void;
  /** Prints a result that may be long. Resolves when its reader has seen enough. */
  page(text: string): Promise<void>;
  /** Asks the user; true where the input is no terminal. */
  confirm(question: string): Promise<boolean>;
}

/** The commands of a client's console that change what the cluster has. */
export function orderCommands(console: OrderConsole, catalogue: Pick<CatalogueCache, "complete">): ConsoleCommand[] {
  const orders = new ClusterOrders(console.session);
  return [
    ...[removeCommand(console, orders, catalogue), moveCommand(console, orders, catalogue)],
    ...keptCommands(console, orders),
  ].map(ordering);
}

function removeCommand(
  { print, confirm }: OrderConsole,
  orders: ClusterOrders,
  catalogue: Pick<CatalogueCache, "complete">,
): ConsoleCommand {
  return {
    name: "remove",
    aliases: ["ELIMINAR"],
    topic: "files",
    parameter: texts().orders.parameters.name,
    required: true,
    help: texts().orders.help.remove,
    complete: (prefix) => catalogue.complete(prefix),
    async run(what) {
      const extent = await orders.count(what);
      if (!(await confirm(removalQuestion([what], extent)))) return print(texts().central.notRemoved);
      const { files } = await orders.remove(what, extent);
      print(removedText([what], files));
    },
  };
}

function moveCommand(
  { print }: OrderConsole,
  orders: ClusterOrders,
  catalogue: Pick<CatalogueCache, "complete">,
): ConsoleCommand {
  return {
    name: "mv",
    aliases: ["move", "MOVER"],
    topic: "files",
    parameter: texts().orders.parameters.oldAndNew,
    required: true,
    help: texts().orders.help.mv,
    complete: (prefix) => catalogue.complete(prefix),
    async run(argument) {
      const [from, to] = twoNames(argument, (name) => catalogue.complete(name).includes(name));
      const { files } = await orders.move(from, to);
      print(movedText(from, to, files));
    },
  };
}

function keptCommands({ print, page, columns }: OrderConsole, orders: ClusterOrders): ConsoleCommand[] {
  /** Names that were kept when somebody looked last. */
  let keptNames: readonly string[] = [];
  const complete = (prefix: string) => keptNames.filter((name) => name.startsWith(prefix)).slice(0, MAX_NAMES);
  const listKept = async (name: string | null) => {
    const listing = await orders.kept(name);
    keptNames = [...new Set(listing.versions.map((version) => version.name))].sort();
    return listing;
  };
  const kept: ConsoleCommand = {
    name: "kept",
    aliases: ["GUARDADOS"],
    topic: "files",
    parameter: texts().orders.parameters.name,
    help: texts().orders.help.kept,
    complete,
    async run(name) {
      await page(keptText(await listKept(name === "" ? null : name), { columns: columns() }));
    },
  };
  const restore: ConsoleCommand = {
    name: "restore",
    aliases: ["RESTAURAR"],
    topic: "files",
    parameter: texts().orders.parameters.nameAndNumber,
    required: true,
    help: texts().orders.help.restore,
    complete,
    async run(argument) {
      const { versions } = await listKept(isName(argument) ? argument : null);
      const { name, number } = nameAndNumber(argument, (text) => versions.some((version) => version.name === text));
      print(restoredText(name, number, await orders.restore(name, number)));
    },
  };
  return [kept, restore];
}

/** A command that says in a sentence why the central does not do it now. */
function ordering(command: ConsoleCommand): ConsoleCommand {
  const run = async (argument: string) => {
    try {
      await command.run(argument);
    } catch (error) {
      throw new Error(refusalText(error), { cause: error });
    }
  };
  return { ...command, run };
}
