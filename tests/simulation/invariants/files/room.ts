import { isUploadPart } from "../../cluster/people/shared-paths.ts";
import { SHARED_FOLDER, type SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import { fillDisk } from "../../scenario/faults/disks/fill-disk.ts";
import { tightDisk } from "../../scenario/faults/disks/tight-disk.ts";
import type { Invariant } from "../invariant.ts";

/** Also that of who takes over the one of a dead process. */
const LOCK_FILE = /\.lock(-[0-9a-f]+)*$/;
/** Kinds of actions that take the room of a disk. */
const FILLING: readonly string[] = [fillDisk.name, tightDisk.name];
/** Simulated milliseconds from when the room of a copy is reserved until it is connected with its source. */
const CONNECTED_MS = 1000;
/** Simulated milliseconds for which the copies that were under way may still find a disk full that somebody has filled. */
const UNDER_WAY_MS = 3000;

/**
 * A copy, or what a client sends, is begun only when there is room for all of it beside those under way: where nobody else
 * takes the room of a disk, no write finds it full.
 */
export const roomForCopies: Invariant = {
  name: "copies have room",
  watch(cluster, broken) {
    for (const secondary of cluster.secondaries) {
      let takenAt = Number.NEGATIVE_INFINITY;
      /** When the latest try began to send what is in a part. */
      const sentSince = new Map<string, number>();
      secondary.machine.disk.observe({
        opened({ path }, actor) {
          if (actor.kind === "process" && isUploadPart(path)) sentSince.set(path, cluster.sim.now);
        },
        // Not all that people do comes at once.
        grown(actor) {
          if (actor.kind === "user") takenAt = cluster.sim.now;
        },
        refused(path, code) {
          if (code !== "ENOSPC" || isLockFile(path) || takenAt > cluster.sim.now - UNDER_WAY_MS) return;
          // By what is done to the disk, or by files that people put there.
          const filled = Math.max(filledAt(cluster, secondary), takenAt);
          if (!isLeftAlone(cluster, secondary)) return;
          const since = sentSince.get(path);
          // Over a slow way both take long.
          if (since === undefined ? isCopyingSince(cluster, secondary, filled) : since < filled) return;
          broken(`a write at secondary ${secondary.number} finds the disk full: ${path}`);
        },
      });
    }
    return {};
  },
};

/**
 * Where there are no locks a file is one. It is made before it is known what of a copy is there already, and thus how
 * much room the copy needs.
 */
function isLockFile(path: string): boolean {
  return path.startsWith(`${SHARED_FOLDER}/`) && LOCK_FILE.test(path);
}

/** Whether nothing was done to a secondary for a while. */
function isLeftAlone({ happened, sim }: SimCluster, { number }: SimSecondary): boolean {
  return !happened.some(({ at, params }) => {
    if (at < sim.now - UNDER_WAY_MS || typeof params !== "object" || params === null) return false;
    return !("client" in params) && (!("secondary" in params) || params.secondary === number);
  });
}

/** When a secondary's disk was last filled: simulated milliseconds. */
function filledAt({ happened }: SimCluster, { number }: SimSecondary): number {
  const last = happened.findLast(
    ({ kind, params }) =>
      FILLING.includes(kind) &&
      typeof params === "object" &&
      params !== null &&
      "secondary" in params &&
      params.secondary === number,
  );
  return last?.at ?? Number.NEGATIVE_INFINITY;
}

/** Whether a copy is under way that was begun before a time. */
function isCopyingSince({ network, central }: SimCluster, { machine }: SimSecondary, before: number): boolean {
  return network
    .connectionsOf(machine.host)
    .some(
      ({ madeAt, from, to }) => madeAt < before + CONNECTED_MS && from === machine.host && to !== central.machine.host,
    );
}
