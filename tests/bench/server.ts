import { spawnChild } from "./children.ts";

/** Most lines of a log that are kept. */
const KEPT = 1000;

/** A line of a server's log. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  readonly text: string;
}

/** A running server of the built executable, and what it says in JSON. */
export class Server {
  readonly lines: LogLine[] = [];
  private reading: Promise<void> = Promise.resolve();
  private waiting: { readonly event: string; resolve(): void; reject(error: Error): void }[] = [];

  private constructor(readonly process: Bun.Subprocess<"ignore", "ignore", "pipe">) {}

  static start(command: string[], cwd: string): Server {
    const server = new Server(spawnChild(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe", cwd }));
    server.reading = server.read();
    return server;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Resolves when it tells of an event. Rejects when it ends, or after `deadline` milliseconds. */
  until(event: string, deadline: number): Promise<void> {
    if (this.times(event).length > 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        const last = this.lines.slice(-3).map(({ text }) => text);
        reject(new Error(`a server ${what} before it said ${event}: ${last.join(" | ")}`));
      };
      const timer = setTimeout(() => fail(`had ${deadline} ms`), deadline);
      const stop = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      this.waiting.push({ event, resolve: () => stop(resolve), reject: () => stop(() => fail("ended")) });
    });
  }

  /** When it told of an event. */
  times(event: string): number[] {
    return this.lines.filter((line) => line.event === event).map(({ at }) => at);
  }

  /** Ends it; afterwards all that it said is in `lines`. */
  async stop(): Promise<void> {
    this.process.kill("SIGTERM");
    await this.process.exited;
    await this.reading;
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of this.process.stderr) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.heard(line);
    }
    for (const { reject } of this.waiting) reject(new Error("it ended"));
  }

  private heard(text: string): void {
    const { time, event } = parse(text);
    this.lines.push({ at: Date.parse(time), event, text });
    if (this.lines.length > KEPT) this.lines.shift();
    const due = this.waiting.filter((one) => one.event === event);
    this.waiting = this.waiting.filter((one) => one.event !== event);
    for (const { resolve } of due) resolve();
  }
}

/** What it says outside its log, as when it breaks, has no event. */
function parse(text: string): { time: string; event: string } {
  try {
    return JSON.parse(text) as { time: string; event: string };
  } catch {
    return { time: "", event: "" };
  }
}
