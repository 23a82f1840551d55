import { resolve } from "node:path";
import type { Subprocess } from "bun";
import { Lines } from "./lines.ts";

/** The program under test. */
export const EXECUTABLE = resolve(process.env.REDES ?? "dist/redes");

/** The environment of this process, without what would tell the program of a real cluster. */
export const ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  ...process.env,
  ...{ REDES_CENTRAL: "", REDES_NAME: "", REDES_DIR: "", REDES_KEY_FILE: "" },
};

/** Milliseconds after which something is taken to never happen: far more than it takes on a slow machine. */
export const DEADLINE = 45_000;

export interface LogEvent {
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface ProgramOptions {
  /** How it is called when a test fails. */
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes of stdout are kept as they are, not as lines. */
  readonly binary?: boolean;
  /** How many files it may have open at once. */
  readonly descriptors?: number | undefined;
  /** Signals that it is started with ignoring, as a shell names them. */
  readonly ignoring?: readonly string[];
  /** The beginning of a command line that runs another program, such as one that watches what it does. */
  readonly runner?: readonly string[];
}

/** Whether a line of output belongs to a stack trace. */
export function isTrace(line: string): boolean {
  return /^\s+at .+:\d+/.test(line) || /\\n\s+at /.test(line) || line.includes(`${EXECUTABLE}:`);
}

/** A shell that runs what follows under other conditions than this process has; nothing where they are the same. */
function shellBefore({ descriptors, ignoring = [] }: ProgramOptions): string[] {
  const limit = descriptors === undefined ? [] : [`ulimit -n ${descriptors}`];
  const ignore = ignoring.length === 0 ? [] : [`trap '' ${ignoring.join(" ")}`];
  const conditions = [...limit, ...ignore];
  return conditions.length === 0 ? [] : ["/bin/sh", "-c", `${conditions.join("; ")}; exec "$0" "$@"`];
}

/** A run of the executable: what it writes, what it logs, and how it ends. */
export class Program {
  readonly out = new Lines();
  readonly err = new Lines();
  /** Of stdout, where it is binary. */
  readonly bytes: Uint8Array[] = [];
  readonly events: LogEvent[] = [];
  /** The exit code; null when a signal ended it. Resolves once all output is read. */
  readonly exited: Promise<number | null>;
  private readonly process: Subprocess<"pipe", "pipe", "pipe">;
  private exit = false;

  constructor(readonly options: ProgramOptions) {
    const { args, cwd, env = {}, runner = [] } = options;
    this.process = Bun.spawn([...shellBefore(options), ...runner, EXECUTABLE, ...args], {
      cwd,
      env: { ...ENVIRONMENT, NO_COLOR: "1", HOME: cwd, XDG_STATE_HOME: cwd, ...env },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.exited = this.follow();
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number {
    return this.process.pid;
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  get ended(): boolean {
    return this.exit;
  }

  /** The signal that ended it, where one did. */
  get endedBy(): string | null {
    return this.process.signalCode === null ? null : String(this.process.signalCode);
  }

  /** Writes a line to its stdin. */
  type(line: string): void {
    this.process.stdin.write(`${line}\n`);
    this.process.stdin.flush();
  }

  closeInput(): void {
    void this.process.stdin.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends it at once, as a power cut would; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }

  /** Asks it to end; gives the exit code and the milliseconds that took. */
  async terminate(deadline = DEADLINE): Promise<{ code: number | null; took: number }> {
    const began = performance.now();
    this.signal("SIGTERM");
    const code = await this.within(this.exited, "ends after SIGTERM", deadline);
    return { code, took: performance.now() - began };
  }

  /** The first JSON log event of that name, from event number `since` on, that satisfies `wanted`. */
  waitFor(event: string, wanted: (found: LogEvent) => boolean = () => true, since = 0): Promise<LogEvent> {
    const find = () => this.events.slice(since).find((found) => found.event === event && wanted(found));
    return this.until(`logs ${event}`, this.err, find);
  }

  /** How many events of that name there are, from event number `since` on. */
  count(event: string, since = 0): number {
    return this.events.slice(since).filter((found) => found.event === event).length;
  }

  /** The first line on stderr, from line number `since` on, that matches. */
  says(wanted: RegExp, since = 0): Promise<string> {
    return this.until(`says ${wanted}`, this.err, () => this.err.all.slice(since).find((line) => wanted.test(line)));
  }

  /** The first line on stdout, from line number `since` on, that matches. */
  prints(wanted: RegExp, since = 0): Promise<string> {
    return this.until(`prints ${wanted}`, this.out, () => this.out.all.slice(since).find((line) => wanted.test(line)));
  }

  /** Resolves as `work` does, or rejects when that never happens. */
  within<T>(work: Promise<T>, what: string, deadline = DEADLINE): Promise<T> {
    return new Promise((resolvePromise, reject) => {
      const timer = setTimeout(() => reject(this.failure(what)), deadline);
      work.then(resolvePromise, reject).finally(() => clearTimeout(timer));
    });
  }

  /** Its last lines, for the message of a failing test. */
  tail(): string {
    return [...this.out.all.slice(-10), ...this.err.all.slice(-25)]
      .map((line) => `  ${this.name} | ${line}`)
      .join("\n");
  }

  until<T>(what: string, lines: Lines, find: () => T | undefined): Promise<T> {
    const work = new Promise<T>((resolvePromise, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined && !this.exit) return;
        unwatch();
        if (found === undefined) reject(this.failure(`${what}, but it ended`));
        else resolvePromise(found);
      };
      const unwatch = lines.watch(check);
      check();
    });
    return this.within(work, what);
  }

  private failure(what: string): Error {
    return new Error(`${this.name} was to see: ${what}\n${this.tail()}`);
  }

  private async follow(): Promise<number | null> {
    const { stdout, stderr } = this.process;
    await Promise.all([this.read(stdout, this.options.binary ? null : this.out), this.read(stderr, this.err)]);
    await this.process.exited;
    this.exit = true;
    this.out.wake();
    this.err.wake();
    return this.process.exitCode;
  }

  private async read(stream: ReadableStream<Uint8Array>, lines: Lines | null): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      if (!lines) {
        this.bytes.push(chunk);
        continue;
      }
      // The events must be there before the waiters are called.
      const text = decoder.decode(chunk, { stream: true });
      if (lines === this.err) this.parse(text);
      lines.push(text);
    }
    lines?.end();
  }

  private unparsed = "";

  private parse(text: string): void {
    const lines = (this.unparsed + text).split("\n");
    this.unparsed = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("{")) continue;
      try {
        this.events.push(JSON.parse(line) as LogEvent);
      } catch {
        // Not one of ours: the check of all logs at a cluster's end finds it.
      }
    }
  }
}
