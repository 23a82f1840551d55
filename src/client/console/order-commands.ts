import { nameAndNumber, twoNames } from "../../console/commands/argument.ts";
import type { ConsoleCommand } from "../../console/commands/command.ts";
import { eachMeant } from "../../console/commands/meant.ts";
import { REMOVE_FLAGS, typedArguments } from "../../console/commands/typed-arguments.ts";
import { PeerError } from "../../protocol/errors.ts";
import { isName } from "../../protocol/name.ts";
import { texts } from "../../text/texts.ts";
import type { CatalogueCache } from "../catalogue-cache.ts";
import type { CentralSession } from "../central-session.ts";
import type { FailureKind } from "../downloads/result.ts";
import { ClusterOrders, extentOf } from "../orders/cluster-orders.ts";
import { refusalText } from "../tables.ts";
import { keptText, movedText, nothingKeptOf, removalQuestion, removedText, restoredText } from "./order-texts.ts";

/** Most names that Tab offers. */
const MAX_NAMES = 1000;

/** What these commands use of a client's console. */
export interface OrderConsole {
  readonly session: Pick<CentralSession, "request" | "currentAttempt">;
  /** The columns of the window that results go to; null where there is none. */
  columns(): number | null;
  print(text: string): void;
  /** Prints a text that is not a result. */
  note(text: string): void;
  /** Something is not as it was asked for. */
  wrong(failure: FailureKind): void;
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
    parameter: texts().orders.parameters.names,
    required: true,
    help: texts().orders.help.remove,
    complete: (prefix) => catalogue.complete(prefix),
    details: texts().central.details.remove,
    several: true,
    async run(argument) {
      const { flags, words, line } = typedArguments(argument, REMOVE_FLAGS);
      if (line === "") throw new Error(texts().orders.removeNeedsName);
      const meant = await eachMeant({ line, words }, (text) => orders.count(text).catch(absentOrThrow));
      const what = meant.map(([text]) => text);
      const asked = removalQuestion(what, extentOf(meant.map(([, extent]) => extent)));
      if (!flags.has("yes") && !(await confirm(asked))) return print(texts().central.notRemoved);
      print(removedText(what, await orders.removeAll(meant)));
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

function keptCommands({ print, page, note, wrong, columns }: OrderConsole, orders: ClusterOrders): ConsoleCommand[] {
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
      const listing = await listKept(name === "" ? null : name);
      const nothing = name === "" ? null : nothingKeptOf(name, listing);
      if (nothing === null) return page(keptText(listing, { columns: columns() }));
      note(nothing);
      wrong("no-such-file");
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

/** That there is no such file; throws everything else. */
function absentOrThrow(error: unknown): Error {
  if (error instanceof PeerError && error.code === "no-such-file") return error;
  throw error;
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
