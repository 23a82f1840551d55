import { type LogEvent, Program } from "../../support/process.ts";
import type { ChaosLog } from "./log.ts";

export interface ServerOptions {
  /** 0 is the central. */
  readonly number: number;
  /** The command before it, which brings it to its host. */
  readonly through: readonly string[];
  readonly args: readonly string[];
  readonly cwd: string;
}

/** A central or a secondary: one process after another, with the same folders and the same address. */
export class Server {
  /** All its runs, the last one last. */
  readonly runs: Program[] = [];
  /** When the last run began, in milliseconds since 1970. */
  startedAt = 0;
  private expectedEnd: Program | null = null;

  constructor(
    readonly options: ServerOptions,
    private readonly log: ChaosLog,
    /** Told when it ends and nobody has asked it to. */
    private readonly endedByItself: (server: Server, how: string) => void,
  ) {}

  get name(): string {
    return this.options.number === 0 ? "central" : `secondary ${this.options.number}`;
  }

  /** The process that runs now; null between two of them. */
  get running(): Program | null {
    const last = this.runs.at(-1);
    return last?.alive && last !== this.expectedEnd ? last : null;
  }

  /** `descriptors`: how many files it may have open at once; absent: as many as this process. */
  start(descriptors?: number): Program {
    const { through, args, cwd } = this.options;
    const limit = descriptors === undefined ? [] : ["prlimit", `--nofile=${descriptors}:${descriptors}`];
    const program = new Program({ name: this.name, args, cwd, env: { TMPDIR: cwd }, runner: [...through, ...limit] });
    this.startedAt = Date.now();
    this.runs.push(program);
    this.log.line(this.name, `starts, process ${program.pid}${limit.length > 0 ? `, ulimit -n ${descriptors}` : ""}`);
    void program.exited.then((code) => {
      if (program !== this.expectedEnd) this.endedByItself(this, `exit code ${code}, signal ${program.endedBy}`);
    });
    return program;
  }

  /** kill -9 */
  async kill(): Promise<void> {
    const program = this.expectEnd();
    await program?.kill();
  }

  /** SIGTERM; gives its exit code, and rejects when it does not end in time. */
  async terminate(deadlineMs: number): Promise<number | null> {
    const program = this.expectEnd();
    if (!program) return 0;
    return (await program.terminate(deadlineMs)).code;
  }

  /** All that it has logged, over all its runs. */
  get events(): LogEvent[] {
    return this.runs.flatMap((program) => program.events);
  }

  private expectEnd(): Program | null {
    const program = this.running;
    if (program) this.expectedEnd = program;
    return program;
  }
}
