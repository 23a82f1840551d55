import { shownError } from "../../text/shown/sentence.ts";
import { texts } from "../../text/texts.ts";
import type { CommandTable } from "./command.ts";

/** Columns of help that goes to no terminal: it is read at one later. */
const PIPE_COLUMNS = 79;

/** Why a line did nothing: it is no command, or its command failed. */
export type MistakeKind = "usage" | "failure";

/** Where a runner says what came out. */
export interface CommandOutput {
  /** A result. */
  print(text: string): void;
  /** A line was no command, or its command failed, with `error`. */
  mistaken(kind: MistakeKind, text: string, error?: unknown): void;
  /** A line has run. */
  ran?(): void;
  /** The columns that help may take; absent: as many as a usual window has. */
  columns?(): number;
}

/** For a console that somebody types at: a command that takes long does not hold up the next one. */
export interface Patience {
  /** Resolves when the next command need not wait any longer for one that still runs. */
  over(): Promise<void>;
  /** A command goes on beside the next ones. */
  outlasted(name: string): void;
}

/** Runs lines as commands, each after the one before has finished; with `patience`, or after that is over. */
export class Runner {
  private readonly table: CommandTable;
  private readonly output: CommandOutput;
  private readonly lines: string[] = [];
  private finished: Promise<void> = Promise.resolve();
  private running = false;
  private stopped = false;

  constructor(
    table: CommandTable,
    output: CommandOutput,
    private readonly patience: Patience | null = null,
  ) {
    this.table = table;
    this.output = output;
  }

  submit(line: string): void {
    if (this.stopped) return;
    this.lines.push(line);
    if (!this.running) this.finished = this.runAll();
  }

  /** Resolves when every line that was submitted so far has run. */
  get idle(): Promise<void> {
    return this.finished;
  }

  /** How many lines wait for the one that runs. */
  get queued(): number {
    return this.lines.length;
  }

  /** Forgets the lines that have not started. */
  stop(): void {
    this.stopped = true;
    this.lines.length = 0;
  }

  private async runAll(): Promise<void> {
    this.running = true;
    for (let line = this.lines.shift(); line !== undefined; line = this.lines.shift()) {
      await this.runFor(line);
      this.output.ran?.();
    }
    this.running = false;
  }

  /** Runs a line to its end, or until it has taken long enough for the next one to begin. */
  private async runFor(line: string): Promise<void> {
    const whole = this.run(line).catch((error: unknown) => {
      const text = shownError(error) || (error instanceof Error ? error.name : "");
      this.output.mistaken("failure", texts().common.error(text), error);
    });
    const { patience } = this;
    if (!patience) return whole;
    const first = await Promise.race([whole.then(() => "ended" as const), patience.over().then(() => "late" as const)]);
    if (first === "late") patience.outlasted(line.trim().split(/\s/, 1)[0] ?? "");
  }

  private async run(line: string): Promise<void> {
    const parsed = this.table.parse(line);
    switch (parsed.kind) {
      case "empty":
        return;
      case "help":
        return this.output.print(this.table.help(parsed.about, this.output.columns?.() ?? PIPE_COLUMNS));
      case "usage":
        return this.output.mistaken("usage", texts().common.error(parsed.message));
      case "unknown": {
        const word = quoted(parsed.word);
        const { unknown, unknownNear } = texts().console;
        const near = parsed.suggestion;
        return this.output.mistaken("usage", near === undefined ? unknown(word) : unknownNear(word, near));
      }
      case "command":
        await parsed.command.run(parsed.argument);
    }
  }
}

function quoted(word: string): string {
  return word.length > 40 ? `"${word.slice(0, 40).toWellFormed()}…"` : `"${word}"`;
}
