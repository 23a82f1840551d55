import { dirname } from "node:path";
import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { saidBytes } from "../../../platform/units.ts";
import { say } from "../../../sentences/sentence.ts";

/** Throws DiskError `full` when the disk of a part has no room for what is to come: so many bytes. */
export async function requireRoom(disk: Pick<Disk, "freeBytes">, part: string, missing: number): Promise<void> {
  const folder = dirname(part);
  const free = await disk.freeBytes(folder);
  if (missing <= free) return;
  const text = say("{missing} are to come and the disk of {folder} has {free} free", {
    missing: saidBytes(missing),
    folder,
    free: saidBytes(free),
  });
  throw new DiskError("full", part, text);
}
