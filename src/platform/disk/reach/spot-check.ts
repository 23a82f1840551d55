import fs from "node:fs";
import { say } from "../../../sentences/sentence.ts";
import { DiskError } from "../disk.ts";
import { type Spot, wayUp } from "./anchor.ts";

/** A path, and whether what is there is what it must be. */
interface SpotCheck {
  readonly at: string;
  isRight(stat: fs.BigIntStats): boolean;
}

/**
 * Throws DiskError `away` where a folder is not at a spot, or the system's error. `held`: a path through its descriptor, from
 * which on up to the anchor no other disk can come in between; null where it cannot be held, and its path is believed.
 */
export async function checkSpot(folder: string, spot: Spot, held: string | null): Promise<void> {
  for (const { at, isRight } of checksFor(folder, spot, held)) {
    const stat = await fs.promises.stat(at, { bigint: true }).catch(nullIfGone);
    if (stat === null || !isRight(stat)) throw isAway(folder);
  }
}

/** The same, blocking. */
export function checkSpotSync(folder: string, spot: Spot, held: string | null): void {
  for (const { at, isRight } of checksFor(folder, spot, held)) {
    const stat = fs.statSync(at, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined || !isRight(stat)) throw isAway(folder);
  }
}

function checksFor(folder: string, { anchor, device }: Spot, held: string | null): SpotCheck[] {
  const checks: SpotCheck[] = [];
  if (anchor) {
    const up = wayUp(folder, anchor);
    if (up === null) throw isAway(folder);
    const at = held === null ? anchor.path : `${held}/${up}`;
    checks.push({ at, isRight: ({ dev, ino }) => dev === anchor.device && ino === anchor.inode });
  }
  if (device !== null && held !== null) checks.push({ at: `${held}/.`, isRight: ({ dev }) => dev === device });
  return checks;
}

function nullIfGone(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** Another disk or folder is in the place of the one that was meant. */
export function isAway(folder: string): DiskError {
  return new DiskError(
    "away",
    folder,
    say("nothing is done in {folder}: its disk, or the folder itself, is not in its place", { folder }),
  );
}
