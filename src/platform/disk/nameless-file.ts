import { join } from "node:path";
import { type Random, uniqueId } from "../random.ts";
import type { Disk } from "./disk.ts";

/**
 * Opens a new file without a name on the disk of `folder`, to be written and read: nothing of it is left, however its
 * process ends. `prefix`: how it is called until it has no name. Throws DiskError.
 */
export async function openNameless(
  disk: Pick<Disk, "open" | "remove" | "close">,
  random: Random,
  folder: string,
  prefix: string,
): Promise<number> {
  const path = join(folder, `${prefix}${uniqueId(random)}`);
  const fd = await disk.open(path, "create");
  try {
    await disk.remove(path);
    return fd;
  } catch (error) {
    await disk.close(fd).catch(() => {});
    throw error;
  }
}
