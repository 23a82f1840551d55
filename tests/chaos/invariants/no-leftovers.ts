import fs from "node:fs";
import path from "node:path";
import { folderFigures } from "../world/figures.ts";
import type { Invariant } from "./invariant.ts";

/**
 * Nothing of what has ended is left: no staged file at a secondary, no work file of a client. Allowed is what a
 * secondary that was killed, or lost its disk, has left of a copy: that is kept for a week, as somebody may want that
 * version again.
 */
export const noLeftovers: Invariant = {
  name: "nothing is left over",
  afterDownload(_observed, { client, leftovers }) {
    return leftovers.length > 0 ? `${client}: ${leftovers.join(", ")}` : null;
  },
  async comesToHold({ world }) {
    for (const { number, backing } of world.disks) {
      const since = world.undisturbedSince(number);
      const own = folderFigures(backing).leftovers.filter((name) => !isOlder(path.join(backing, name), since));
      if (own.length > 0) return `at secondary ${number}: ${own.join(", ")}`;
    }
    return null;
  },
};

/** A staged file, which has the id of its version for a name, and its journal. */
const STAGED = /^[0-9a-f]{64}(\.part(\.journal)?)?$/;

/** Whether nothing has touched a staged file since a moment, in milliseconds since 1970. */
function isOlder(file: string, moment: number): boolean {
  if (!STAGED.test(path.basename(file))) return false;
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined || found.ctimeMs < moment;
}
