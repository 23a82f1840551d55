import { type Clock, systemClock } from "../clock.ts";
import type { BatchDisk, InstalledFile, OpenedFile } from "../disk/batch-disk.ts";
import type { BlockingDisk, FileStat } from "../disk/disk.ts";
import type { Log } from "../log/log.ts";
import { type Batch, type BatchReply, type BatchRequest, type BatchResult, runBatch } from "./batch-worker.ts";
import { RestartLimit } from "./restart-limit.ts";
import { startThread, type Thread } from "./threads.ts";

/** Works through batches in this thread: for tests. */
export function inlineBatches(disk: BlockingDisk): BatchDisk {
  return batchDisk(
    async (batch) => runBatch(disk, batch),
    () => {},
  );
}

/** Has no verdict about anything: every file goes the long way. */
export const noBatches: BatchDisk = batchDisk(
  async (batch) => undecided(batch),
  () => {},
);

/**
 * Works through batches on a thread of its own, one after the other. A thread that dies is started again, unless that
 * happens too often: then the listener of its death throws.
 */
export function threadBatches(
  log: Log,
  start = () => startThread<BatchRequest, BatchReply>("batches"),
  clock: Clock = systemClock,
): BatchDisk {
  const client = new BatchClient(start, log, clock);
  return batchDisk(
    (batch) => client.run(batch),
    () => client.stop(),
  );
}

function batchDisk(run: (batch: Batch) => Promise<BatchResult>, stop: () => void): BatchDisk {
  return {
    statFiles: async (root, names) => (await run({ kind: "look", root, names })).answers as (FileStat | null)[],
    openFiles: async (root, names) => (await run({ kind: "opened", root, names })).answers as (OpenedFile | null)[],
    areFree: async (root, names) => (await run({ kind: "free", root, names })).answers as (boolean | null)[],
    install: async (root, files) => (await run({ kind: "place", root, files })).answers as (InstalledFile | null)[],
    async readFiles(files) {
      const { answers, bytes } = await run({ kind: "read", files });
      return { sizes: answers as (number | null)[], bytes };
    },
    syncfs: async (folder) => (await run({ kind: "sync", folder })).answers[0] === 0,
    async close(files) {
      await run({ kind: "close", files });
    },
    stop,
  };
}

function undecided(batch: Batch): BatchResult {
  return { answers: new Array<null>(places(batch)).fill(null), bytes: new Uint8Array(0) };
}

function places(batch: Batch): number {
  if (batch.kind === "sync") return 1;
  return "names" in batch ? batch.names.length : batch.files.length;
}

interface Waiter {
  readonly batch: Batch;
  resolve(result: BatchResult): void;
}

class BatchClient {
  private thread: Thread<BatchRequest, BatchReply> | null = null;
  private readonly waiting = new Map<number, Waiter>();
  private number = 0;
  private stopped = false;

  private readonly restarts = new RestartLimit();

  constructor(
    private readonly start: () => Thread<BatchRequest, BatchReply>,
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  run(batch: Batch): Promise<BatchResult> {
    if (this.stopped) return Promise.resolve(undecided(batch));
    return new Promise((resolve) => {
      this.number += 1;
      const { number } = this;
      this.waiting.set(number, { batch, resolve });
      try {
        this.thread ??= this.begin();
        this.thread.post({ number, batch });
      } catch (error) {
        this.fail(`cannot be started: ${error}`);
      }
    });
  }

  stop(): void {
    this.stopped = true;
    this.end();
  }

  private begin(): Thread<BatchRequest, BatchReply> {
    const thread = this.start();
    thread.listen(
      (reply) => {
        this.waiting.get(reply.number)?.resolve(reply);
        this.waiting.delete(reply.number);
      },
      (error) => {
        if (thread !== this.thread) return;
        if (!this.restarts.allows(this.clock.now())) {
          throw new Error(`the thread for many small files fails again and again: ${error.message}`);
        }
        this.fail(`failed and is started again: ${error.message}`);
      },
    );
    return thread;
  }

  private fail(what: string): void {
    if (!this.stopped) this.log.error("batches-failed", `the thread for many small files ${what}`);
    this.end();
  }

  private end(): void {
    this.thread?.stop();
    this.thread = null;
    for (const { batch, resolve } of this.waiting.values()) resolve(undecided(batch));
    this.waiting.clear();
  }
}
