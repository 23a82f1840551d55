import { say } from "../../sentences/sentence.ts";
import { shown, shownText } from "../../text/shown/sentence.ts";
import { examplesOf } from "../help/examples.ts";
import { type Command, type Flag, flagsOf, type Operands } from "./command.ts";

/** Columns that the help takes: every terminal has them. */
const HELP_COLUMNS = 80;
const INDENT = "  ";
const GAP = "  ";
/** Room for `-x, ` before a long name. */
const SHORT_FLAG_COLUMNS = 4;

/** A space that no line is broken at. */
const NO_BREAK_SPACE = "\u00a0";

type HelpRow = readonly [left: string, right: string];

/** The help of a command; with `colors` its headings are bold. */
export function helpFor(command: Command, colors: boolean): string {
  const { meta, help, subCommands = {} } = command;
  const { operands, notes } = help;
  const heading = (title: string) => (colors ? bold(title) : title);
  const commands = Object.entries(subCommands).map(([word, below]): HelpRow => [word, shownText(below.help.summary)]);
  const options: HelpRow[] = flagsOf(command).map((flag) => [spelling(flag), explanation(flag)]);
  const column = Math.max(...options.map(([left]) => left.length));
  const blocks = [
    wrap(shownText(meta.description), HELP_COLUMNS),
    [`${heading(`${shownText("Usage")}:`)} ${usage(command)}`],
  ];
  if (operands) blocks.push(table([[operandName(operands), shownText(operands.help)]], column));
  if (commands.length > 0) {
    blocks.push([heading(`${shownText("Commands")}:`), ...table(commands, command.run ? column : 0)]);
  }
  blocks.push([heading(`${shownText("Options")}:`), ...table(options, column)]);
  const examples = examplesOf(meta.name).flatMap(({ purpose, line }) => [`# ${shownText(purpose)}`, line]);
  if (examples.length > 0)
    blocks.push([heading(`${shownText("Examples")}:`), ...examples.map((line) => INDENT + line)]);
  for (const { title, lines } of notes) {
    blocks.push([
      heading(`${shownText(title)}:`),
      ...lines.map((line) => (line === "" ? "" : INDENT + shownText(line))),
    ]);
  }
  if (commands.length > 0)
    blocks.push([shown(say("{name} COMMAND --help tells more about a command.", { name: meta.name }))]);
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}

/** What stands for one of the operands in texts about them. */
export function operandName({ synopsis }: Operands): string {
  return shownText(synopsis).replace(/[[\].]/g, "");
}

export function usage({ meta, help, subCommands, run }: Command): string {
  // A command that does something by itself needs no word more.
  const word = subCommands ? shownText(run ? "[COMMAND]" : "COMMAND") : "";
  return [meta.name, help.required, word, shownText("[OPTIONS]"), shownText(help.operands?.synopsis ?? "")]
    .filter(Boolean)
    .join(" ");
}

/** `-p, --port PORT`, the main long name alone. */
function spelling({ words, value, bare }: Flag): string {
  const long = words.find((word) => word.startsWith("--")) ?? "";
  const short = words.find((word) => !word.startsWith("--"));
  const start = short === undefined ? " ".repeat(SHORT_FLAG_COLUMNS) : `${short}, `;
  const called = shownText(value ?? "");
  const behind = bare === null ? ` ${called}` : `[=${called}]`;
  return `${start}${long}${value === null ? "" : behind}`;
}

function explanation({ words, help, preset, variable }: Flag): string {
  const others = words.slice(1).filter((word) => word.startsWith("--"));
  const also = others.length === 0 ? "" : shown(say("; also {words}", { words: others }));
  const defaults = [variable === null ? null : `$${variable}`, preset === null ? null : shownText(preset)].filter(
    (each) => each !== null,
  );
  const presets = defaults.join(shown(say(", else ")));
  const usual = defaults.length === 0 ? "" : ` (${shown(say("default: {presets}", { presets }))})`;
  return shownText(help) + also + usual.replaceAll(/(?<!^) /g, NO_BREAK_SPACE);
}

/** Rows of two columns, the left one at least `least` wide and the right one wrapped. */
function table(rows: readonly HelpRow[], least: number): string[] {
  const column = Math.max(least, ...rows.map(([left]) => left.length));
  const start = INDENT.length + column + GAP.length;
  return rows.flatMap(([left, right]) => {
    const [first = "", ...others] = wrap(right, HELP_COLUMNS - start);
    return [`${INDENT}${left.padEnd(column)}${GAP}${first}`, ...others.map((line) => " ".repeat(start) + line)];
  });
}

/** Breaks between words, but not at an {@link NO_BREAK_SPACE} space. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => line.replaceAll(NO_BREAK_SPACE, " "));
}

/** Loaded when it is needed: every command has this file, and few show a help. */
function bold(text: string): string {
  return process.getBuiltinModule("node:util").styleText("bold", text, { validateStream: false });
}
