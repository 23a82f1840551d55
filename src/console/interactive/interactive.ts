import { completionOf } from "../commands/completion.ts";
import type { Console, ConsoleOptions, ConsoleOutput } from "../commands/options.ts";
import { Runner } from "../commands/runner.ts";
import { LineWriter } from "../line-writer.ts";
import { Editor } from "./editor.ts";
import { History } from "./history.ts";
import { Painter } from "./painter.ts";
import { Question } from "./question.ts";

const ANSWER_PROMPT = "[y/N] ";

/** A console with a prompt, on `terminal`, which is one of the two output streams. */
export function openInteractive(options: ConsoleOptions, terminal: ConsoleOutput): Console {
  const painter = new Painter(options.clock, terminal, () => {
    const draft = editor?.inputLine ?? null;
    return draft && question.open ? { ...draft, prompt: ANSWER_PROMPT } : draft;
  });
  const question = new Question();
  const output = new LineWriter(options.output);
  const errors = new LineWriter(options.errors);
  // Both streams lead to the same terminal mostly: then all goes through the painter, or what they say would mix.
  const print = (text: string) => (options.output.isTTY ? painter.text(text) : output.line(text));
  const log = (line: string) => (options.errors.isTTY ? painter.text(line) : errors.line(line));
  const history = new History(options.historyFile);
  const runner = new Runner(options.table, { print, mistaken: options.mistaken ?? ((_kind, text) => log(text)) });

  let editor: Editor | null = null;
  editor = new Editor({
    input: options.input,
    prompt: options.prompt,
    history: history.earlier,
    complete(line) {
      if (question.open) return [[], line];
      const { insert, replaces, list } = completionOf(options.table, line, terminal.columns || 80);
      if (list !== "") painter.text(list);
      return [insert === null ? [] : [insert], replaces];
    },
    changed: () => painter.typed(),
    entered(line) {
      if (question.open) {
        painter.text(ANSWER_PROMPT + line);
        return question.answer(line);
      }
      painter.text(options.prompt + line);
      history.add(line);
      runner.submit(line);
    },
    interrupted(line) {
      if (question.open) question.answer("");
      else if (line === "") options.interrupted();
      // As a shell does it: it stays to be seen, and is not run.
      else painter.text(`${options.prompt}${line}^C`);
    },
    cleared: () => painter.clear(),
    suspended() {
      painter.suspend();
      editor?.raw(false);
      process.once("SIGCONT", () => {
        editor?.raw(true);
        painter.resume();
      });
      process.kill(process.pid, "SIGTSTP");
    },
    ended() {
      question.answer("");
      painter.typed();
      options.ended("terminal");
    },
  });
  painter.typed();

  return {
    kind: "terminal",
    print,
    log,
    confirm(text) {
      painter.text(`${text} ${ANSWER_PROMPT.trim()}`);
      painter.typed();
      return question.ask();
    },
    progress: (items) => painter.items(items),
    close() {
      runner.stop();
      question.answer("");
      editor?.close();
      painter.close();
    },
    async drained() {
      await Promise.all([output.drained(), errors.drained()]);
    },
  };
}
