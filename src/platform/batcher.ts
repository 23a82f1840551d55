interface BatchedRequest<Request, Result> {
  readonly request: Request;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** Puts the requests of the same turn of the event loop into one batch, which costs less than each request on its own. */
export class Batcher<Request, Result> {
  private waiting: BatchedRequest<Request, Result>[] = [];

  /** `runBatch` gives a result for each request, in their order; a batch has at most `maxBatchSize` requests. */
  constructor(
    private readonly runBatch: (requests: readonly Request[]) => Promise<readonly Result[]>,
    private readonly maxBatchSize: number,
  ) {}

  load(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      // As a microtask: after all other requests of this turn.
      if (this.waiting.length === 0) queueMicrotask(() => this.send());
      this.waiting.push({ request, resolve, reject });
      if (this.waiting.length === this.maxBatchSize) this.send();
    });
  }

  private send(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.runBatch(waiting.map(({ request }) => request)).then(
      (results) => {
        for (const [index, { resolve }] of waiting.entries()) resolve(results[index] as Result);
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
