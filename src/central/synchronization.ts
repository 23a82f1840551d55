import { plural } from "../platform/units.ts";
import type { Registry } from "./registry/registry.ts";
import type { SecondaryView } from "./registry/secondary-table.ts";

/** What serving depends on. */
export type ServedCluster = Pick<Registry, "secondaries" | "catalogue">;

/** Most secondaries named in a sentence. */
const MAX_NUMBERS_NAMED = 10;

/**
 * What keeps the cluster from being in step for the first time: fewer than `wanted` secondaries, or files that have
 * not been copied everywhere; null when nothing does. Neither does a file that no present secondary holds, nor
 * what a secondary's disk refuses until somebody removes an obstacle.
 */
export function missingForSync(registry: ServedCluster, wanted: number): string | null {
  const secondaries = registry.secondaries.sorted();
  const present = secondaries.filter(({ isPresent }) => isPresent);
  if (present.length < wanted) {
    const away = withoutDisk(secondaries);
    const missing = wanted - present.length - away.length;
    const all = `${present.length} of ${plural(wanted, "secondary", "secondaries")}`;
    if (away.length === 0) return `${all} registered, ${missing} missing`;
    const rest = missing > 0 ? `, ${missing} not registered` : "";
    return `${all} sharing their folders${rest}; ${diskMissing(away)}`;
  }
  const announcing = present.filter(({ phase }) => phase === "announcing").map(({ number }) => number);
  if (announcing.length > 0) {
    return `${secondaryOf(announcing)} has not told all that it holds yet`;
  }
  const pending = present.reduce((sum, { copies }) => sum + copies.pendingCount, 0);
  if (pending > 0) return `${plural(pending, "copy", "copies")} of files still to be made`;
  return present.some(({ isBehind }) => isBehind) ? "what the secondaries hold is still being compared" : null;
}

/** What keeps a cluster that was in step once from being served; null when nothing does. */
export function missingToServe(registry: ServedCluster): string | null {
  const secondaries = registry.secondaries.sorted();
  if (secondaries.some(({ phase }) => phase === "live")) return null;
  const announcing = secondaries.find(({ phase }) => phase === "announcing");
  if (announcing) return `secondary ${announcing.number} has not told all that it holds yet`;
  // The files of lost secondaries are still known, and a client may wait for them to come back.
  if (registry.catalogue.size > 0) return null;
  const away = withoutDisk(secondaries);
  return away.length > 0 ? diskMissing(away) : "no secondary is registered";
}

/** Numbers of secondaries that are connected without their shared folders. */
function withoutDisk(secondaries: readonly SecondaryView[]): number[] {
  return secondaries.filter(({ phase }) => phase === "disk-missing").map(({ number }) => number);
}

function diskMissing(numbers: readonly number[]): string {
  return `the disk of ${secondaryOf(numbers)} is missing`;
}

function secondaryOf(numbers: readonly number[]): string {
  const more = numbers.length > MAX_NUMBERS_NAMED ? " and others" : "";
  return `secondary ${numbers.slice(0, MAX_NUMBERS_NAMED).join(", ")}${more}`;
}
