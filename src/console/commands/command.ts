import { texts } from "../../text/texts.ts";
import type { Topic } from "../../text/topic.ts";
import { unquote } from "../text.ts";
import { nearest } from "./distance.ts";
import { helpOn, isTopic, synopsisOf, topicWords } from "./help.ts";
import { quoteWord } from "./typed-arguments.ts";

export interface ConsoleCommand {
  name: string;
  aliases: readonly string[];
  /** How help names the argument, such as `NAME`; empty for a command that takes none. */
  parameter: string;
  /** Whether the argument must be given. */
  required?: boolean;
  /** What it is about; help shows those without one last. */
  topic?: Topic;
  help: string;
  /** More for help on this command alone, a line for each: what the argument can be, examples. */
  details?: readonly string[];
  /** Whether it takes several words: each is completed, and it has them as they were typed, with their quotes. */
  several?: boolean;
  /** What completes the argument. */
  complete?: (prefix: string) => readonly string[];
  run(argument: string): void | Promise<void>;
}

export type Parsed =
  | { kind: "empty" }
  | { kind: "command"; command: ConsoleCommand; argument: string }
  | { kind: "help"; about: string }
  | { kind: "unknown"; word: string; suggestion?: string }
  | { kind: "usage"; message: string };

const HELP_WORDS = ["help", "h", "ayuda"] as const;

/** The commands of one program: finds, explains and completes them. */
export class CommandTable {
  private readonly commands: readonly ConsoleCommand[];
  private readonly byWord = new Map<string, ConsoleCommand | "help">();

  constructor(commands: readonly ConsoleCommand[]) {
    this.commands = commands;
    for (const word of HELP_WORDS) this.byWord.set(word, "help");
    for (const command of commands) {
      for (const word of [command.name, ...command.aliases]) {
        if (this.byWord.has(word.toLowerCase())) throw new Error(`two commands are called ${word}`);
        this.byWord.set(word.toLowerCase(), command);
      }
    }
  }

  parse(line: string): Parsed {
    const { word, rest } = split(line);
    if (word === "") return { kind: "empty" };
    const command = this.byWord.get(word.toLowerCase());
    if (command === "help") return this.parseHelp(unquote(rest));
    if (!command) return this.unknown(word);
    const argument = unquote(rest);
    const text = texts().console;
    const usage = (say: typeof text.takesNothing): Parsed => {
      return { kind: "usage", message: say(command.name, synopsisOf(command)) };
    };
    if (command.parameter === "" && rest !== "") return usage(text.takesNothing);
    if (command.required && argument === "") return usage(text.needsArgument);
    return { kind: "command", command, argument: command.several ? rest : argument };
  }

  /** What there is to know of a command or a topic, or of all for the empty text; in so many columns. */
  help(about = "", columns = Number.POSITIVE_INFINITY): string {
    const { console } = texts();
    const help = { name: HELP_WORDS[0], aliases: HELP_WORDS.slice(1), parameter: console.helpParameter };
    const all = [...this.commands, { ...help, topic: "console" as const, help: console.help }];
    const command = this.byWord.get(about.toLowerCase());
    const found = command === "help" ? all.at(-1) : command;
    return helpOn(all, about, found, columns);
  }

  /** What could stand in place of the line's last part, and that part: the shape of a completer of node:readline. */
  complete(line: string): [string[], string] {
    const start = line.trimStart();
    const space = start.search(/\s/);
    if (space < 0) return [this.completeWord(start), start];
    const command = this.byWord.get(start.slice(0, space).toLowerCase());
    const token = start.slice(space).trimStart();
    if (command === "help") return [this.completeTopic(token), token];
    if (!command?.complete) return [[], token];
    const choices = completeArgument(command.complete, token);
    if (choices.length > 0 || !command.several) return [choices, token];
    const last = lastWord(token);
    return [completeLast(command.complete, last), last];
  }

  private parseHelp(about: string): Parsed {
    const known = about === "" || this.byWord.has(about.toLowerCase()) || isTopic(this.commands, about);
    return known ? { kind: "help", about } : this.unknown(about);
  }

  private unknown(word: string): Parsed {
    const suggestion = nearest(word, this.words());
    return suggestion === undefined ? { kind: "unknown", word } : { kind: "unknown", word, suggestion };
  }

  /** Commands and topics, by what was typed of their names. */
  private completeTopic(typed: string): string[] {
    const names = this.commands.map(({ name }) => name);
    const words = new Set([...topicWords(this.commands), ...names, HELP_WORDS[0]]);
    return [...words].filter((word) => word.startsWith(typed.toLowerCase()));
  }

  private words(): string[] {
    return [...this.commands.map(({ name }) => name), "help", ...this.commands.flatMap(({ aliases }) => aliases)];
  }

  private completeWord(typed: string): string[] {
    const words = typed === "" ? [...this.commands.map(({ name }) => name), "help"] : this.words();
    // New names are in lower case and old ones in upper case, so the case that was typed counts; unless no name fits it.
    const exact = words.filter((word) => word.startsWith(typed));
    const found = exact.length > 0 ? exact : words.filter((word) => word.toLowerCase().startsWith(typed.toLowerCase()));
    return found.map((word) => {
      const command = this.byWord.get(word.toLowerCase());
      return command && command !== "help" && command.parameter !== "" ? `${word} ` : word;
    });
  }
}

function split(line: string): { word: string; rest: string } {
  const text = line.trim();
  const space = text.search(/\s/);
  if (space < 0) return { word: text, rest: "" };
  return { word: text.slice(0, space), rest: text.slice(space).trim() };
}

function completeArgument(complete: (prefix: string) => readonly string[], token: string): string[] {
  const plain = complete(token).map((name) => (unquote(name.trim()) === name ? name : `"${name}"`));
  const quote = token[0];
  if (plain.length > 0 || (quote !== "'" && quote !== '"')) return plain;
  return complete(token.slice(1)).map((name) => quote + name + quote);
}

/** The word that is being typed at the end of a text, with the quote that it begins with. */
function lastWord(text: string): string {
  return /(?:^|\s)((["'])(?:(?!\2(?:\s|$)).)*|\S*)$/su.exec(text)?.[1] ?? text;
}

function completeLast(complete: (prefix: string) => readonly string[], word: string): string[] {
  const quote = word[0];
  const isQuoted = quote === "'" || quote === '"';
  if (!isQuoted) return complete(word).map(quoteWord);
  return complete(word.slice(1)).map((name) => quote + name + quote);
}
