import { StateMachine, type Transitions } from "../platform/state-machine.ts";
import { texts } from "../text/texts.ts";
import { type MistakeKind, Runner } from "./commands/runner.ts";
import { type Console, type ConsoleOptions, columnsOf } from "./console.ts";
import { LineWriter } from "./line-writer.ts";
import { LineSplitter, OVERLONG } from "./lines.ts";
import { PROGRESS_LINE_INTERVAL_MS, type ProgressItem, renderPlain } from "./progress.ts";
import { renderPlainTotal, type TotalProgress } from "./total.ts";

/** A command with the longest name of a file takes a few KiB: more is not meant to be a command. */
const MAX_LINE_BYTES = 64 * 1024;
/** Queued lines from which on stdin is not read, and below which it is read again: a script may be larger than memory. */
const PAUSE_QUEUED_LINES = 1000;
const RESUME_QUEUED_LINES = 100;
/** Most items of progress in one line. */
const MAX_REPORTED_ITEMS = 3;

/** `paused`: too many commands are queued; `ended`: so has stdin, and its last commands run. */
type PipedConsoleState = "reading" | "paused" | "ended" | "closed";

const TRANSITIONS: Transitions<PipedConsoleState> = {
  reading: ["paused", "ended", "closed"],
  paused: ["reading", "ended", "closed"],
  ended: ["closed"],
  closed: [],
};

/** A console without a prompt: the lines of stdin are commands, and no escape code goes out. */
export class PipedConsole implements Console {
  readonly kind = "pipe";
  readonly isPaging = false;
  private readonly output: LineWriter;
  private readonly errors: LineWriter;
  private readonly runner: Runner;
  private readonly splitter = new LineSplitter(MAX_LINE_BYTES);
  private readonly life = new StateMachine("a console", TRANSITIONS, "reading");
  private readonly receive = (chunk: Uint8Array | string) => this.received(chunk);
  /** The time of the last line of progress, or when there was none to report. */
  private reportedAt: number;

  constructor(private readonly options: ConsoleOptions) {
    const { input } = options;
    this.output = new LineWriter(options.output);
    this.errors = new LineWriter(options.errors);
    this.runner = new Runner(options.table, {
      print: (text) => this.print(text),
      mistaken: (kind, text, error) => this.mistaken(kind, text, error),
      ran: () => this.resumeReading(),
    });
    this.reportedAt = options.clock.now();
    input.on("data", this.receive);
    for (const event of ["end", "close", "error"]) input.on(event, () => this.inputEnded());
  }

  print(text: string): void {
    this.output.line(text);
  }

  get unwritten(): Error | null {
    return this.output.failure;
  }

  async page(text: string): Promise<void> {
    this.print(text);
  }

  columns(): number | null {
    return columnsOf(this.options.output);
  }

  log(line: string): void {
    this.errors.line(line);
  }

  async confirm(): Promise<boolean> {
    return true;
  }

  progress(items: readonly ProgressItem[], total: TotalProgress | null = null): void {
    const now = this.options.clock.now();
    // What is done within one period needs no line.
    if (items.length === 0) this.reportedAt = now;
    if (now - this.reportedAt < PROGRESS_LINE_INTERVAL_MS) return;
    this.reportedAt = now;
    this.log(summary(items, total));
  }

  close(): void {
    if (this.life.is("closed")) return;
    this.life.become("closed");
    this.runner.stop();
    this.options.input.off("data", this.receive);
    this.options.input.pause();
  }

  async drained(): Promise<void> {
    await Promise.all([this.output.drained(), this.errors.drained()]);
  }

  private mistaken(kind: MistakeKind, text: string, error?: unknown): void {
    if (this.options.mistaken) this.options.mistaken(kind, text, error);
    else this.log(text);
  }

  private received(chunk: Uint8Array | string): void {
    this.submit(this.splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk));
    if (!this.life.is("reading") || this.runner.queued <= PAUSE_QUEUED_LINES) return;
    this.life.become("paused");
    this.options.input.pause();
  }

  private submit(lines: readonly (string | typeof OVERLONG)[]): void {
    for (const line of lines) {
      if (line !== OVERLONG) this.runner.submit(line);
      else this.mistaken("usage", texts().common.error(texts().console.overlong(MAX_LINE_BYTES)));
    }
  }

  private resumeReading(): void {
    if (!this.life.is("paused") || this.runner.queued >= RESUME_QUEUED_LINES) return;
    this.life.become("reading");
    this.options.input.resume();
  }

  private inputEnded(): void {
    if (this.life.is("ended", "closed")) return;
    this.life.become("ended");
    this.submit(this.splitter.end());
    const kind = this.options.input.isTTY ? "terminal" : "pipe";
    void this.runner.idle.then(() => {
      if (this.life.is("ended")) this.options.ended(kind);
    });
  }
}

function summary(items: readonly ProgressItem[], total: TotalProgress | null): string {
  const parts = items.slice(0, MAX_REPORTED_ITEMS).map(renderPlain);
  if (items.length > MAX_REPORTED_ITEMS) parts.push(texts().console.andMore(items.length - MAX_REPORTED_ITEMS));
  if (total) parts.push(renderPlainTotal(total));
  return parts.join("; ");
}
