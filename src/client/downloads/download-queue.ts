import { say } from "../../sentences/sentence.ts";
import { DownloadJob } from "./download-job.ts";
import type { DownloadJobDeps, DownloadJobOptions } from "./download-job-spec.ts";
import { placeText, secondsUntil } from "./notes/place.ts";
import { downloadResult, type FinishedDownload } from "./result.ts";

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
  /** Whether it waits for its turn, here or at the central. */
  readonly waits?: boolean;
}

/** How far several downloads are together. */
export interface DownloadTotal extends Pick<DownloadProgress, "done" | "total" | "rate"> {
  readonly filesLeft: number;
}

/** Downloads that run at once where nobody says how many; more of them would compete for the same line. The others wait. */
export const USUAL_JOBS = 3;
/** Waiting downloads that are shown: no window has more rows. */
const MAX_SHOWN_WAITING = 200;

/** The downloads of one client. */
export class DownloadQueue {
  private readonly running = new Set<DownloadJob>();
  /** Downloads that wait: `begin` gets the job, or null when the download was cancelled before. */
  private waiting: { readonly options: DownloadJobOptions; begin(job: DownloadJob | null): void }[] = [];
  private idleWaiters: (() => void)[] = [];
  /** What may add downloads yet. */
  private pending = 0;
  /** Bytes of what has ended since nothing was under way. */
  private endedBytes = 0;

  constructor(
    private readonly deps: DownloadJobDeps,
    private readonly maxRunning = USUAL_JOBS,
  ) {}

  get count(): number {
    return this.running.size + this.waiting.length;
  }

  /** Starts a download, or queues it until others have ended. Resolves to its end. */
  async add(options: DownloadJobOptions): Promise<FinishedDownload> {
    const job = await new Promise<DownloadJob | null>((begin) => {
      this.waiting.push({ options, begin });
      this.startWaiting();
    });
    if (!job) return neverStarted(options);
    const finished = await job.ended;
    this.running.delete(job);
    if (finished.failure === null) this.endedBytes += finished.result.size ?? 0;
    this.startWaiting();
    this.resolveIfIdle();
    return finished;
  }

  /** Awaits something that may add downloads: until it has settled there may be more. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await work;
    } finally {
      this.pending -= 1;
      this.resolveIfIdle();
    }
  }

  /** Whether there are downloads, and nothing goes on unless somebody resumes it. */
  get stands(): boolean {
    const jobs = [...this.running];
    if (jobs.length === 0 || jobs.some(({ isPaused }) => !isPaused)) return false;
    return this.waiting.length === 0 || jobs.length >= this.maxRunning;
  }

  /** The running downloads of a name; all for the empty text. */
  runningNamed(name: string): DownloadJob[] {
    return [...this.running].filter((job) => name === "" || job.options.name === name);
  }

  /** The names of all downloads that run or wait. */
  names(): string[] {
    return [...this.running, ...this.waiting].map(({ options }) => options.name);
  }

  /** Cancels the downloads of a name, or all for the empty text; what arrived is kept. Returns their names. */
  cancel(name: string): string[] {
    const jobs = this.runningNamed(name);
    const isMeant = ({ options }: (typeof this.waiting)[number]) => name === "" || options.name === name;
    const waiting = this.waiting.filter(isMeant);
    this.waiting = this.waiting.filter((one) => !isMeant(one));
    for (const { begin } of waiting) begin(null);
    for (const job of jobs) job.cancel();
    return [...jobs, ...waiting].map(({ options }) => options.name);
  }

  /** Resolves when no download runs or waits, and none is to come. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Cancels all; what arrived is kept. Resolves when they have ended. */
  async cancelAll(): Promise<void> {
    const jobs = this.runningNamed("");
    this.cancel("");
    await Promise.all(jobs.map((job) => job.ended));
  }

  progress(): DownloadProgress[] {
    const running = [...this.running].map((job): DownloadProgress => {
      const stats = job.stats();
      return {
        id: job.id,
        label: job.options.name,
        done: stats?.doneBytes ?? 0,
        total: job.size,
        rate: stats?.rate ?? 0,
        note: job.note(),
        waits: job.waits,
      };
    });
    const waiting = this.waiting.slice(0, MAX_SHOWN_WAITING).map(({ options: { name, size = null } }, index) => {
      const place = placeText(index + 1, this.waiting.length, secondsUntil(index, running));
      return { id: `waiting ${name}`, label: name, done: 0, total: size, rate: 0, note: place, waits: true };
    });
    return [...running, ...waiting];
  }

  /** How far all are together, with those that have ended since nothing was under way; null where one alone says it all. */
  total(): DownloadTotal | null {
    const items = this.progress();
    if (items.length === 0 || (items.length === 1 && this.endedBytes === 0)) return null;
    const known = items.length === this.count && items.every(({ total }) => total !== null);
    const add = (value: (item: DownloadProgress) => number) => items.reduce((sum, item) => sum + value(item), 0);
    return {
      done: this.endedBytes + add(({ done }) => done),
      total: known ? this.endedBytes + add(({ total }) => total ?? 0) : null,
      rate: add(({ rate }) => rate),
      filesLeft: this.count,
    };
  }

  private startWaiting(): void {
    while (this.running.size < this.maxRunning) {
      const next = this.waiting.shift();
      if (!next) return;
      const job = new DownloadJob(this.deps, next.options);
      this.running.add(job);
      job.start();
      next.begin(job);
    }
  }

  private get isIdle(): boolean {
    return this.count === 0 && this.pending === 0;
  }

  private resolveIfIdle(): void {
    if (!this.isIdle) return;
    this.endedBytes = 0;
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** The end of a download that was cancelled while it waited. */
function neverStarted(options: DownloadJobOptions): FinishedDownload {
  const why = say("it was cancelled");
  return {
    result: downloadResult(options, null, null, 0, why),
    failure: "failed",
    why,
    present: false,
    partFile: null,
  };
}
