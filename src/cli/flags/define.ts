import type { CommandContext } from "citty";
import type { ExitStatus } from "../signals.ts";
import type { CheckedArguments } from "./check-arguments.ts";
import type { Command, FlagDef, HelpTexts } from "./command.ts";
import { Values } from "./values.ts";

/** What definitions of commands are put together from. */

type Runner = (values: Values) => Promise<ExitStatus>;

/** A flag with a value, which help calls `valueHint`. */
export function valued(valueHint: string, description: string, options: ValuedOptions = {}): FlagDef {
  return { type: "string", valueHint, description, ...options };
}

type ValuedOptions = Pick<FlagDef, "alias" | "preset" | "repeatable" | "bare">;

/** A flag without a value. */
export function toggle(description: string, ...alias: string[]): FlagDef {
  return { type: "boolean", description, alias };
}

/** Loads a command's function when it is run: `--help` needs none of them. */
export function runs(load: () => Promise<Runner>): Required<Command>["run"] {
  return async ({ args, data, cmd }: CommandContext) => {
    const { words, repeated }: CheckedArguments = data;
    const { meta } = cmd as Command;
    return (await load())(new Values(words, { ...args, ...Object.fromEntries(repeated) }, meta.name));
  };
}

export const HELP = { help: toggle("show this help", "h") };
const VERBOSITY = {
  verbose: toggle("tell more, for somebody who looks for a fault"),
  quiet: toggle("say nothing but what goes wrong"),
};
export const COMMON = { ...VERBOSITY, ...HELP };
export const KEY_FILE = {
  "key-file": valued(
    "FILE",
    "the key of this process: the cluster key, or one made from it (redes key); given again: a key that others may have",
    { repeatable: true },
  ),
};
/** Flags of those that connect to a central. */
export const CENTRAL_ADDRESS = {
  "central-ip": valued("HOST", "where the central is", { alias: ["ip-central"], preset: "127.0.0.1" }),
  "central-port": valued("PORT", "the central's port", { alias: ["puerto-central"], preset: "50000" }),
};
export const PRINT_JSON = toggle("print JSON");

/** The help of a command without arguments that are no flags, and without flags that must be given. */
export function help(summary: string, ...notes: HelpTexts["notes"]): HelpTexts {
  return { summary, operands: null, required: "", notes };
}
