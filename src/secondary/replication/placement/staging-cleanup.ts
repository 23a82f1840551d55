import { join } from "node:path";
import type { Clock } from "../../../platform/clock.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import { MARKER } from "../../folder/marker.ts";
import { LOCAL_COPY_PREFIX } from "../local/local-copier.ts";

/** Milliseconds after which a part of a copy that was not touched is not kept for being resumed. */
const MAX_PART_AGE_MS = 7 * 24 * 3600 * 1000;

/**
 * Removes what killed processes left in the work folder: files of bundles, and parts of large files that nobody has
 * resumed for days, except those that `keeps` says are needed. Rejects with DiskError.
 */
export async function cleanStagingFolder(
  { disk, clock }: { readonly disk: Disk; readonly clock: Clock },
  folder: string,
  keeps: (name: string) => boolean,
): Promise<void> {
  const oldest = BigInt(Math.round(clock.wall() - MAX_PART_AGE_MS)) * 1_000_000n;
  for (const { name, kind } of await disk.list(folder)) {
    const path = join(folder, name);
    if (kind === "folder" && (name.startsWith("small-") || name.startsWith(LOCAL_COPY_PREFIX))) {
      for (const file of await disk.list(path)) await disk.remove(join(path, file.name));
      await disk.removeFolder(path);
    }
    if (kind !== "file" || name === MARKER || keeps(name)) continue;
    const stat = await disk.stat(path);
    // Not its modification time, which a whole file has from where it came.
    if (name.startsWith("small-") || (stat && stat.ctimeNs < oldest)) await disk.remove(path);
  }
}
