import { completionOf } from "./completion.ts";
import { Editor } from "./editor.ts";
import { History } from "./history.ts";
import type { Console, ConsoleOptions, ConsoleOutput } from "./options.ts";
import { Outlet } from "./outlet.ts";
import { Painter } from "./painter.ts";
import { Runner } from "./runner.ts";

/** A console with a prompt, on `terminal`, which is one of the two output streams. */
export function openInteractive(options: ConsoleOptions, terminal: ConsoleOutput): Console {
  const painter = new Painter(options.clock, terminal, () => editor?.draft ?? null);
  const output = new Outlet(options.output);
  const errors = new Outlet(options.errors);
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
      const { insert, replaces, list } = completionOf(options.table, line, terminal.columns || 80);
      if (list !== "") painter.text(list);
      return [insert === null ? [] : [insert], replaces];
    },
    changed: () => painter.typed(),
    entered(line) {
      painter.text(options.prompt + line);
      history.add(line);
      runner.submit(line);
    },
    interrupted: options.interrupted,
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
      painter.typed();
      options.ended("terminal");
    },
  });
  painter.typed();

  return {
    kind: "terminal",
    print,
    log,
    progress: (items) => painter.items(items),
    close() {
      runner.stop();
      editor?.close();
      painter.close();
    },
    async drained() {
      await Promise.all([output.drained(), errors.drained()]);
    },
  };
}
