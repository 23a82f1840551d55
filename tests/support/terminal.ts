import { graphemes, widthOf } from "../../src/console/text.ts";
import { DEADLINE, ENVIRONMENT, EXECUTABLE } from "./process.ts";

/** What the painter draws as one: rows that are cleared first, with wrapping off. */
const FRAME = /\p{Cc}\[\?7l((?:(?!\[\?7l).)*?)\p{Cc}\[J\p{Cc}\[\?7h/gsu;
/** How many bytes of raw output the search for the last frame goes back. */
const TAIL = 20_000;

export interface TerminalOptions {
  readonly cwd: string;
  /** What runs there in place of the executable. */
  readonly program?: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The executable, or another program, on a real pseudo-terminal, with a person at it. */
export class Terminal {
  /** Everything it has written. */
  raw = "";
  readonly exited: Promise<number | null>;
  private readonly process: Bun.Subprocess;
  private readonly watchers = new Set<() => void>();
  private ended = false;
  private seen = 0;

  constructor(
    readonly args: readonly string[],
    { cwd, program = EXECUTABLE, columns = 80, rows = 24, env = {} }: TerminalOptions,
  ) {
    const decoder = new TextDecoder();
    this.process = Bun.spawn([program, ...args], {
      cwd,
      env: { ...ENVIRONMENT, HOME: cwd, XDG_STATE_HOME: cwd, NO_COLOR: "1", TERM: "xterm-256color", ...env },
      // Only a terminal made by spawn is the controlling one, whose change of size is signalled.
      terminal: {
        cols: columns,
        rows,
        data: (_terminal, data) => {
          this.raw += decoder.decode(data, { stream: true });
          this.wake();
        },
      },
    });
    this.exited = this.process.exited.then(() => {
      this.ended = true;
      this.wake();
      return this.process.exitCode;
    });
  }

  /** What it has written, without escape codes. */
  get text(): string {
    return Bun.stripANSI(this.raw).replaceAll("\r", "");
  }

  /** The rows of bars and of the prompt that were drawn last. */
  get frame(): string[] {
    const last = [...this.raw.slice(-TAIL).matchAll(FRAME)].at(-1)?.[1] ?? "";
    return Bun.stripANSI(last).split(/\r+\n/);
  }

  /** The widest row that was drawn last. */
  get frameWidth(): number {
    return Math.max(0, ...this.frame.map((row) => graphemes(row).reduce((sum, each) => sum + widthOf(each), 0)));
  }

  /** The signal that ended it, where one did. */
  get endedBy(): string | null {
    return this.process.signalCode === null ? null : String(this.process.signalCode);
  }

  type(keys: string): void {
    this.terminal.write(keys);
  }

  /** Types a command and Enter. */
  enter(line: string): void {
    this.type(`${line}\r`);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }

  signal(signal: "SIGTERM" | "SIGINT"): void {
    this.process.kill(signal);
  }

  /** Closes the window. */
  hangUp(): void {
    this.terminal.close();
  }

  /** Waits for text that was not waited for before; gives what matched. */
  async shows(wanted: RegExp | string): Promise<string> {
    const found = await this.until(`${wanted}`, () => {
      const unseen = this.text.slice(this.seen);
      const [match] =
        typeof wanted === "string" ? [unseen.includes(wanted) ? wanted : undefined] : (unseen.match(wanted) ?? []);
      return match === undefined ? undefined : { match, end: this.seen + unseen.indexOf(match) + match.length };
    });
    this.seen = found.end;
    return found.match;
  }

  /** Waits for a last frame like that. */
  async draws(what: string, wanted: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    return this.until(what, () => (wanted(this.frame) ? this.frame : undefined));
  }

  /** Waits until it has ended; gives the exit code and the milliseconds that took. */
  async ends(): Promise<{ code: number | null; took: number }> {
    const began = performance.now();
    await this.until("the end", () => (this.ended ? true : undefined));
    return { code: await this.exited, took: performance.now() - began };
  }

  until<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.watchers.delete(check);
      };
      const fail = () => {
        stop();
        reject(new Error(`${this.args.join(" ")} was to show: ${what}\n${this.text.slice(-3000)}`));
      };
      const check = () => {
        const found = find();
        if (found !== undefined) {
          stop();
          resolve(found);
        } else if (this.ended) fail();
      };
      const timer = setTimeout(fail, DEADLINE);
      this.watchers.add(check);
      check();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.ended) this.process.kill("SIGKILL");
    await this.exited;
    if (!this.terminal.closed) this.terminal.close();
  }

  private get terminal(): Bun.Terminal {
    if (!this.process.terminal) throw new Error("the program has no terminal");
    return this.process.terminal;
  }

  private wake(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
