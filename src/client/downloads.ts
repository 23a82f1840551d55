import type { ProgressItem } from "../console/progress.ts";
import type { Ending } from "./result.ts";
import { Task, type TaskDeps, type TaskOptions } from "./task.ts";

/** Downloads that go on at once; more wait here. */
const AT_ONCE = 4;

/** The downloads of one client. */
export class Downloads {
  private readonly running = new Set<Task>();
  private readonly waiting: { options: TaskOptions; start: (task: Task) => void }[] = [];
  private idleWaiters: (() => void)[] = [];

  constructor(private readonly deps: TaskDeps) {}

  get count(): number {
    return this.running.size + this.waiting.length;
  }

  /** Begins a download, or lets it wait until others are done. Resolves to how it ended. */
  async add(options: TaskOptions): Promise<Ending> {
    const task = await new Promise<Task>((start) => {
      this.waiting.push({ options, start });
      this.fill();
    });
    const ending = await task.ended;
    this.running.delete(task);
    this.fill();
    if (this.count === 0) this.wake();
    return ending;
  }

  /** Those whose name begins so; all of them for the empty text. */
  named(name: string): Task[] {
    return [...this.running].filter((task) => name === "" || task.options.name === name);
  }

  names(): string[] {
    return [...this.running].map((task) => task.options.name);
  }

  /** Resolves when there is none. */
  idle(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Ends all; what arrived is kept. */
  async cancelAll(): Promise<void> {
    this.waiting.length = 0;
    const tasks = [...this.running];
    for (const task of tasks) task.cancel();
    await Promise.all(tasks.map((task) => task.ended));
  }

  progress(): ProgressItem[] {
    return [...this.running].map((task) => {
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
  }

  private fill(): void {
    while (this.running.size < AT_ONCE) {
      const next = this.waiting.shift();
      if (!next) return;
      const task = new Task(this.deps, next.options);
      this.running.add(task);
      task.start();
      next.start(task);
    }
  }

  private wake(): void {
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
