import { EXIT } from "../exit-codes.ts";
import type { Command } from "../flags/command.ts";
import type { CalledCommand } from "../flags/route.ts";
import { writeStdout } from "../output.ts";
import { readBashLine } from "./bash-line.ts";
import { bashReplacement } from "./bash-quoting.ts";
import { type Choice, choicesAt } from "./choices.ts";

/** What a script is told first: `files` and `folders`, that the shell completes these; `more`, that no space is to follow. */
type Directive = "words" | "more" | "files" | "folders";

/**
 * What `redes completion` has shells call: `bash LINE POINT BREAKS`, or `zsh|fish WORD... TYPED`. Prints a directive, and
 * then a choice in each line; for zsh and fish with a tab and its help. Says nothing of what goes wrong: somebody types.
 */
export async function complete(program: Command, [shell = "", ...args]: readonly string[]): Promise<number> {
  const lines = shell === "bash" ? await forBash(program, args) : await forWords(program, args);
  await writeStdout(lines.map((line) => `${line}\n`).join(""));
  return EXIT.done;
}

async function forBash(program: Command, [text = "", point = "", breaks = ""]: readonly string[]): Promise<string[]> {
  // Bash counts bytes.
  const line = readBashLine(Buffer.from(text).subarray(0, Number(point)).toString(), breaks);
  const { directive, start, choices } = await answer(program, line.before.slice(1), line.typed);
  return [`${directive} ${start}`, ...choices.map(({ word }) => bashReplacement(word, line, isFolder(word)))];
}

async function forWords(program: Command, words: readonly string[]): Promise<string[]> {
  const { directive, start, choices } = await answer(program, words.slice(0, -1), words.at(-1) ?? "");
  return [`${directive} ${start}`, ...choices.map(({ word, help }) => (help === "" ? word : `${word}\t${help}`))];
}

interface ShellCompletion {
  readonly directive: Directive;
  /** What is typed before a path in the same word. */
  readonly start: string;
  readonly choices: readonly Choice[];
}

async function answer(program: Command, before: readonly string[], typed: string): Promise<ShellCompletion> {
  const found = choicesAt(program, before, typed);
  if (found.kind !== "words" && found.kind !== "names") {
    return { directive: found.kind, start: found.start, choices: [] };
  }
  const choices = found.kind === "names" ? await namesAt(found.route, typed) : found.choices;
  const [only] = choices;
  const isStart = choices.length === 1 && only !== undefined && isFolder(only.word);
  return { directive: isStart ? "more" : "words", start: "", choices };
}

async function namesAt(route: CalledCommand, typed: string): Promise<readonly Choice[]> {
  const { catalogueNames } = await import("./catalogue-names.ts");
  return (await catalogueNames(route, typed)).map((word) => ({ word, help: "" }));
}

/** Whether it is the beginning of names. */
function isFolder(word: string): boolean {
  return word.endsWith("/");
}
