import type { Console, ConsoleOptions } from "./commands/options.ts";
import { Runner } from "./commands/runner.ts";
import { type ProgressItem, renderPlain } from "./interactive/progress.ts";
import { LineWriter } from "./line-writer.ts";
import { LineSplitter, OVERLONG } from "./lines.ts";

const MAX_LINE_BYTES = 64 * 1024;
/** From so many lines on, what gives us commands has to wait; below the other it goes on. */
const PAUSE_QUEUED_LINES = 1000;
const RESUME_QUEUED_LINES = 100;
const PROGRESS_INTERVAL_MS = 5000;
const MAX_REPORTED_ITEMS = 3;

/** A console without a prompt: the lines of stdin are commands, and no escape code goes out. */
export function openPiped(options: ConsoleOptions): Console {
  const { input, clock } = options;
  const output = new LineWriter(options.output);
  const errors = new LineWriter(options.errors);
  const print = (text: string) => output.line(text);
  const log = (line: string) => errors.line(line);
  const mistaken = options.mistaken ?? ((_kind, text) => log(text));
  const runner = new Runner(options.table, {
    print,
    mistaken,
    ran: () => runner.waiting < RESUME_QUEUED_LINES && resume(),
  });
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  let state: "reading" | "waiting" | "ended" | "closed" = "reading";
  /** When there was a line about progress, or none was needed. */
  let reported = clock.now();

  function take(lines: readonly (string | typeof OVERLONG)[]): void {
    for (const line of lines) {
      if (line !== OVERLONG) {
        runner.submit(line);
        continue;
      }
      mistaken("usage", `error: a line of more than ${MAX_LINE_BYTES} bytes is no command`);
    }
  }

  function received(chunk: Uint8Array | string): void {
    take(splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk));
    if (state === "reading" && runner.waiting > PAUSE_QUEUED_LINES) {
      state = "waiting";
      input.pause();
    }
  }

  function resume(): void {
    if (state !== "waiting") return;
    state = "reading";
    input.resume();
  }

  function finished(): void {
    if (state === "ended" || state === "closed") return;
    state = "ended";
    take(splitter.end());
    const kind = input.isTTY ? "terminal" : "pipe";
    void runner.idle.then(() => {
      if (state === "ended") options.ended(kind);
    });
  }

  input.on("data", received);
  for (const event of ["end", "close", "error"]) input.on(event, finished);

  return {
    kind: "pipe",
    print,
    log,
    confirm: async () => true,
    progress(items) {
      // What is done within one period needs no line.
      if (items.length === 0) reported = clock.now();
      if (clock.now() - reported < PROGRESS_INTERVAL_MS) return;
      reported = clock.now();
      log(summary(items));
    },
    close() {
      if (state === "closed") return;
      state = "closed";
      runner.stop();
      input.off("data", received);
      input.pause();
    },
    async drained() {
      await Promise.all([output.drained(), errors.drained()]);
    },
  };
}

function summary(items: readonly ProgressItem[]): string {
  const parts = items.slice(0, MAX_REPORTED_ITEMS).map(renderPlain);
  if (items.length > MAX_REPORTED_ITEMS) parts.push(`and ${items.length - MAX_REPORTED_ITEMS} more`);
  return parts.join("; ");
}
