import { type PlainText, say, type Told } from "../../../sentences/sentence.ts";
import { shown, shownText } from "../../../text/shown/sentence.ts";
import { type Command, type Flag, flagsOf, version } from "../../flags/command.ts";
import { operandName, usage } from "../../flags/help.ts";
import { examplesOf } from "../examples.ts";
import { argument, bold, italic, roffText, synopsis } from "./roff.ts";
import { filesOf, variablesOf } from "./surroundings.ts";

const EXIT_CODES = "Exit codes";
/** Less than the 80 of a line, since what is escaped takes more. */
const FILLED_COLUMNS = 64;
/** Of commands whose help does not list them. */
const USUAL_EXIT_CODES: readonly PlainText[] = [
  "0  all went well",
  "1  it failed, and stderr says why",
  "2  wrong usage",
];

/** The name of a command's page: `redes-client-get`. */
export function pageName({ meta }: Command): string {
  return meta.name.replaceAll(" ", "-");
}

/** The manual page of a command, made from its definition. `above`: the commands above it, the program first. */
export function manPage(command: Command, above: readonly Command[]): string {
  const { meta, help } = command;
  const notes = help.notes.filter(({ title }) => title !== EXIT_CODES);
  const codes = help.notes.find(({ title }) => title === EXIT_CODES)?.lines ?? USUAL_EXIT_CODES;
  const lines = [
    '.\\" Made by redes man from the definition of the command.',
    `.TH ${argument(pageName(command).toUpperCase())} 1 "" ${argument(`redes ${version}`)} ${argument(shownText("User Commands"))}`,
    ...section("Name", [`${roffText(pageName(command))} \\- ${roffText(shownText(help.summary))}`]),
    ...section("Synopsis", [synopsis(usage(command), meta.name.length)]),
    ...section("Description", [filled(shownText(meta.description)), ...operandLines(command)]),
    ...section("Commands", Object.values(command.subCommands ?? {}).flatMap(commandLines)),
    ...section("Options", flagsOf(command).flatMap(optionLines)),
    ...notes.flatMap(({ title, lines: note }) => section(title, verbatim(note))),
    ...section("Examples", separated(examplesOf(meta.name).map(exampleLines))),
    ...section("Exit status", codes.flatMap(codeLines)),
    ...section("Environment", variablesOf(command).flatMap(rowLines)),
    ...section("Files", filesOf(command).flatMap(rowLines)),
    ...section("See also", [relatedPages(command, above)]),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: PlainText, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${argument(shownText(title).toUpperCase())}`, ...lines];
}

function operandLines({ help: { operands } }: Command): string[] {
  return operands === null ? [] : [".TP", italic(operandName(operands)), filled(`${shownText(operands.help)}.`)];
}

function commandLines(command: Command): string[] {
  return [".TP", `${bold(pageName(command))}(1)`, filled(`${shownText(command.help.summary)}.`)];
}

function optionLines({ words, value, bare, help, preset }: Flag): string[] {
  const behind =
    value === null ? "" : bare === null ? ` ${italic(shownText(value))}` : `[=${italic(shownText(value))}]`;
  const short = words.filter((word) => !word.startsWith("--"));
  const spelled = [...short, ...words.filter((word) => word.startsWith("--"))].map(bold).join(", ");
  const usual = preset === null ? "" : ` (${shown(say("default: {presets}", { presets: shownText(preset) }))})`;
  return [".TP", spelled + behind, filled(`${sentence(shownText(help))}${usual}.`)];
}

function exampleLines({ purpose, line }: ReturnType<typeof examplesOf>[number]): string[] {
  return [filled(`${sentence(shownText(purpose))}:`), ".PP", ".RS 4", ...verbatim([line]), ".RE"];
}

function codeLines(line: string): string[] {
  const text = shownText(line);
  const [, code = "", meaning = text] = /^(\d+)\s+(.*)$/.exec(text) ?? [];
  return [".TP", bold(code), filled(`${sentence(meaning)}.`)];
}

function rowLines([name, help]: readonly [string, Told]): string[] {
  return [".TP", bold(name), filled(sentence(shown(help)))];
}

/** Blocks with a new paragraph between them. */
function separated(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((block, index) => (index === 0 ? block : [".PP", ...block]));
}

/** Text that roff fills into lines of its own, in lines that can be read as they are. */
function filled(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < FILLED_COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return roffText(lines.join("\n"));
}

function verbatim(lines: readonly string[]): string[] {
  return [".nf", ...lines.map((line) => (line === "" ? ".sp" : roffText(shownText(line)))), ".fi"];
}

/** The pages of the commands above and below, and beside it. */
function relatedPages(command: Command, above: readonly Command[]): string {
  const beside = Object.values(above.at(-1)?.subCommands ?? {}).filter((other) => other !== command);
  const names = [...above, ...Object.values(command.subCommands ?? {}), ...beside].map(pageName);
  return names.map((name) => `${bold(name)}(1)`).join(", ");
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
