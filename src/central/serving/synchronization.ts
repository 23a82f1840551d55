import { type Missing, named } from "../../protocol/missing.ts";
import type { Registry } from "../registry/registry.ts";
import type { SecondaryView } from "../registry/secondary-table.ts";

/** What serving depends on. */
export type ServedCluster = Pick<Registry, "secondaries" | "catalogue">;

/**
 * What keeps the cluster from being in step for the first time: fewer than `wanted` secondaries, or files that have
 * not been copied everywhere; null when nothing does. Neither does a file that no present secondary holds, nor
 * what a secondary's disk refuses until somebody removes an obstacle.
 */
export function missingForSync(registry: ServedCluster, wanted: number): Missing | null {
  const secondaries = registry.secondaries.sorted();
  const present = secondaries.filter(({ isPresent }) => isPresent);
  if (present.length < wanted) {
    const away = withoutDisk(secondaries);
    const unregistered = wanted - present.length - away.length;
    return { kind: "secondaries", sharing: present.length, wanted, unregistered, withoutDisk: named(away) };
  }
  const announcing = present.filter(({ phase }) => phase === "announcing").map(({ number }) => number);
  if (announcing.length > 0) return { kind: "announcements", of: named(announcing) };
  const pending = present.reduce((sum, { copies }) => sum + copies.pendingCount, 0);
  if (pending > 0) return { kind: "copies", count: pending };
  return present.some(({ isBehind }) => isBehind) ? { kind: "comparison" } : null;
}

/** What keeps a cluster that was in step once from being served; null when nothing does. */
export function missingToServe(registry: ServedCluster): Missing | null {
  const secondaries = registry.secondaries.sorted();
  if (secondaries.some(({ phase }) => phase === "live")) return null;
  const announcing = secondaries.find(({ phase }) => phase === "announcing");
  if (announcing) return { kind: "announcements", of: named([announcing.number]) };
  // The files of lost secondaries are still known, and a client may wait for them to come back.
  if (registry.catalogue.size > 0) return null;
  const away = withoutDisk(secondaries);
  return away.length > 0 ? { kind: "disks", withoutDisk: named(away) } : { kind: "registration" };
}

/** Numbers of secondaries that are connected without their shared folders. */
function withoutDisk(secondaries: readonly SecondaryView[]): number[] {
  return secondaries.filter(({ phase }) => phase === "disk-missing").map(({ number }) => number);
}
