import { type Clock, systemClock } from "../platform/clock.ts";
import { type BlockingDisk, DiskError } from "../platform/disk/disk.ts";
import { HASH_BYTES, hex } from "../platform/hash.ts";
import type { Log } from "../platform/log/log.ts";
import { MIB } from "../platform/units.ts";
import { RestartLimit } from "../platform/workers/restart-limit.ts";
import { startThread, type Thread } from "../platform/workers/threads.ts";
import { pieceCount, pieceSize, plainHash, versionId } from "../protocol/versions/version.ts";
import type { CopyDestination } from "./copy-target.ts";
import { type HashReply, type HashRequest, type HashSlice, type SliceResult, serveHasher } from "./hasher-worker.ts";

/** Bytes of a request to the thread, unless one piece alone is longer: about 20 ms of hashing. */
const MAX_REQUEST_BYTES = 64 * MIB;
/** Slices in a request to the thread. */
const MAX_REQUEST_SLICES = 64;
/** Requests that the thread has: one at work and one that waits, so that it never idles. */
const MAX_REQUESTS_IN_FLIGHT = 2;

export interface FileHashes {
  readonly id: string;
  /** The 32-byte hash of each piece, in order. */
  readonly hashes: Uint8Array;
  /** The plain BLAKE3 of the whole file, as 64 hexadecimal digits, where it is known. */
  readonly blake3: string | null;
}

/** Whether the plain BLAKE3 of files of many pieces is made in the same pass: it takes as long again as the pieces' hashes. */
export type HashScope = "pieces" | "whole";

/** Told after each part of a file: its path, bytes hashed so far, and its size. */
export type HashProgress = (path: string, done: number, size: number) => void;

/** Hashes files, away from whoever asks. */
export interface Hashing {
  /** Rejects with DiskError, with {@link FileChanged} when it has not `size` bytes, with Error when the hasher died. */
  hash(path: string, size: number, extent?: HashScope): Promise<FileHashes>;
  /** The 32-byte hash of one piece of a file of `size` bytes. Rejects as `hash` does. */
  hashPiece(path: string, size: number, piece: number): Promise<Uint8Array>;
  /** The same of the pieces from `from` up to, but not including, `end`. */
  hashPieces(path: string, size: number, from: number, end: number): Promise<Uint8Array>;
  /**
   * Like `hash`, and writes the file, sparse as it may be, or shares its blocks. What was written is right if the hashes
   * are; after a failure some of it may be left. `told` hears of the bytes that are done, and says whether to go on.
   */
  copy(path: string, size: number, to: CopyDestination, told: (done: number) => boolean): Promise<FileHashes>;
  /** Replaces the listener. */
  onProgress(listener: HashProgress): void;
  stop(): void;
}

/** The file does not have, or no longer has, the size it was to be hashed with. */
export class FileChanged extends Error {}

interface Job {
  readonly path: string;
  readonly size: number;
  readonly hashes: Uint8Array;
  /** Where it is written, too. */
  readonly destination: CopyDestination | null;
  /** Who is told of progress besides the listener, and says whether to go on. */
  readonly onBytes: ((done: number) => boolean) | null;
  /** The number by which the thread knows it, where it hashes the whole file too, and that hash once it is here. */
  readonly whole: number | null;
  blake3: Uint8Array | null;
  /** The first piece, and the one after the last, which comes nearer when the rest is not wanted any more. */
  readonly from: number;
  end: number;
  wanted: boolean;
  /** The next piece to ask for, and pieces hashed. */
  next: number;
  hashed: number;
  resolve(job: Job): void;
  reject(error: Error): void;
}

/** Hashes on a second thread. */
export function threadHashing(log: Log): Hashing {
  return new HasherClient(() => startThread<HashRequest, HashReply>("hasher"), log);
}

/** Hashes in this thread, a request in each microtask: for tests and simulations, which need no second thread. */
export function inlineHashing(disk: BlockingDisk, log: Log): Hashing {
  return new HasherClient(() => inlineThread(disk), log);
}

/**
 * Files are hashed in slices of whole pieces, taken from all waiting files in turn, so that a small file does not wait
 * for a huge one, and many small files share one message. A thread that dies is started again, unless that happens too
 * often: then the listener of its death throws.
 */
export class HasherClient implements Hashing {
  private readonly start: () => Thread<HashRequest, HashReply>;
  private readonly log: Log;
  /** Jobs with pieces that nobody was asked for yet; the next slice comes from the first. */
  private queue = new Set<Job>();
  /** What the thread has been asked, oldest first. */
  private requests: { job: Job; slice: HashSlice }[][] = [];
  private thread: Thread<HashRequest, HashReply> | undefined;
  private progress: HashProgress = () => {};
  private stopped = false;
  private lastWhole = 0;
  private readonly clock: Clock;
  private readonly restarts = new RestartLimit();

  constructor(start: () => Thread<HashRequest, HashReply>, log: Log, clock: Clock = systemClock) {
    this.start = start;
    this.log = log;
    this.clock = clock;
  }

  async hash(path: string, size: number, extent: HashScope = "pieces"): Promise<FileHashes> {
    const pieces = pieceCount(size);
    let whole: number | null = null;
    if (extent === "whole" && pieces > 1) {
      this.lastWhole += 1;
      whole = this.lastWhole;
    }
    return hashedOf(await this.pieces(path, size, 0, pieces, { destination: null, onBytes: null, whole }));
  }

