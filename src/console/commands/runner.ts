import type { CommandTable } from "./command.ts";

/** Why a line did nothing: it is no command, or its command failed. */
export type MistakeKind = "usage" | "failure";

/** Where a runner says what came out. */
export interface CommandOutput {
  /** A result. */
  print(text: string): void;
  /** A line was no command, or its command failed. */
  mistaken(kind: MistakeKind, text: string): void;
  /** A line has run. */
  ran?(): void;
}

/** Runs lines as commands, each after the one before has finished. */
export class Runner {
  private readonly table: CommandTable;
  private readonly output: CommandOutput;
  private readonly lines: string[] = [];
  private finished: Promise<void> = Promise.resolve();
  private running = false;
  private stopped = false;

  constructor(table: CommandTable, output: CommandOutput) {
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
      try {
        await this.run(line);
      } catch (error) {
        const text = error instanceof Error ? error.message || error.name : String(error);
        this.output.mistaken("failure", `error: ${text}`);
      }
      this.output.ran?.();
    }
    this.running = false;
  }

  private async run(line: string): Promise<void> {
    const parsed = this.table.parse(line);
    switch (parsed.kind) {
      case "empty":
        return;
      case "help":
        return this.output.print(parsed.text);
      case "usage":
        return this.output.mistaken("usage", `error: ${parsed.message}`);
      case "unknown": {
        const meant = parsed.suggestion === undefined ? "" : `did you mean ${parsed.suggestion}? `;
        const text = `unknown command ${quoted(parsed.word)}: ${meant}type help for the list`;
        return this.output.mistaken("usage", text);
      }
      case "command":
        await parsed.command.run(parsed.argument);
    }
  }
}

function quoted(word: string): string {
  return word.length > 40 ? `"${word.slice(0, 40).toWellFormed()}…"` : `"${word}"`;
}
