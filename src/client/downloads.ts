import type { ProgressItem } from "../console/interactive/progress.ts";
import { describe } from "./destination.ts";
import { Task, type TaskDeps, type TaskOptions } from "./download-job.ts";
import type { Ending } from "./result.ts";

/** Downloads that go on at once; more wait here. */
const AT_ONCE = 4;

/** The downloads of one client. */
export class Downloads {
  private readonly running = new Set<Task>();
  /** Those that wait here: each gets its task, or null when it was cancelled before. */
  private waiting: { readonly options: TaskOptions; begin(task: Task | null): void }[] = [];
  private idleWaiters: (() => void)[] = [];

  constructor(
    private readonly deps: TaskDeps,
    private readonly atOnce = AT_ONCE,
  ) {}

  get count(): number {
    return this.running.size + this.waiting.length;
  }

  /** Begins a download, or lets it wait until others are done. Resolves to how it ended. */
  async add(options: TaskOptions): Promise<Ending> {
    const task = await new Promise<Task | null>((begin) => {
      this.waiting.push({ options, begin });
      this.fill();
    });
    if (!task) return notBegun(options);
    const ending = await task.ended;
    this.running.delete(task);
    this.fill();
    if (this.count === 0) this.wake();
    return ending;
  }

  /** Those that are under way by that name; all of them for the empty text. */
  named(name: string): Task[] {
    return [...this.running].filter((task) => name === "" || task.options.name === name);
  }

  /** What is being downloaded, or is to be. */
  names(): string[] {
    return [...this.running, ...this.waiting].map(({ options }) => options.name);
  }

  /** Ends those of that name, or all for the empty text; what arrived is kept. Gives their names. */
  cancel(name: string): string[] {
    const tasks = this.named(name);
    const waiting = this.waiting.filter(({ options }) => name === "" || options.name === name);
    this.waiting = this.waiting.filter((one) => !waiting.includes(one));
    for (const { begin } of waiting) begin(null);
    for (const task of tasks) task.cancel();
    return [...tasks, ...waiting].map(({ options }) => options.name);
  }

  /** Resolves when there is none. */
  idle(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Ends all; what arrived is kept. Resolves when they have ended. */
  async cancelAll(): Promise<void> {
    const tasks = this.named("");
    this.cancel("");
    await Promise.all(tasks.map((task) => task.ended));
  }

  progress(): ProgressItem[] {
    const running = [...this.running].map((task) => {
      const figures = task.figures();
      return {
        id: task.id,
        label: task.options.name,
        done: figures?.doneBytes ?? 0,
        total: task.size,
        rate: figures?.rate ?? 0,
        note: task.note(),
      };
    });
    const waiting = this.waiting.map(({ options: { name } }) => {
      return { id: `waiting ${name}`, label: name, done: 0, total: null, rate: 0, note: "waiting for another to end" };
    });
    return [...running, ...waiting];
  }

  private fill(): void {
    while (this.running.size < this.atOnce) {
      const next = this.waiting.shift();
      if (!next) return;
      const task = new Task(this.deps, next.options);
      this.running.add(task);
      task.start();
      next.begin(task);
    }
  }

  private wake(): void {
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** How a download ended that was cancelled while it waited here. */
function notBegun({ name, destination }: TaskOptions): Ending {
  const path = describe(destination);
  const bytes = { resumedBytes: 0, receivedBytes: 0, duplicateBytes: 0, retries: 0, sources: [] };
  const error = "it was cancelled";
  return {
    result: { event: "failed", name, path, size: null, id: null, hash: null, seconds: 0, ...bytes, error },
    failure: "failed",
    kept: null,
  };
}
