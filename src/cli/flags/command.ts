import type { BooleanArgDef, CommandContext, CommandDef, CommandMeta, StringArgDef } from "citty";
import { version } from "../../../package.json" with { type: "json" };
import type { PlainText } from "../../sentences/sentence.ts";
import type { ExitStatus } from "../signals.ts";

export { version };

/** A flag as citty defines it. An alias of one letter is written with one dash. */
export type FlagDef = (StringArgDef | BooleanArgDef) & {
  readonly valueHint?: PlainText;
  readonly description?: PlainText;
  /** What help says of the value that holds when the flag is not given. */
  readonly preset?: string;
  /** Whether it may be given more than once, each time with another value. */
  readonly repeatable?: boolean;
  /** The value that it has where it is given without one. Another one then stands behind an equals sign only. */
  readonly bare?: string;
  /** The variable of the environment whose value holds when the flag is not given; one of several has `:` between them. */
  readonly variable?: string;
  /** What its values are called after, where the hint does not say it: completion asks the central for them. */
  readonly named?: "files of the cluster";
};

/** Arguments that are no flags. */
export interface Operands {
  /** `FILE` and `DIR` in it stand for paths of this machine, `a|b` for these words: completion goes by that. */
  readonly synopsis: PlainText;
  readonly help: PlainText;
  /** What completes them where the synopsis does not say it: files of the cluster, or commands of this program. */
  readonly named?: "files of the cluster" | "commands";
}

/** A heading and its lines. */
export interface HelpNote {
  readonly title: PlainText;
  readonly lines: readonly (PlainText | "")[];
}

/** What help says of a command that citty has no place for. */
export interface HelpTexts {
  /** A line in the list of commands. */
  readonly summary: PlainText;
  /** The arguments that are no flags, as in `NAME...`, and what they are; null where there are none. */
  readonly operands: Operands | null;
  /** Flags that must be given, as usage shows them. */
  readonly required: string;
  /** What there is to know in addition to flags. */
  readonly notes: readonly HelpNote[];
}

/** A command: citty's definition, of which it parses the arguments and runs the command, and the rest of its help. */
export interface Command extends CommandDef {
  /** `name`: how the command is called, such as `redes client list`; `description`: what it does, in whole sentences. */
  readonly meta: CommandMeta & { readonly name: string; readonly description: PlainText };
  readonly args: Readonly<Record<string, FlagDef>>;
  readonly subCommands?: Readonly<Record<string, Command>>;
  readonly help: HelpTexts;
  /** `data` of the context is the CheckedArguments. Resolves with what the process ends with. */
  run?(context: CommandContext): Promise<ExitStatus>;
}

/** A flag as it is explained and checked. */
export interface Flag {
  /** The main name, without dashes. */
  readonly name: string;
  /** Every way to write it, with dashes, the main one first. */
  readonly words: readonly string[];
  /** What help calls its value; null for a flag that takes none. */
  readonly value: PlainText | "" | null;
  readonly help: PlainText | "";
  readonly preset: string | null;
  readonly repeatable: boolean;
  /** The value that it has where it is given without one; null: it must have one. */
  readonly bare: string | null;
  /** The variable of the environment that stands in for it; null: there is none. */
  readonly variable: string | null;
  /** What its values are called after; null where the hint says what they are. */
  readonly named: "files of the cluster" | null;
}

/** The flags of a command, in the order in which help shows them. */
export function flagsOf({ args }: Pick<Command, "args">): Flag[] {
  return Object.entries(args).map(([name, { type, alias = [], valueHint, description, ...rest }]): Flag => {
    const words = [name, ...[alias].flat()].map((word) => (word.length === 1 ? `-${word}` : `--${word}`));
    const { preset = null, repeatable = false, bare = null, variable = null, named = null } = rest;
    const value = type === "boolean" ? null : (valueHint ?? "");
    return { name, words, value, help: description ?? "", preset, repeatable, bare, variable, named };
  });
}
