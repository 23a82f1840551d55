import { join } from "node:path";
import { delay, systemClock } from "../../platform/clock.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";

/** Milliseconds for a server to log an event that is waited for, copies of 256 MiB included; and to end. */
const EVENT_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 3000;

/** One line of a server's log, as JSON. */
export interface LogEvent {
  readonly event: string;
  readonly level: string;
  readonly message: string;
  readonly ip?: string;
  readonly port?: number;
}

/** A server of the demo: this same executable. */
export class DemoServer {
  private readonly child: Bun.Subprocess<"ignore", "ignore", "pipe">;
  private readonly seen: LogEvent[] = [];
  private wake: () => void = () => {};

  constructor(
    private readonly label: string,
    args: readonly string[],
    keyFile: string | null,
    private readonly received: (event: LogEvent) => void,
  ) {
    // What the user has set for clusters of their own is of no use here.
    const { REDES_KEY_FILE, REDES_CENTRAL, ...env } = process.env;
    this.child = Bun.spawn([...ownCommand(), ...args, "--log", "json"], {
      env: keyFile === null ? env : { ...env, REDES_KEY_FILE: keyFile },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    void this.read();
  }

  /** Resolves to the first log line of an event. Rejects when the server ends, or takes too long. */
  async event(name: string): Promise<LogEvent> {
    const until = systemClock.now() + EVENT_TIMEOUT_MS;
    for (;;) {
      const found = this.seen.find(({ event }) => event === name);
      if (found) return found;
      const last = this.seen.at(-1)?.message ?? say("it said nothing");
      if (this.child.exitCode !== null)
        throw new SentenceError(say("{label} has ended: {last}", { label: this.label, last }));
      if (systemClock.now() > until)
        throw new SentenceError(say("{label} takes too long: {last}", { label: this.label, last }));
      const lineRead = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await Promise.race([lineRead, this.child.exited, delay(systemClock, 1000)]);
    }
  }

  /** As a power failure would. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** Ends it cleanly. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await Promise.race([this.child.exited, delay(systemClock, STOP_TIMEOUT_MS)]);
    this.child.kill("SIGKILL");
    await this.child.exited;
  }

  private async read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of this.child.stderr) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lineRead(line);
    }
  }

  private lineRead(line: string): void {
    const event = parse(line);
    this.seen.push(event);
    this.received(event);
    this.wake();
  }
}

/** What a server says before its log begins is no JSON. */
function parse(line: string): LogEvent {
  try {
    return JSON.parse(line) as LogEvent;
  } catch {
    return { event: "text", level: "error", message: line };
  }
}

/** How this program is started: compiled it is one file, in development Bun runs its source. */
function ownCommand(): string[] {
  return Bun.main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, Bun.main];
}

/** Folders of the demo below `root`. */
export function demoFolders(root: string): { data: string; shared: string[]; downloads: string } {
  return {
    data: join(root, "data"),
    shared: [1, 2, 3].map((number) => join(root, `secondary${number}`)),
    downloads: join(root, "downloads"),
  };
}
