import { plural } from "../base/units.ts";
import type { Registry } from "./registry.ts";

/**
 * What keeps the cluster from being in step for the first time: fewer than `wanted` secondaries, or files that have
 * not been copied everywhere. Null when nothing does.
 */
export function missingForSync(registry: Registry, wanted: number): string | null {
  const there = registry.members().filter(({ state }) => state !== "lost");
  if (there.length < wanted) {
    const missing = wanted - there.length;
    return `${there.length} of ${plural(wanted, "secondary", "secondaries")} registered, ${missing} missing`;
  }
  const announcing = there.filter(({ state }) => state === "announcing").map(({ number }) => number);
  if (announcing.length > 0) return `secondary ${announcing.join(", ")} has not told all that it holds yet`;
  const copies = there.reduce((sum, { missing }) => sum + missing.size, 0);
  return copies > 0 ? `${plural(copies, "copy", "copies")} of files still to be made` : null;
}
