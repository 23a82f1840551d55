import { destinationLabel } from "./destination.ts";
import { DownloadJob, type DownloadJobDeps, type DownloadJobOptions } from "./download-job.ts";
import type { FinishedDownload } from "./result.ts";

/** How far a download is, for people. */
export interface DownloadProgress {
  readonly id: string;
  readonly label: string;
  /** Verified bytes. */
  readonly done: number;
  /** The bytes of the file; null while they are not known. */
  readonly total: number | null;
  /** Bytes per second. */
  readonly rate: number;
  /** The state in a few words. */
  readonly note: string;
}

/** Downloads that run at once; more of them would compete for the same line. The others wait. */
const MAX_RUNNING_DOWNLOADS = 4;

/** The downloads of one client. */
export class DownloadQueue {
  private readonly running = new Set<DownloadJob>();
  /** Those that wait here: each gets its task, or null when it was cancelled before. */
  private waiting: { readonly options: DownloadJobOptions; begin(task: DownloadJob | null): void }[] = [];
  private idleWaiters: (() => void)[] = [];

  constructor(
    private readonly deps: DownloadJobDeps,
    private readonly maxRunning = MAX_RUNNING_DOWNLOADS,
  ) {}

  get count(): number {
    return this.running.size + this.waiting.length;
  }

  /** Begins a download, or lets it wait until others are done. Resolves to how it ended. */
  async add(options: DownloadJobOptions): Promise<FinishedDownload> {
    const task = await new Promise<DownloadJob | null>((begin) => {
      this.waiting.push({ options, begin });
      this.startWaiting();
    });
    if (!task) return neverStarted(options);
    const ending = await task.ended;
    this.running.delete(task);
    this.startWaiting();
    if (this.count === 0) this.resolveIdle();
    return ending;
  }

  /** Those that are under way by that name; all of them for the empty text. */
  runningNamed(name: string): DownloadJob[] {
    return [...this.running].filter((task) => name === "" || task.options.name === name);
  }

  /** What is being downloaded, or is to be. */
  names(): string[] {
    return [...this.running, ...this.waiting].map(({ options }) => options.name);
  }

  /** Ends those of that name, or all for the empty text; what arrived is kept. Gives their names. */
  cancel(name: string): string[] {
    const tasks = this.runningNamed(name);
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
    const tasks = this.runningNamed("");
    this.cancel("");
    await Promise.all(tasks.map((task) => task.ended));
  }

  progress(): DownloadProgress[] {
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

  private startWaiting(): void {
    while (this.running.size < this.maxRunning) {
      const next = this.waiting.shift();
      if (!next) return;
      const task = new DownloadJob(this.deps, next.options);
      this.running.add(task);
      task.start();
      next.begin(task);
    }
  }

  private resolveIdle(): void {
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** How a download ended that was cancelled while it waited here. */
function neverStarted({ name, destination }: DownloadJobOptions): FinishedDownload {
  const path = destinationLabel(destination);
  const bytes = { resumedBytes: 0, receivedBytes: 0, duplicateBytes: 0, retries: 0, sources: [] };
  const error = "it was cancelled";
  return {
    result: { event: "failed", name, path, size: null, id: null, hash: null, seconds: 0, ...bytes, error },
    failure: "failed",
    partFile: null,
  };
}
