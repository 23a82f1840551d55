import { NO_BYTES } from "../../platform/memory.ts";
import type { BatchDisk, OpenedFile, RenamedFile } from "../disk/batch-disk.ts";
import type { BlockingDisk } from "../disk/disk.ts";
import type { Log } from "../log/log.ts";
import { type Batch, type BatchResult, runBatch } from "./batch-worker.ts";
import { examinedFiles } from "./examined-files.ts";
import { joinNames, StatColumns } from "./stat-columns.ts";
import { type RpcOptions, WorkerRpc } from "./worker-rpc.ts";

/** Works through batches in this thread: for tests. */
export function inlineBatches(disk: BlockingDisk): BatchDisk {
  return batchDisk(
    async (batch) => runBatch(disk, batch),
    () => {},
  );
}

/** Gives no result for any file: each is handled by itself. */
export const noBatches: BatchDisk = batchDisk(
  async (batch) => undecided(batch),
  () => {},
);

/** Works through batches on a thread of its own, one after the other. What that thread cannot do has no result. */
export function threadBatches(log: Log, options: Omit<RpcOptions<Batch, BatchResult>, "log"> = {}): BatchDisk {
  const rpc = new WorkerRpc<Batch, BatchResult>("batches", { log, ...options });
  return batchDisk(
    (batch) => rpc.call(batch).catch(() => undecided(batch)),
    () => rpc.stop(),
  );
}

function batchDisk(run: (batch: Batch) => Promise<BatchResult>, stop: () => void): BatchDisk {
  return {
    async statFiles(root, names) {
      const { bytes } = await run({ kind: "stat", root, names: joinNames(names) });
      if (bytes.length === 0) return names.map(() => null);
      const columns = new StatColumns(bytes.buffer, names.length);
      return names.map((_, index) => columns.get(index));
    },
    async examineFiles(bounds, names) {
      const { bytes } = await run({ kind: "examine", bounds, names: joinNames(names) });
      return bytes.length === 0 ? names.map(() => null) : examinedFiles(bytes, names.length);
    },
    openFiles: async (bounds, names) => (await run({ kind: "open", bounds, names })).answers as (OpenedFile | null)[],
    areFree: async (root, names) => (await run({ kind: "free", root, names })).answers as (boolean | null)[],
    install: async (anchor, files) => (await run({ kind: "install", anchor, files })).answers as (RenamedFile | null)[],
    async readFiles(files, bounds) {
      const { answers, bytes } = await run({ kind: "read", files, bounds });
      return { sizes: answers as (number | null)[], bytes };
    },
    syncfs: async (folder) => (await run({ kind: "sync", folder })).answers[0] === 0,
    async close(table) {
      await run({ kind: "close", table });
    },
    stop,
  };
}

function undecided(batch: Batch): BatchResult {
  return { answers: new Array<null>(answerCount(batch)).fill(null), bytes: NO_BYTES };
}

function answerCount(batch: Batch): number {
  if (batch.kind === "sync") return 1;
  if (batch.kind === "close" || batch.kind === "stat" || batch.kind === "examine") return 0;
  return "names" in batch ? batch.names.length : batch.files.length;
}
