import type { CommandContext } from "citty";
import type { PlainText } from "../../sentences/sentence.ts";
import type { ExitStatus } from "../signals.ts";
import type { CheckedArguments } from "./check-arguments.ts";
import { type Command, type FlagDef, flagsOf, type HelpTexts } from "./command.ts";
import { type ParsedArguments, Values } from "./values.ts";
import { withVariables } from "./variables.ts";

/** What definitions of commands are put together from. */

type RunCommand = (values: Values) => Promise<ExitStatus>;

/** A flag with a value, which help calls `valueHint`. */
export function valued(valueHint: PlainText, description: PlainText, options: ValuedOptions = {}): FlagDef {
  return { type: "string", valueHint, description, ...options };
}

type ValuedOptions = Pick<FlagDef, "alias" | "preset" | "repeatable" | "bare" | "variable" | "named">;

/** A flag without a value. */
export function toggle(description: PlainText, ...alias: string[]): FlagDef {
  return { type: "boolean", description, alias };
}

/** Loads a command's function when it is run: `--help` needs none of them. */
export function runs(load: () => Promise<RunCommand>): Required<Command>["run"] {
  return async ({ args, data, cmd }: CommandContext) => {
    const values = valuesOf(cmd as Command, data, args);
    const { speak } = await import("../../text/texts.ts");
    speak(values.language());
    return (await load())(values);
  };
}

/** What a command was given: its arguments as citty has parsed them, and the environment. */
export function valuesOf(command: Command, { words, repeated }: CheckedArguments, parsed: ParsedArguments): Values {
  const args = { ...parsed, ...Object.fromEntries(repeated) };
  const given = withVariables(flagsOf(command), process.env, { words, args });
  return new Values(given.words, given.args, command.meta.name);
}

export const HELP = { help: toggle("show this help", "h") };
const VERBOSITY = {
  verbose: toggle("tell more, for somebody who looks for a fault"),
  quiet: toggle("say results and what goes wrong alone"),
};
/** The only flag that may stand before every command. */
export const LANGUAGE = {
  lang: valued("en|es", "language of what is said", { preset: "by LC_ALL, LC_MESSAGES or LANG" }),
};
export const COMMON = { ...VERBOSITY, ...LANGUAGE, ...HELP };
export const KEY_FILE = {
  "key-file": valued(
    "FILE",
    "the key of this process: the cluster key, or one made from it (redes key); given again: a key that others may have",
    { repeatable: true, variable: "REDES_KEY_FILE" },
  ),
};
/** Flags of those that connect to a central. */
export const CENTRAL_ADDRESS = {
  central: valued("HOST[:PORT]", "where the central is", { preset: "127.0.0.1:50000", variable: "REDES_CENTRAL" }),
  "central-ip": valued("HOST", "the same; HOST:PORT works too", { alias: ["ip-central"] }),
  "central-port": valued("PORT", "the central's port", { alias: ["puerto-central"] }),
  discover: toggle("look for the central on the local network"),
};
export const PRINT_JSON = toggle("print JSON");

/** The help of a command without arguments that are no flags, and without flags that must be given. */
export function help(summary: PlainText, ...notes: HelpTexts["notes"]): HelpTexts {
  return { summary, operands: null, required: "", notes };
}
