import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { UploadJob, type UploadJobDeps, type UploadJobOptions } from "./upload-job.ts";
import { SessionPlaces, type SessionPlacesDeps } from "./upload-places.ts";
import type { FinishedUpload } from "./upload-result.ts";

/** The uploads of one client: one at a time, since more would compete for the same line. */
export class UploadQueue {
  private current: UploadJob | null = null;
  /** `begin` gets the job, or null when it was stopped before. */
  private waiting: { readonly options: UploadJobOptions; begin(job: UploadJob | null): void }[] = [];
  private idleWaiters: (() => void)[] = [];

  private readonly deps: UploadJobDeps;

  constructor(deps: Omit<UploadJobDeps, "places"> & SessionPlacesDeps) {
    this.deps = { ...deps, places: new SessionPlaces(deps) };
  }

  /** Starts an upload, or queues it until others have ended. Resolves to its end; null where it was stopped before. */
  async add(options: UploadJobOptions): Promise<FinishedUpload | null> {
    const job = await new Promise<UploadJob | null>((begin) => {
      this.waiting.push({ options, begin });
      this.startNext();
    });
    if (!job) return null;
    const finished = await job.ended;
    this.current = null;
    this.startNext();
    if (this.isIdle) for (const resolve of this.idleWaiters.splice(0)) resolve();
    return finished;
  }

  /** Resolves when no upload runs or waits. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Stops all; what has come to secondaries stays there. Resolves when they have ended. */
  async stopAll(): Promise<void> {
    for (const { begin } of this.waiting.splice(0)) begin(null);
    this.current?.stop();
    await this.current?.ended;
  }

  progress() {
    const waiting = this.waiting.map(({ options: { name } }) => {
      return {
        id: `waiting ${name}`,
        label: name,
        done: 0,
        total: null,
        rate: 0,
        note: shown(say("waiting for another to end")),
      };
    });
    return [...(this.current ? [this.current.progress()] : []), ...waiting];
  }

  private get isIdle(): boolean {
    return !this.current && this.waiting.length === 0;
  }

  private startNext(): void {
    const next = this.current ? undefined : this.waiting.shift();
    if (!next) return;
    this.current = new UploadJob(this.deps, next.options);
    next.begin(this.current);
  }
}
