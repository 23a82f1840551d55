import type { BatchDisk } from "../../../src/platform/disk/batch-disk.ts";
import type { BlockingDisk } from "../../../src/platform/disk/disk.ts";
import { inlineBatches } from "../../../src/platform/workers/batch-client.ts";

/** Batches on this thread that note in `read` which files were read to be hashed. */
export function notingBatches(disk: BlockingDisk, read: string[]): BatchDisk {
  const inner = inlineBatches(disk);
  return {
    ...inner,
    async examineFiles(bounds, names) {
      const seen = await inner.examineFiles(bounds, names);
      read.push(...names.filter((_, index) => seen[index]));
      return seen;
    },
  };
}