  async copy(path: string, size: number, to: CopyDestination, told: (done: number) => boolean): Promise<FileHashes> {
    return hashedOf(
      await this.pieces(path, size, 0, pieceCount(size), { destination: to, onBytes: told, whole: null }),
    );
  }

  hashPiece(path: string, size: number, piece: number): Promise<Uint8Array> {
    return this.hashPieces(path, size, piece, piece + 1);
  }

  async hashPieces(path: string, size: number, from: number, end: number): Promise<Uint8Array> {
    return (await this.pieces(path, size, from, end, { destination: null, onBytes: null, whole: null })).hashes;
  }

  private pieces(
    path: string,
    size: number,
    from: number,
    end: number,
    extra: Pick<Job, "destination" | "onBytes" | "whole">,
  ): Promise<Job> {
    if (this.stopped) return Promise.reject(new Error("the hasher is stopped"));
    return new Promise((resolve, reject) => {
      const hashes = new Uint8Array((end - from) * HASH_BYTES);
      const begun = { wanted: true, next: from, hashed: 0, blake3: null };
      this.queue.add({ path, size, hashes, from, end, ...extra, ...begun, resolve, reject });
      // Those that are asked for in this same turn go together.
      queueMicrotask(() => this.send());
    });
  }

  onProgress(listener: HashProgress): void {
    this.progress = listener;
  }

  stop(): void {
    this.stopped = true;
    this.fail(new Error("the hasher was stopped"));
  }

  private send(): void {
    while (!this.stopped && this.queue.size > 0 && this.requests.length < MAX_REQUESTS_IN_FLIGHT) {
      const request = this.compose();
      this.requests.push(request);
      try {
        this.thread ??= this.begin();
      } catch (cause) {
        this.fail(new Error(`cannot start the hasher thread: ${cause}`, { cause }));
        return;
      }
      this.thread.post({ slices: request.map(({ slice }) => slice) });
    }
  }

  private begin(): Thread<HashRequest, HashReply> {
    const thread = this.start();
    thread.listen(
      (reply) => this.receive(reply),
      (error) => {
        if (this.stopped || thread !== this.thread) return;
        if (!this.restarts.allows(this.clock.now())) {
          throw new Error(`the hasher thread fails again and again: ${error.message}`);
        }
        this.log.error("hasher-failed", `the hasher thread failed and is started again: ${error.message}`);
        this.fail(new Error(`the hasher thread failed: ${error.message}`, { cause: error }));
      },
    );
    return thread;
  }

  private compose(): { job: Job; slice: HashSlice }[] {
    const request: { job: Job; slice: HashSlice }[] = [];
    let bytes = 0;
    for (const job of this.queue) {
      if (request.length >= MAX_REQUEST_SLICES || bytes >= MAX_REQUEST_BYTES) break;
      const piece = pieceSize(job.size);
      const room = Math.max(1, Math.floor((MAX_REQUEST_BYTES - bytes) / piece));
      const count = Math.min(job.end - job.next, room);
      request.push({
        job,
        slice: {
          path: job.path,
          size: job.size,
          from: job.next,
          count,
          destination: job.destination,
          whole: job.whole,
        },
      });
      bytes += count * piece;
      job.next += count;
      this.queue.delete(job);
    }
    // To the end of the queue, only now: the loop above would come round to them again.
    for (const { job } of request) if (job.next < job.end) this.queue.add(job);
    return request;
  }

  private receive({ results }: HashReply): void {
    const request = this.requests.shift() ?? [];
    for (const [index, { job, slice }] of request.entries()) {
      const result = results[index];
      if (result) this.settle(job, slice, result);
    }
    this.send();
  }

  private settle(job: Job, slice: HashSlice, result: SliceResult): void {
    if (result.kind !== "hashed") {
      this.queue.delete(job);
      const { path, size } = job;
      if (result.kind === "failed") job.reject(new DiskError(result.failure, path, result.message));
      else job.reject(new FileChanged(`${path} has no longer ${size} bytes`));
      return;
    }
    job.hashes.set(result.hashes, (slice.from - job.from) * HASH_BYTES);
    job.hashed += slice.count;
    job.blake3 = result.blake3;
    const done = Math.min(job.size, job.hashed * pieceSize(job.size));
    this.progress(job.path, done, job.size);
    if (job.wanted && job.onBytes?.(done) === false) {
      // What the thread has been asked for it still does.
      job.wanted = false;
      job.end = job.next;
      this.queue.delete(job);
    }
    if (job.hashed < job.end - job.from) return;
    if (job.wanted) job.resolve(job);
    else job.reject(new Error(`${job.path} is not wanted any more`));
  }

  /** Rejects everybody who waits; the thread starts again with the next file. */
  private fail(error: Error): void {
    const jobs = new Set([...this.queue, ...this.requests.flat().map(({ job }) => job)]);
    this.queue = new Set();
    this.requests = [];
    this.thread?.stop();
    this.thread = undefined;
    for (const job of jobs) job.reject(error);
  }
}

function hashedOf({ size, hashes, blake3 }: Job): FileHashes {
  return { id: versionId(size, hashes), hashes, blake3: blake3 ? hex(blake3) : plainHash(size, hashes) };
}

function inlineThread(disk: BlockingDisk): Thread<HashRequest, HashReply> {
  let received: (reply: HashReply) => void = () => {};
  const handle = serveHasher((reply) => queueMicrotask(() => received(reply)), disk);
  return {
    post: (request) => queueMicrotask(() => handle(request)),
    listen: (listener) => {
      received = listener;
    },
    stop: () => {
      received = () => {};
    },
  };
}
