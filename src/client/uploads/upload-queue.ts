import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { USUAL_JOBS } from "../downloads/download-queue.ts";
import { UploadJob, type UploadJobDeps, type UploadJobOptions } from "./upload-job.ts";
import { SessionPlaces, type SessionPlacesDeps } from "./upload-places.ts";
import type { FinishedUpload } from "./upload-result.ts";

/** Waiting uploads that are shown: no window has more rows. */
const MAX_SHOWN_WAITING = 200;

/** The uploads of one client: a few at a time, since more would compete for the same line. */
export class UploadQueue {
  private readonly running = new Set<UploadJob>();
  /** `begin` gets the job, or null when it was stopped before. */
  private waiting: { readonly options: UploadJobOptions; begin(job: UploadJob | null): void }[] = [];
  private idleWaiters: (() => void)[] = [];
  /** What may add uploads yet. */
  private pending = 0;
  private stopped = false;

  private readonly deps: UploadJobDeps;

  constructor(
    deps: Omit<UploadJobDeps, "places"> & SessionPlacesDeps,
    private readonly maxRunning = USUAL_JOBS,
  ) {
    this.deps = { ...deps, places: new SessionPlaces(deps) };
  }

  /** Starts an upload, or queues it until others have ended. Resolves to its end; null where it was stopped before. */
  async add(options: UploadJobOptions): Promise<FinishedUpload | null> {
    if (this.stopped) return null;
    const job = await new Promise<UploadJob | null>((begin) => {
      this.waiting.push({ options, begin });
      this.startNext();
    });
    if (!job) return null;
    const finished = await job.ended;
    this.running.delete(job);
    this.startNext();
    this.resolveIfIdle();
    return finished;
  }

  /** Awaits something that may add uploads: until it has settled there may be more. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await work;
    } finally {
      this.pending -= 1;
      this.resolveIfIdle();
    }
  }

  /** Resolves when no upload runs or waits. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Stops all; what has come to secondaries stays there. Resolves when they have ended. */
  async stopAll(): Promise<void> {
    this.stopped = true;
    for (const { begin } of this.waiting.splice(0)) begin(null);
    const jobs = [...this.running];
    for (const job of jobs) job.stop();
    await Promise.all(jobs.map((job) => job.ended));
  }

  /** Bytes of those that run: that are right there, and that were sent. */
  runningBytes(): { readonly done: number; readonly moved: number } {
    const all = [...this.running].map((job) => job.bytes);
    return {
      done: all.reduce((sum, { done }) => sum + done, 0),
      moved: all.reduce((sum, { sent }) => sum + sent, 0),
    };
  }

  progress() {
    const note = shown(say("waiting for others to end"));
    const waiting = this.waiting.slice(0, MAX_SHOWN_WAITING).map(({ options: { name } }) => {
      return { id: `waiting ${name}`, label: name, done: 0, total: null, rate: 0, note, waits: true };
    });
    return [...[...this.running].map((job) => job.progress()), ...waiting];
  }

  get isIdle(): boolean {
    return this.running.size === 0 && this.waiting.length === 0 && this.pending === 0;
  }

  private startNext(): void {
    while (this.running.size < this.maxRunning) {
      const next = this.waiting.shift();
      if (!next) return;
      const job = new UploadJob(this.deps, next.options);
      this.running.add(job);
      next.begin(job);
    }
  }

  private resolveIfIdle(): void {
    if (this.isIdle) for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}
