import { join } from "node:path";
import { MIB } from "../../../src/platform/units.ts";
import type { Outcome } from "../scenario/outcome.ts";
import { processorTime } from "./processor-time.ts";
import type { Task } from "./scenario.ts";

export interface WorkerPoolOptions {
  readonly workers: number;
  /** Path of the module that has the scenario. */
  readonly scenario: string;
  /** Milliseconds for which a run may compute: many times as many as it ever needs. */
  readonly runTimeoutMs: number;
  /** The name of a planted defect, or "". */
  readonly defect: string;
}

/** The name under which a run that does not end, or ends its process, is a failure. */
export const RUN_ENDS = "a run ends";

/**
 * Takes a third of a run's time away: no work of the slowest compiler of the JavaScript engine, no garbage collection
 * before there are 256 MiB, and no memory that goes back to the system, since the next run needs it again.
 */
const FASTER = { BUN_JSC_useFTLJIT: "0", BUN_JSC_largeHeapSize: String(256 * MIB), MIMALLOC_PURGE_DELAY: "-1" };

/** Times the real time for which a run may compute, after which one is over that does not compute either. */
const PATIENCE = 20;
/** Looks at whether a run goes on for too long, in as much time as it may compute. */
const LOOKS = 20;

/** What a worker says once it has loaded what it runs. */
export const READY = "ready";

interface Waiting {
  readonly task: Task;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** Processes that run tasks, each one at a time, so that a run that never ends or crashes is known by its task. */
export class WorkerPool {
  private readonly waiting: Waiting[] = [];
  private readonly workers: Worker[];

  constructor(options: WorkerPoolOptions) {
    this.workers = Array.from({ length: options.workers }, () => new Worker(options, () => this.assign()));
  }

  /** Runs a task as soon as a worker is free, in the order of the calls. Rejects when the scenario cannot be loaded. */
  run(task: Task): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, resolve, reject });
      this.assign();
    });
  }

  stop(): void {
    for (const worker of this.workers) worker.stop();
  }

  private assign(): void {
    for (const worker of this.workers) {
      if (worker.busy) continue;
      const next = this.waiting.shift();
      if (!next) return;
      worker.run(next);
    }
  }
}

/** One process, begun again after each run that it did not survive. */
class Worker {
  private process: Bun.Subprocess | null = null;
  private running: { readonly waiting: Waiting; readonly deadline: Timer } | null = null;
  private overdue = false;
  /** Whether the process has loaded what it runs. */
  private ready = false;

  constructor(
    private readonly options: WorkerPoolOptions,
    private readonly idle: () => void,
  ) {}

  get busy(): boolean {
    return this.running !== null;
  }

  run(waiting: Waiting): void {
    this.process ??= this.spawn();
    this.overdue = false;
    this.running = { waiting, deadline: this.watch(this.process.pid, performance.now()) };
    this.process.send(waiting.task);
  }

  /** Ends a run that has computed for too long. On a machine with other work its real time says little. */
  private watch(pid: number, beganAt: number, before = processorTime(pid)): Timer {
    const { runTimeoutMs } = this.options;
    return setInterval(() => {
      const isSlow = performance.now() - beganAt < PATIENCE * runTimeoutMs;
      if (isSlow && processorTime(pid) - before < runTimeoutMs) return;
      this.overdue = true;
      this.stop();
    }, runTimeoutMs / LOOKS);
  }

  stop(): void {
    this.process?.kill("SIGKILL");
  }

  private spawn(): Bun.Subprocess {
    const { scenario, defect } = this.options;
    this.ready = false;
    return Bun.spawn([process.execPath, join(import.meta.dir, "worker.ts"), scenario, defect], {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...FASTER },
      serialization: "json",
      ipc: (message: Outcome | typeof READY) => {
        if (message === READY) this.ready = true;
        else this.take()?.resolve(message);
      },
      onExit: (_, code, signal) => {
        this.process = null;
        const waiting = this.take();
        if (this.ready || this.overdue) waiting?.resolve(this.failed(`${signal ?? `exit code ${code}`}`));
        else waiting?.reject(new Error(`what is to be run cannot be loaded${defect && ` with "${defect}"`}`));
      },
    });
  }

  /** The task that was running is over, and the next one can begin. */
  private take(): Waiting | undefined {
    const { running } = this;
    this.running = null;
    clearInterval(running?.deadline);
    queueMicrotask(this.idle);
    return running?.waiting;
  }

  private failed(ending: string): Outcome {
    const details = this.overdue
      ? `it is not over after ${this.options.runTimeoutMs / 1000} s of computing`
      : `its process ended: ${ending}`;
    return { failure: { invariant: RUN_ENDS, details }, faults: {}, events: 0 };
  }
}
