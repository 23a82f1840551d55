import { createInterface, type Interface } from "node:readline";
import { Transform, type TransformCallback, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { texts } from "../../text/texts.ts";
import type { Keyboard } from "../console.ts";
import type { InputLine } from "./frame.ts";
import { MAX_HISTORY_LINES } from "./history.ts";
import { HistorySearch } from "./history-search.ts";

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
/** Codes of keys. */
const CTRL_R = 0x12;
const [TAB, SPACE] = [0x09, 0x20];

/** The keys of readline, whose echo goes nowhere: what is typed is painted from {@link inputLine}. */
export class Editor {
  private readonly options: EditorOptions;
  private readonly readline: Interface;
  private readonly keys: Keys;
  private readonly failed = () => this.end();
  private open = true;
  /** The lines that a search finds, the newest first. */
  private readonly lines: string[];
  /** While somebody searches for a line: null otherwise. */
  private search: HistorySearch | null = null;

  constructor(options: EditorOptions) {
    this.options = options;
    this.lines = [...options.history];
    // Readline writes whenever something has changed.
    const echo = new Writable({
      write: (_chunk, _encoding, done) => {
        if (this.open) options.changed();
        done();
      },
    });
    this.keys = new Keys(options.input, {
      isFull: () => this.readline.line.length >= MAX_LINE_BYTES,
      taken: (keys) => this.searchFor(keys),
      isTaking: (byte) => this.search !== null || byte === CTRL_R,
    });
    this.readline = createInterface({
      input: this.keys,
      output: echo,
      terminal: true,
      prompt: "",
      history: [...options.history],
      historySize: MAX_HISTORY_LINES,
      completer: options.complete,
    });
    this.readline.on("line", (line) => {
      if (line.trim() !== "") this.lines.unshift(line);
      this.lines.length = Math.min(this.lines.length, MAX_HISTORY_LINES);
      options.entered(line);
    });
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
    const { search } = this;
    if (!search) return { prompt: this.options.prompt, line: this.readline.line, cursor: this.readline.cursor };
    const text = texts().console;
    const prompt = search.found ? text.search(search.query) : text.searchFailed(search.query);
    return { prompt, line: search.line, cursor: search.cursor };
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

  /** Keys of a search through the lines typed before; gives those that are readline's. */
  private searchFor(keys: string): string {
    this.search ??= new HistorySearch(this.lines, this.readline.line);
    const step = this.search.press(keys);
    this.options.changed();
    if (step.kind === "search") return "";
    this.search = null;
    if (step.kind === "found") {
      this.empty();
      this.readline.write(step.line);
    }
    return step.keys;
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

/** Who decides about keys before readline gets them. */
interface KeyOwner {
  /** Whether the line takes no more. */
  isFull(): boolean;
  /** Whether keys from this byte on are for {@link KeyOwner.taken}. */
  isTaking(byte: number): boolean;
  /** Takes keys; gives those that it leaves to readline. */
  taken(keys: string): string;
}

/** Keyboard input on its way to readline. Of a paste that is too long for one line the rest is left out. */
class Keys extends Transform {
  readonly isTTY = true;
  /** A character may come in two parts. */
  private readonly decoder = new StringDecoder("utf8");

  constructor(
    private readonly keyboard: Keyboard,
    private readonly owner: KeyOwner,
  ) {
    super();
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
    const start = chunk.findIndex((byte) => this.owner.isTaking(byte));
    if (start < 0) {
      this.pushKeys(this.fitting(chunk));
      return done();
    }
    const before = this.fitting(chunk.subarray(0, start));
    // What readline gets first must be in its line before the search begins: it reads it in the next turn.
    if (before.length > 0) {
      this.push(before);
      setImmediate(() => done(null, this.forOwner(chunk.subarray(start))));
    } else done(null, this.forOwner(chunk));
  }

  /**
   * Readline takes a Tab for text that was pasted where more keys come with it, as they do from somebody who is faster than
   * this machine: the last ones go to it by themselves. No line has a Tab in it, so a pasted one is a space.
   */
  private pushKeys(keys: Buffer): void {
    const end = keys.findLastIndex((byte) => byte !== TAB) + 1;
    const text = keys.subarray(0, end).map((byte) => (byte === TAB ? SPACE : byte));
    if (text.length > 0) this.push(text);
    for (const tab of keys.subarray(end)) this.push(Buffer.from([tab]));
  }

  private forOwner(chunk: Buffer): Buffer {
    const keys = this.decoder.write(chunk);
    return keys === "" ? Buffer.alloc(0) : this.fitting(Buffer.from(this.owner.taken(keys)));
  }

  private fitting(chunk: Buffer): Buffer {
    let room = this.owner.isFull() ? 0 : MAX_LINE_BYTES;
    return Buffer.from(
      chunk.filter((byte) => {
        // A control character may end the line, or shorten it.
        if (byte < 32 || byte === 127) {
          room = MAX_LINE_BYTES;
          return true;
        }
        room -= 1;
        return room >= 0;
      }),
    );
  }
}
