import type { Clock } from "../platform/clock.ts";
import type { CommandTable } from "./commands/command.ts";
import type { MistakeKind } from "./commands/runner.ts";
import type { ProgressItem } from "./progress.ts";
import type { TotalProgress } from "./total.ts";

/** The part of `process.stdin` that the console needs. */
export type Keyboard = NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** The part of a terminal's output stream that a painter needs. */
export interface Screen {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  /** Asks the terminal for its size, as node and Bun do it when they hear of a change; "resize" follows where it is another. */
  _refreshSize?(): unknown;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** The part of `process.stdout` and `process.stderr` that the console needs. */
export type ConsoleOutput = NodeJS.WritableStream & Screen & { readonly isTTY?: boolean };

/** The size of a window. */
export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** Columns and rows of a terminal that says 0, or nothing. */
const [USUAL_COLUMNS, USUAL_ROWS] = [80, 24];

/** The size of a terminal's window. */
export function sizeOf({ columns, rows }: Pick<Screen, "columns" | "rows">): WindowSize {
  return { columns: columns || USUAL_COLUMNS, rows: rows || USUAL_ROWS };
}

/** The size of the window that a stream leads to; null where it is no terminal. */
export function windowOf(stream: Pick<ConsoleOutput, "isTTY" | "columns" | "rows">): WindowSize | null {
  return stream.isTTY ? sizeOf(stream) : null;
}

/** Its columns; null where it is no terminal. */
export function columnsOf(stream: Parameters<typeof windowOf>[0]): number | null {
  return windowOf(stream)?.columns ?? null;
}

export interface ConsoleOptions {
  clock: Clock;
  /** stdin */
  input: Keyboard;
  /** stdout: results. */
  output: ConsoleOutput;
  /** stderr: everything else. */
  errors: ConsoleOutput;
  prompt: string;
  historyFile: string | null;
  table: CommandTable;
  /** Ctrl-C where nothing is typed. */
  interrupted(): void;
  /** A line was no command (`usage`), or its command failed with `error` (`failure`): `text` says so to the user. */
  mistaken?(kind: MistakeKind, text: string, error?: unknown): void;
  /** Ctrl-D at the prompt or the loss of the terminal; or the end of a piped stdin, once all of its commands have run. */
  ended(kind: "terminal" | "pipe"): void;
}

export interface Console {
  /** Whether someone types at a terminal, or the lines of a pipe are commands. */
  readonly kind: "terminal" | "pipe";
  /** A result, to stdout. */
  print(text: string): void;
  /** The same, through the user's pager where it is longer than the window. Resolves when the user has seen enough. */
  page(text: string): Promise<void>;
  /** The columns of the window that results go to; null where they go to none. */
  columns(): number | null;
  /** Whether a pager has the keys, Ctrl-C among them. */
  readonly isPaging: boolean;
  /** Why results could not be written, unless their reader has gone away; null where each could. */
  readonly unwritten: Error | null;
  /** A log line, to stderr. */
  log(line: string): void;
  /** Asks the user at a terminal. Resolves with true for a yes alone, and where there is no terminal. */
  confirm(question: string): Promise<boolean>;
  /** Replaces the block of bars, and the line of what they are together. */
  progress(items: readonly ProgressItem[], total?: TotalProgress | null): void;
  /** Takes the bars away and gives the terminal back. What is printed and logged later still comes out. */
  close(): void;
  /** Resolves when what was printed and logged has left this process: ending it earlier would lose the rest. */
  drained(): Promise<void>;
}
