import type { BlockingDisk, Reach } from "../platform/disk/disk.ts";
import { HASH_BYTES } from "../platform/hash.ts";
import type { Log } from "../platform/log/log.ts";
import { MIB } from "../platform/units.ts";
import { inlineThread, type RpcOptions, WorkerRpc } from "../platform/workers/worker-rpc.ts";
import { type PieceDigest, PLAIN_DIGESTS } from "../protocol/digests/piece-digests.ts";
import { pieceCount, pieceSize } from "../protocol/versions/version.ts";
import { HashJob, type HashWork } from "./hash-job.ts";
import type { HashedCopy, HashReply, HashRequest, HashSlice, ReuseTarget, SliceResult } from "./hasher-messages.ts";
import { hasherHandler } from "./hasher-worker.ts";
import type { FileHashes, HashedFile, Hashing, HashProgress, HashScope } from "./hashing.ts";

/** Bytes of a request to the worker, unless one piece alone is longer: about 20 ms of hashing. */
const MAX_REQUEST_BYTES = 64 * MIB;
/** Slices in a request to the worker: many small files share one message. */
const MAX_REQUEST_SLICES = 64;
/** Requests that the worker has: one at work and one that waits, so that it never idles. */
const MAX_REQUESTS_IN_FLIGHT = 2;

/** Bytes of a request in the background, unless one piece alone is longer: what comes meanwhile does not wait long. */
const MAX_BACKGROUND_BYTES = 16 * MIB;

/** From the first piece on, and nothing but the hashes of pieces. */
const PLAIN = {
  from: 0,
  length: "exact",
  destination: null,
  reuse: null,
  onBytes: null,
  whole: null,
  digests: [],
  background: false,
} as const;

/** A slice that the worker has been asked for, and the job that it is a part of. */
interface AskedSlice {
  readonly job: HashJob;
  readonly slice: HashSlice;
}

/** Hashes on a second thread. */
export function threadHashing(log: Log): Hashing {
  return new HasherClient({ log });
}

/** Hashes in this thread, a request in each microtask: for tests and simulations, which need no second thread. */
export function inlineHashing(disk: BlockingDisk, log: Log): Hashing {
  return new HasherClient({ log, start: () => inlineThread(hasherHandler(disk)) });
}

/**
 * Files are hashed in slices of whole pieces, taken from all waiting files in turn, so that a small file does not wait
 * for a huge one.
 */
export class HasherClient implements Hashing {
  private readonly rpc: WorkerRpc<HashRequest, HashReply>;
  /** Jobs with pieces that nobody was asked for yet; the next slice comes from the first. */
  private queue = new Set<HashJob>();
  /** The same of those that wait until the queue is empty, and the worker idle. */
  private background = new Set<HashJob>();
  /** What the worker has been asked, oldest first. */
  private requests: AskedSlice[][] = [];
  private progress: HashProgress = () => {};
  private stopped = false;
  private lastWhole = 0;

  constructor(options: RpcOptions<HashRequest, HashReply>) {
    this.rpc = new WorkerRpc("hasher", options);
  }

  async hash(path: string, size: number, scope: HashScope = "pieces", reach: Reach = "any"): Promise<HashedFile> {
    const whole = scope === "pieces" ? null : this.newWhole(size);
    const digests = scope === "digests" ? PLAIN_DIGESTS : [];
    const end = pieceCount(size);
    return (await this.run({ ...PLAIN, path, reach, size, end, whole, digests })).hashedFile();
  }

  async digest(
    path: string,
    size: number,
    digests: readonly PieceDigest[],
    reach: Reach,
    onBytes: (done: number) => boolean,
  ): Promise<HashedFile> {
    const whole = digests.includes("sha-256") ? this.newWhole(size) : null;
    const scope = { whole, digests, background: true };
    return (await this.run({ ...PLAIN, path, reach, size, end: pieceCount(size), onBytes, ...scope })).hashedFile();
  }

  async copy(
    path: string,
    size: number,
    destination: HashedCopy,
    onBytes: (done: number) => boolean,
    reach: Reach = "any",
  ): Promise<FileHashes> {
    const job = await this.run({ ...PLAIN, path, reach, size, end: pieceCount(size), destination, onBytes });
    return job.fileHashes();
  }

