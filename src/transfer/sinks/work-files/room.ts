import { dirname } from "node:path";
import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { saidBytes } from "../../../platform/units.ts";
import { say } from "../../../sentences/sentence.ts";

/** Throws DiskError `full` when the disk of a part has no room for what is to come: so many bytes. */
export async function requireRoom(disk: Disk, part: string, missing: number): Promise<void> {
  const free = await disk.freeBytes(dirname(part));
  if (missing <= free) return;
  const text = say("{part}: {missing} are to come and the disk has {free} free", {
    part,
    missing: saidBytes(missing),
    free: saidBytes(free),
  });
  throw new DiskError("full", part, text);
}
