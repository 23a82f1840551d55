import fs from "node:fs";
import path from "node:path";
import { folderFigures } from "../world/figures.ts";
import type { Invariant } from "./invariant.ts";

/**
 * Nothing of what has ended is left: no staged file at a secondary, no work file of a client. Allowed is what a killed
 * secondary has left of a copy, which is kept for a week, as somebody may want that version again.
 */
export const noLeftovers: Invariant = {
  name: "nothing is left over",
  afterDownload(_observed, { client, leftovers }) {
    return leftovers.length > 0 ? `${client}: ${leftovers.join(", ")}` : null;
  },
  async comesToHold({ world }) {
    for (const { number, backing } of world.disks) {
      const startedAt = world.startedAt(number);
      const own = folderFigures(backing).leftovers.filter((name) => !isOlder(path.join(backing, name), startedAt));
      if (own.length > 0) return `at secondary ${number}: ${own.join(", ")}`;
    }
    return null;
  },
};

/** Whether nothing has touched a part of a copy since a moment, in milliseconds since 1970. */
function isOlder(file: string, moment: number): boolean {
  if (!/\.part(\.journal)?$/.test(file)) return false;
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found === undefined || found.ctimeMs < moment;
}
