import { delay } from "../../platform/clock.ts";
import { texts } from "../../text/texts.ts";
import { completionOf } from "../commands/completion.ts";
import { type MistakeKind, Runner } from "../commands/runner.ts";
import { type Console, type ConsoleOptions, type ConsoleOutput, columnsOf, sizeOf, windowOf } from "../console.ts";
import { LineWriter } from "../line-writer.ts";
import { pagerFor, type RunningPager, startPager } from "../pager.ts";
import type { ProgressItem } from "../progress.ts";
import type { TotalProgress } from "../total.ts";
import { Editor } from "./editor.ts";
import type { InputLine } from "./frame.ts";
import { History } from "./history.ts";
import { Painter } from "./painter.ts";
import { Question } from "./question.ts";

/** Milliseconds that a command may take before the next one need not wait for it: somebody who types would. */
const PATIENCE_MS = 1500;

/** A console with a prompt, on `terminal`, which is one of the two output streams. */
export class InteractiveConsole implements Console {
  readonly kind = "terminal";
  private readonly painter: Painter;
  private readonly question = new Question();
  private readonly output: LineWriter;
  private readonly errors: LineWriter;
  private readonly history: History;
  private readonly runner: Runner;
  private readonly editor: Editor;
  /** What shows a long text now. */
  private pager: RunningPager | null = null;

  constructor(
    private readonly options: ConsoleOptions,
    private readonly terminal: ConsoleOutput,
  ) {
    this.output = new LineWriter(options.output);
    this.errors = new LineWriter(options.errors);
    this.history = new History(options.historyFile);
    this.painter = new Painter(options.clock, terminal, () => this.inputLine());
    const output = {
      print: (text: string) => this.print(text),
      mistaken: (kind: MistakeKind, text: string, error?: unknown) => this.mistaken(kind, text, error),
      columns: () => this.screenColumns - 1,
    };
    this.runner = new Runner(options.table, output, {
      over: () => this.patienceOver(),
      outlasted: (name) => this.log(texts().console.stillRunning(name)),
    });
    this.editor = this.openEditor();
    this.painter.inputChanged();
  }

  /** Both streams lead to the same terminal mostly: then all goes through the painter, or what they say would mix. */
  print(text: string): void {
    if (this.options.output.isTTY) this.painter.text(text);
    else this.output.line(text);
  }

  async page(text: string): Promise<void> {
    const size = windowOf(this.options.output);
    const command = size && pagerFor(text, size, process.env);
    if (command === null) return this.print(text);
    this.painter.suspend();
    this.editor.suspend();
    this.pager = startPager(command, text, process.env);
    const wasShown = await this.pager.ended;
    this.pager = null;
    this.editor.resume();
    this.painter.resume();
    if (!wasShown) this.print(text);
  }

  columns(): number | null {
    return columnsOf(this.options.output);
  }

  get isPaging(): boolean {
    return this.pager !== null;
  }

  log(line: string): void {
    if (this.options.errors.isTTY) this.painter.text(line);
    else this.errors.line(line);
  }

  confirm(text: string): Promise<boolean> {
    this.painter.text(text);
    this.painter.inputChanged();
    return this.question.ask();
  }

  progress(items: readonly ProgressItem[], total: TotalProgress | null = null): void {
    this.painter.items(items, total);
  }

  close(): void {
    this.pager?.stop();
    this.runner.stop();
    this.question.answer("");
    this.editor.close();
    this.painter.close();
  }

  get unwritten(): Error | null {
    return this.output.failure;
  }

  async drained(): Promise<void> {
    await Promise.all([this.output.drained(), this.errors.drained()]);
  }

  private openEditor(): Editor {
    const { options, painter } = this;
    return new Editor({
      input: options.input,
      prompt: options.prompt,
      history: this.history.earlier,
      complete: (line) => this.complete(line),
      changed: () => painter.inputChanged(),
      entered: (line) => this.entered(line),
      interrupted: (line) => this.interrupted(line),
      cleared: () => painter.clear(),
      suspended: () => this.suspend(),
      ended: () => {
        this.question.answer("");
        painter.inputChanged();
        options.ended("terminal");
      },
    });
  }

  /** Of the terminal that is typed at, where results may not go to. */
  private get screenColumns(): number {
    return sizeOf(this.terminal).columns;
  }

  /** Resolves when a command has taken long, but not while it asks the user something, or shows its result in a pager. */
  private async patienceOver(): Promise<void> {
    do await delay(this.options.clock, PATIENCE_MS);
    while (this.question.isOpen || this.isPaging);
  }

  /** What the painter shows of what is being typed. */
  private inputLine(): InputLine | null {
    const { inputLine } = this.editor;
    return inputLine && this.question.isOpen ? { ...inputLine, prompt: texts().console.answerPrompt } : inputLine;
  }

  private mistaken(kind: MistakeKind, text: string, error?: unknown): void {
    if (this.options.mistaken) this.options.mistaken(kind, text, error);
    else this.log(text);
  }

  private complete(line: string): [string[], string] {
    if (this.question.isOpen) return [[], line];
    const { insert, replaces, list } = completionOf(this.options.table, line, this.screenColumns);
    if (list !== "") this.painter.text(list);
    return [insert === null ? [] : [insert], replaces];
  }

  private entered(line: string): void {
    if (this.question.isOpen) {
      this.painter.text(texts().console.answerPrompt + line);
      return this.question.answer(line);
    }
    this.painter.text(this.options.prompt + line);
    this.history.add(line);
    this.runner.submit(line);
  }

  private interrupted(line: string): void {
    if (this.question.isOpen) this.question.answer("");
    else if (line === "") this.options.interrupted();
    // As a shell does it: the line stays on the screen, and is not run.
    else this.painter.text(`${this.options.prompt}${line}^C`);
  }

  /** Ctrl-Z: the process stops, and the terminal belongs to the shell until it goes on. */
  private suspend(): void {
    this.painter.suspend();
    this.editor.raw(false);
    process.once("SIGCONT", () => {
      this.editor.raw(true);
      this.painter.resume();
    });
    process.kill(process.pid, "SIGTSTP");
  }
}
