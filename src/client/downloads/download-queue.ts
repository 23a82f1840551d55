import { say } from "../../sentences/sentence.ts";
import { JobQueue, USUAL_JOBS } from "../batch/job-queue.ts";
import type { QueuedTransfers } from "../batch/transfers-total.ts";
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

/** The downloads of one client. */
export class DownloadQueue {
  private readonly jobs: JobQueue<DownloadJobOptions, DownloadJob, FinishedDownload>;

  constructor(
    deps: DownloadJobDeps,
    private readonly maxRunning = USUAL_JOBS,
  ) {
    this.jobs = new JobQueue({
      maxRunning,
      begin(options: DownloadJobOptions) {
        const job = new DownloadJob(deps, options);
        job.start();
        return job;
      },
    });
  }

  get count(): number {
    return this.jobs.count;
  }

  /** Starts a download, or queues it until others have ended. Resolves to its end. */
  async add(options: DownloadJobOptions): Promise<FinishedDownload> {
    return (await this.jobs.add(options)) ?? neverStarted(options);
  }

  /** As {@link JobQueue.during}. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.jobs.during(work);
  }

  /** Whether there are downloads, and nothing goes on unless somebody resumes it. */
  get stands(): boolean {
    const { running, waiting } = this.jobs;
    if (running.length === 0 || running.some(({ isPaused }) => !isPaused)) return false;
    return waiting.length === 0 || running.length >= this.maxRunning;
  }

  /** The running downloads of a name; all for the empty text. */
  runningNamed(name: string): DownloadJob[] {
    return this.jobs.running.filter((job) => name === "" || job.options.name === name);
  }

  /** The names of all downloads that run or wait. */
  names(): string[] {
    return [...this.jobs.running.map(({ options }) => options), ...this.jobs.waiting].map(({ name }) => name);
  }

  /** Cancels the downloads of a name, or all for the empty text; what arrived is kept. Returns their names. */
  cancel(name: string): string[] {
    const jobs = this.runningNamed(name);
    const waiting = this.jobs.drop((options) => name === "" || options.name === name);
    for (const job of jobs) job.cancel();
    return [...jobs.map(({ options }) => options), ...waiting].map((options) => options.name);
  }

  /** As {@link JobQueue.idle}. */
  idle(): Promise<void> {
    return this.jobs.idle();
  }

  /** Cancels all; what arrived is kept. Resolves when they have ended. */
  async cancelAll(): Promise<void> {
    const jobs = this.runningNamed("");
    this.cancel("");
    await Promise.all(jobs.map((job) => job.ended));
  }

  progress(): DownloadProgress[] {
    const running = this.jobs.running.map((job): DownloadProgress => {
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
    const all = this.jobs.waiting.length;
    const waiting = this.jobs.shownWaiting.map(({ name, size = null }, index) => {
      const place = placeText(index + 1, all, secondsUntil(index, running));
      return { id: `waiting ${name}`, label: name, done: 0, total: size, rate: 0, note: place, waits: true };
    });
    return [...running, ...waiting];
  }

  /** For how far all are together. */
  get transfers(): QueuedTransfers {
    return { items: this.progress(), count: this.count, endedBytes: this.jobs.endedBytes };
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
