import { texts } from "../../text/texts.ts";
import { TOPICS, type Topic } from "../../text/topic.ts";
import { pad, widthOf } from "../text.ts";
import { wrapWords } from "../wrap.ts";

/** A command as help shows it. */
export interface HelpedCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Its argument; empty where it takes none. */
  readonly parameter: string;
  readonly required?: boolean;
  readonly topic?: Topic;
  readonly help: string;
  readonly details?: readonly string[];
  readonly complete?: unknown;
}

const [INDENT, GAP] = ["  ", "  "];
/** A command with more behind its name has a line of its own, so that the others keep their columns. */
const MAX_SYNOPSIS_COLUMNS = 20;

/** The words for the topics of these commands. */
export function topicWords(commands: readonly HelpedCommand[]): string[] {
  return TOPICS.filter((topic) => commands.some((one) => one.topic === topic)).map(
    (one) => texts().console.topics[one],
  );
}

/** Whether a word is that of a topic which some of these commands have. */
export function isTopic(commands: readonly HelpedCommand[], word: string): boolean {
  return commandsOn(commands, word).length > 0;
}

/** The commands of the topic that a word is for; none where it is for no topic. */
function commandsOn(commands: readonly HelpedCommand[], word: string): HelpedCommand[] {
  const { topics } = texts().console;
  const topic = TOPICS.find((one) => [one, topics[one]].includes(word.toLowerCase()));
  return topic === undefined ? [] : commands.filter((one) => one.topic === topic);
}

/**
 * Help on what somebody asks about: a topic, the command that was found by that word, or all where the word is empty. No line
 * is wider than `columns`, as far as words allow.
 */
export function helpOn(
  commands: readonly HelpedCommand[],
  about: string,
  found: HelpedCommand | undefined,
  columns: number,
): string {
  const { console } = texts();
  const ofTopic = commandsOn(commands, about);
  if (ofTopic.length > 0) return renderCommands(ofTopic, columns).join("\n");
  if (found) return renderOne(found, columns);
  const groups = [...TOPICS, undefined].flatMap((one) => {
    const some = commands.filter(({ topic: of }) => of === one);
    return some.length === 0 ? [] : [{ title: one && console.topics[one], some }];
  });
  // One width for all: so the columns of the groups stand one below the other.
  const layout = layoutOf(commands, columns);
  const lines = groups.flatMap(({ title, some }) => [
    ...(title === undefined ? [] : [`${title[0]?.toUpperCase()}${title.slice(1)}`]),
    ...renderCommands(some, columns, layout),
  ]);
  return [...lines, ...wrapWords(console.helpHint(topicWords(commands).join(", ")), columns)].join("\n");
}

/** The widths of synopsis and other names; null for what a narrow window has no room for. */
interface Layout {
  readonly synopsis: number | null;
  readonly also: number | null;
}

function layoutOf(commands: readonly HelpedCommand[], columns: number): Layout {
  const widest = (of: (command: HelpedCommand) => string) => Math.max(...commands.map((one) => widthOf(of(one))));
  const widths = commands.map((one) => widthOf(synopsisOf(one))).filter((width) => width <= MAX_SYNOPSIS_COLUMNS);
  const synopsis = Math.max(0, ...widths);
  const [also, help] = [widest(alsoOf), widest((one) => one.help)];
  const gaps = INDENT.length + GAP.length;
  if (gaps + synopsis + GAP.length + also + help <= columns) return { synopsis, also };
  if (gaps + synopsis + help <= columns) return { synopsis, also: null };
  return { synopsis: null, also: null };
}

function renderCommands(
  commands: readonly HelpedCommand[],
  columns: number,
  { synopsis, also } = layoutOf(commands, columns),
): string[] {
  return commands.flatMap((command) => {
    if (synopsis === null) return [INDENT + synopsisOf(command), ...indented(command.help, columns)];
    const whole = synopsisOf(command);
    const fits = widthOf(whole) <= synopsis;
    const left = INDENT + pad(fits ? whole : "", synopsis, "left") + GAP;
    const names = also === null ? "" : pad(alsoOf(command), also, "left") + GAP;
    const row = (left + names + command.help).trimEnd();
    return fits ? [row] : [INDENT + whole, row];
  });
}

function renderOne(command: HelpedCommand, columns: number): string {
  const { console } = texts();
  const { help, details = [], complete } = command;
  const names = alsoOf(command);
  const also = names === "" ? [] : indented(console.also(names), columns);
  const tab = complete ? indented(console.tab, columns) : [];
  const more = details.flatMap((line) => indented(line, columns));
  return [synopsisOf(command), ...indented(help, columns), ...more, ...also, ...tab].join("\n");
}

function indented(text: string, columns: number): string[] {
  const indent = INDENT + INDENT;
  return wrapWords(text, columns - indent.length).map((line) => indent + line);
}

function alsoOf({ aliases }: HelpedCommand): string {
  return aliases.join(", ");
}

/** A command with its argument. */
export function synopsisOf({ name, parameter, required }: HelpedCommand): string {
  if (parameter === "") return name;
  return required ? `${name} ${parameter}` : `${name} [${parameter}]`;
}
