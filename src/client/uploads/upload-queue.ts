import { JobQueue, USUAL_JOBS } from "../batch/job-queue.ts";
import type { QueuedTransfers } from "../batch/transfers-total.ts";
import { placeText, secondsUntil } from "../downloads/notes/place.ts";
import { UploadJob, type UploadJobDeps, type UploadJobOptions } from "./upload-job.ts";
import { SessionPlaces, type SessionPlacesDeps } from "./upload-places.ts";
import type { FinishedUpload } from "./upload-result.ts";

/** The uploads of one client. */
export class UploadQueue {
  private readonly jobs: JobQueue<UploadJobOptions, UploadJob, FinishedUpload>;
  private isStopped = false;

  constructor(deps: Omit<UploadJobDeps, "places"> & SessionPlacesDeps, maxRunning = USUAL_JOBS) {
    const jobDeps = { ...deps, places: new SessionPlaces(deps) };
    this.jobs = new JobQueue({
      maxRunning,
      begin: (options: UploadJobOptions) => new UploadJob(jobDeps, options),
    });
  }

  /** Starts an upload, or queues it until others have ended. Resolves to its end; null where it was stopped before it began. */
  async add(options: UploadJobOptions): Promise<FinishedUpload | null> {
    return this.stopped ? null : this.jobs.add(options);
  }

  /** Whether nothing begins any more. */
  get stopped(): boolean {
    return this.isStopped;
  }

  /** The names in the cluster of those that run or wait. */
  names(): string[] {
    return [...this.jobs.running.map((job) => job.options.name), ...this.jobs.waiting.map(({ name }) => name)];
  }

  /** Stops those that are to have this name, or all; what has come to secondaries stays there. Gives their names. */
  cancel(name: string | null): string[] {
    const isMeant = (one: Pick<UploadJobOptions, "name">) => name === null || one.name === name;
    const dropped = this.jobs.drop(isMeant);
    const running = this.jobs.running.filter((job) => isMeant(job.options));
    for (const job of running) job.stop();
    return [...running.map((job) => job.options), ...dropped].map((one) => one.name);
  }

  /** As {@link JobQueue.during}. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.jobs.during(work);
  }

  /** As {@link JobQueue.idle}. */
  idle(): Promise<void> {
    return this.jobs.idle();
  }

  /** Stops all; what has come to secondaries stays there. Resolves when they have ended. */
  async stopAll(): Promise<void> {
    this.isStopped = true;
    const jobs = this.jobs.running;
    this.cancel(null);
    await Promise.all(jobs.map((job) => job.ended));
  }

  /** Bytes of those that run: that are right there, and that were sent. */
  runningBytes(): { readonly done: number; readonly moved: number } {
    const all = this.jobs.running.map((job) => job.bytes);
    return {
      done: all.reduce((sum, { done }) => sum + done, 0),
      moved: all.reduce((sum, { sent }) => sum + sent, 0),
    };
  }

  progress() {
    const running = this.jobs.running.map((job) => job.progress());
    const all = this.jobs.waiting.length;
    const waiting = this.jobs.shownWaiting.map(({ name, size = null }, index) => {
      const note = placeText(index + 1, all, secondsUntil(index, running));
      return { id: `waiting ${name}`, label: name, done: 0, total: size, rate: 0, note, waits: true };
    });
    return [...running, ...waiting];
  }

  /** For how far all are together. */
  get transfers(): QueuedTransfers {
    return { items: this.progress(), count: this.jobs.count, endedBytes: this.jobs.endedBytes };
  }

  get isIdle(): boolean {
    return this.jobs.isIdle;
  }
}
