/** Jobs that run at once where nobody says how many; more of them would compete for the same line. */
export const USUAL_JOBS = 3;
/** Waiting jobs that are shown: no window has more rows. */
const MAX_SHOWN_WAITING = 200;

/** How a job has ended; `failure` is null where it has not failed. */
interface EndedJob {
  readonly failure: unknown;
  /** Bytes of its file, where they are known. */
  readonly result: { readonly size?: number | null };
}

export interface JobQueueDeps<Options, Job> {
  readonly maxRunning: number;
  /** A job that has begun. */
  begin(options: Options): Job;
}

/** Jobs of one client: a few run, the others wait in the order in which they came. */
export class JobQueue<Options, Job extends { readonly ended: Promise<Ended> }, Ended extends EndedJob> {
  private readonly jobs = new Set<Job>();
  /** `begin` gets the job, or null where it is not wanted any more. */
  private entries: { readonly options: Options; begin(job: Job | null): void }[] = [];
  private idleWaiters: (() => void)[] = [];
  /** What may add jobs yet. */
  private pending = 0;
  private ownEndedBytes = 0;

  constructor(private readonly deps: JobQueueDeps<Options, Job>) {}

  /** Bytes of what has ended well since nothing was under way. */
  get endedBytes(): number {
    return this.ownEndedBytes;
  }

  get running(): readonly Job[] {
    return [...this.jobs];
  }

  get waiting(): readonly Options[] {
    return this.entries.map(({ options }) => options);
  }

  /** Of those that wait, the ones that are shown. */
  get shownWaiting(): readonly Options[] {
    return this.entries.slice(0, MAX_SHOWN_WAITING).map(({ options }) => options);
  }

  /** Of those that run or wait. */
  get count(): number {
    return this.jobs.size + this.entries.length;
  }

  get isIdle(): boolean {
    return this.count === 0 && this.pending === 0;
  }

  /** Begins a job, or queues it until others have ended. Resolves to its end; null where it was dropped before it began. */
  async add(options: Options): Promise<Ended | null> {
    const job = await new Promise<Job | null>((begin) => {
      this.entries.push({ options, begin });
      this.beginNext();
    });
    if (!job) return null;
    const ended = await job.ended;
    this.jobs.delete(job);
    if (ended.failure === null) this.ownEndedBytes += ended.result.size ?? 0;
    this.beginNext();
    this.settleIfIdle();
    return ended;
  }

  /** Those that wait and are meant do not begin any more. Gives them. */
  drop(isMeant: (options: Options) => boolean): Options[] {
    const dropped = this.entries.filter(({ options }) => isMeant(options));
    this.entries = this.entries.filter(({ options }) => !isMeant(options));
    for (const { begin } of dropped) begin(null);
    return dropped.map(({ options }) => options);
  }

  /** Awaits something that may add jobs: until it has settled there may be more. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await work;
    } finally {
      this.pending -= 1;
      this.settleIfIdle();
    }
  }

  /** Resolves when no job runs or waits, and none is to come. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  private beginNext(): void {
    while (this.jobs.size < this.deps.maxRunning) {
      const next = this.entries.shift();
      if (!next) return;
      const job = this.deps.begin(next.options);
      this.jobs.add(job);
      next.begin(job);
    }
  }

  private settleIfIdle(): void {
    if (!this.isIdle) return;
    this.ownEndedBytes = 0;
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }
}
