import { join } from "node:path";
import type { Clock } from "../../../platform/clock.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import { DAY_MS } from "../../../platform/units.ts";
import { MARKER } from "../../folder/marker.ts";

/** How the names of folders begin that a copy makes in a staging folder for its files alone. */
export const SMALL_COPY_PREFIX = "small-";
export const LOCAL_COPY_PREFIX = "local-";

/** Milliseconds after which a part that no copy has resumed is deleted: a week, as long as a server may be repaired. */
const MAX_PART_AGE_MS = 7 * DAY_MS;

/**
 * Removes what killed processes left in a staging folder: the folders of copies, and parts of large files that no copy
 * has resumed for days, except those for which `isNeeded` is true. Rejects with DiskError.
 */
export async function cleanStagingFolder(
  { disk, clock }: { readonly disk: Disk; readonly clock: Clock },
  folder: string,
  isNeeded: (name: string) => boolean,
): Promise<void> {
  const oldest = BigInt(Math.round(clock.wall() - MAX_PART_AGE_MS)) * 1_000_000n;
  for (const { name, kind } of await disk.list(folder)) {
    const path = join(folder, name);
    if (kind === "folder" && (name.startsWith(SMALL_COPY_PREFIX) || name.startsWith(LOCAL_COPY_PREFIX))) {
      for (const file of await disk.list(path)) await disk.remove(join(path, file.name), "real");
      await disk.removeFolder(path, "real");
    }
    if (kind !== "file" || name === MARKER || isNeeded(name)) continue;
    const stat = await disk.stat(path);
    // Not the modification time, which a whole file has from its source.
    if (name.startsWith(SMALL_COPY_PREFIX) || (stat && stat.ctimeNs < oldest)) await disk.remove(path, "real");
  }
}