  hashPiece(path: string, size: number, piece: number, reach: Reach = "any"): Promise<Uint8Array> {
    return this.hashPieces(path, size, piece, piece + 1, reach);
  }

  async hashPieces(path: string, size: number, from: number, end: number, reach: Reach = "any"): Promise<Uint8Array> {
    return (await this.run({ ...PLAIN, path, reach, size, from, end })).hashes;
  }

  async hashAs(path: string, size: number, onBytes: (done: number) => boolean): Promise<HashedFile> {
    const end = pieceCount(size);
    return (await this.run({ ...PLAIN, path, reach: "any", size, length: "any", end, onBytes })).hashedFile();
  }

  async reuse(path: string, size: number, from: number, target: ReuseTarget, reach: Reach): Promise<Uint8Array> {
    const end = from + target.hashes.length / HASH_BYTES;
    return (await this.run({ ...PLAIN, path, reach, size, length: "any", from, end, reuse: target })).hashes;
  }

  onProgress(listener: HashProgress): void {
    this.progress = listener;
  }

  stop(): void {
    this.stopped = true;
    this.fail(new Error("the hasher was stopped"));
    this.rpc.stop();
  }

  /** The number of a file that is hashed as a whole; null: it has no more than one piece, which is the whole. */
  private newWhole(size: number): number | null {
    if (pieceCount(size) <= 1) return null;
    this.lastWhole += 1;
    return this.lastWhole;
  }

  private run(work: HashWork): Promise<HashJob> {
    if (this.stopped) return Promise.reject(new Error("the hasher is stopped"));
    return new Promise((resolve, reject) => {
      const jobs = work.background ? this.background : this.queue;
      jobs.add(new HashJob(work, resolve, reject));
      // Those that are asked for in this same turn go together.
      queueMicrotask(() => this.send());
    });
  }

  private send(): void {
    while (!this.stopped && this.mayAsk()) {
      const request =
        this.queue.size > 0
          ? this.compose(this.queue, MAX_REQUEST_BYTES)
          : this.compose(this.background, MAX_BACKGROUND_BYTES);
      this.requests.push(request);
      this.rpc.send(
        { slices: request.map(({ slice }) => slice) },
        { resolve: (reply) => this.receive(reply), reject: (error) => this.fail(error) },
      );
    }
  }

  private mayAsk(): boolean {
    if (this.queue.size > 0) return this.requests.length < MAX_REQUESTS_IN_FLIGHT;
    return this.background.size > 0 && this.requests.length === 0;
  }

  private compose(jobs: Set<HashJob>, maxBytes: number): AskedSlice[] {
    const request: AskedSlice[] = [];
    let bytes = 0;
    for (const job of jobs) {
      if (request.length >= MAX_REQUEST_SLICES || bytes >= maxBytes) break;
      const slice = job.nextSlice(maxBytes - bytes);
      request.push({ job, slice });
      bytes += slice.count * pieceSize(job.size);
      jobs.delete(job);
    }
    // To the end of the queue, only now: the loop above would come round to them again.
    for (const { job } of request) if (!job.allAsked) jobs.add(job);
    return request;
  }

  private receive({ results }: HashReply): void {
    const request = this.requests.shift() ?? [];
    for (const [index, { job, slice }] of request.entries()) {
      const result = results[index];
      if (result) this.accept(job, slice, result);
    }
    this.send();
  }

  private accept(job: HashJob, slice: HashSlice, result: SliceResult): void {
    job.accept(slice, result);
    if (result.kind === "hashed") {
      if (!job.background) this.progress(job.path, job.hashedBytes, job.size);
      job.settle();
    }
    if (job.allAsked) (job.background ? this.background : this.queue).delete(job);
  }

  /** Rejects every job, also those of which nothing was asked yet; the worker starts again with the next one. */
  private fail(error: Error): void {
    const jobs = new Set([...this.queue, ...this.background, ...this.requests.flat().map(({ job }) => job)]);
    this.queue = new Set();
    this.background = new Set();
    this.requests = [];
    for (const job of jobs) job.reject(error);
  }
}
