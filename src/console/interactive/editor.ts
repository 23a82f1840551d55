import { createInterface, type Interface } from "node:readline";
import { Transform, type TransformCallback, Writable } from "node:stream";
import type { Keyboard } from "../console.ts";
import type { InputLine } from "./frame.ts";

export interface EditorOptions {
  input: Keyboard;
  prompt: string;
  /** The newest first. */
  history: readonly string[];
  complete(line: string): [string[], string];
  /** The typed line or the cursor is not what it was. */
  changed(): void;
  entered(line: string): void;
  /** Ctrl-C; `line` is what had been typed, and is gone now. */
  interrupted(line: string): void;
  /** Ctrl-L. */
  cleared(): void;
  /** Ctrl-Z. */
  suspended(): void;
  /** Ctrl-D on an empty line, or the terminal is gone. */
  ended(): void;
}

/** A terminal's own line editing takes no more; readline measures the whole line again for every key. */
const MAX_LINE_BYTES = 4096;
const MAX_HISTORY_LINES = 1000;

/** The keys of readline, whose echo goes nowhere: what is typed is painted from {@link inputLine}. */
export class Editor {
  private readonly options: EditorOptions;
  private readonly readline: Interface;
  private readonly keys: Keys;
  private readonly failed = () => this.end();
  private open = true;

  constructor(options: EditorOptions) {
    this.options = options;
    // Readline writes whenever something has changed.
    const echo = new Writable({
      write: (_chunk, _encoding, done) => {
        if (this.open) options.changed();
        done();
      },
    });
    this.keys = new Keys(options.input, () => this.readline.line.length >= MAX_LINE_BYTES);
    this.readline = createInterface({
      input: this.keys,
      output: echo,
      terminal: true,
      prompt: "",
      history: [...options.history],
      historySize: MAX_HISTORY_LINES,
      completer: options.complete,
    });
    this.readline.on("line", (line) => options.entered(line));
    this.readline.on("SIGINT", () => {
      const { line } = this.readline;
      if (line !== "") this.empty();
      options.interrupted(line);
    });
    this.readline.on("SIGTSTP", () => options.suspended());
    this.keys.on("keypress", (_text: string, key?: { name?: string; ctrl?: boolean }) => {
      if (key?.ctrl && key.name === "l") options.cleared();
    });
    this.readline.on("close", this.failed);
    this.readline.on("error", this.failed);
    options.input.on("error", this.failed);
    options.input.on("close", this.failed);
    options.input.pipe(this.keys);
  }

  /** What is being typed; null when nothing can be typed any more. */
  get inputLine(): InputLine | null {
    if (!this.open) return null;
    return { prompt: this.options.prompt, line: this.readline.line, cursor: this.readline.cursor };
  }

  /** Whether single keys arrive. While this program is stopped they must not, since another one uses the terminal. */
  raw(raw: boolean): void {
    this.keys.setRawMode(raw);
  }

  /** Leaves the keys to another program until {@link resume}. */
  suspend(): void {
    this.options.input.unpipe(this.keys);
    this.options.input.pause();
    this.keys.setRawMode(false);
  }

  resume(): void {
    if (!this.open) return;
    this.keys.setRawMode(true);
    this.options.input.pipe(this.keys);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.options.input.unpipe(this.keys);
    this.readline.close();
    this.keys.setRawMode(false);
    this.options.input.pause();
  }

  /** By the keys for the end of the line, and for deleting all before. */
  private empty(): void {
    this.readline.write(null, { ctrl: true, name: "e" });
    this.readline.write(null, { ctrl: true, name: "u" });
  }

  private end(): void {
    if (!this.open) return;
    this.close();
    this.options.ended();
  }
}

/** Keyboard input on its way to readline. Of a paste that is too long for one line the rest is left out. */
class Keys extends Transform {
  readonly isTTY = true;
  private readonly keyboard: Keyboard;
  private readonly full: () => boolean;

  constructor(keyboard: Keyboard, full: () => boolean) {
    super();
    this.keyboard = keyboard;
    this.full = full;
  }

  setRawMode(raw: boolean): this {
    try {
      this.keyboard.setRawMode?.(raw);
    } catch {
      // The terminal is gone; its end is on its way.
    }
    return this;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let room = this.full() ? 0 : MAX_LINE_BYTES;
    const kept = chunk.filter((byte) => {
      // A control character may end the line, or shorten it.
      if (byte < 32 || byte === 127) {
        room = MAX_LINE_BYTES;
        return true;
      }
      room -= 1;
      return room >= 0;
    });
    done(null, kept);
  }
}
