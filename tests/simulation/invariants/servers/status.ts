import { secondaryStatuses } from "../../../../src/central/cluster-status.ts";
import { CENTRAL_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { SCAN_INTERVAL_MS } from "../../../../src/secondary/scanning/folder-monitor.ts";
import { SETTLE_WITHOUT_LEASES_MS } from "../../../../src/secondary/scanning/stability-tracker.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 5000;
/**
 * Simulated milliseconds within which what `status` says must have become true. A change that nothing tells of, or a file
 * that could not be read, is found by the next scan; then the file must come to rest; and if the session with the central
 * is dead, that is noticed when nothing comes any more.
 */
export const PATIENCE_MS =
  SCAN_INTERVAL_MS + SETTLE_WITHOUT_LEASES_MS + CENTRAL_HEARTBEAT.pingAfterMs + CENTRAL_HEARTBEAT.deadAfterMs;

/**
 * What `status` says of a secondary is so. In the middle of trouble it may be late, but not for long: a secondary that is
 * said to be in step does not lack a file for longer than the program needs to notice. In the end it counts the files that are there.
 */
export const statusIsTrue: Invariant = {
  name: "status tells the truth",
  watch(cluster, broken) {
    let lastLook = 0;
    /** Since when a secondary lacks a version, at each look, while it is said to be in step. */
    let lacking = new Map<string, number>();
    return {
      afterEvent: () => {
        if (cluster.sim.now - lastLook < LOOK_MS) return;
        lastLook = cluster.sim.now;
        const since = new Map<string, number>();
        for (const lack of lacksOf(cluster)) {
          const first = lacking.get(lack) ?? lastLook;
          since.set(lack, first);
          if (lastLook - first > PATIENCE_MS) broken(`${lack}, and is said to be in step`);
        }
        lacking = since;
      },
      atEnd: () => {
        const central = cluster.central.role;
        for (const { number, files } of central ? secondaryStatuses(central.registry.secondaries) : []) {
          const there = cluster.users.filesOf(cluster.secondary(number)).all().size;
          if (there !== files) broken(`secondary ${number} has ${there} files, and status counts ${files}`);
        }
      },
    };
  },
};

/** What secondaries that are said to be in step lack of the catalogue. */
function lacksOf(cluster: SimCluster): string[] {
  const { central, users } = cluster;
  const registry = central.started ? central.role?.registry : undefined;
  if (!registry) return [];
  const inStep = secondaryStatuses(registry.secondaries).filter(({ state }) => state === "in step");
  return inStep.flatMap(({ number }) => {
    const secondary = cluster.secondary(number);
    if (!secondary.isMounted) return [];
    const files = users.filesOf(secondary);
    // What nobody made is the id of a file that was read wrongly: nobody can have that.
    const versions = [...registry.catalogue.after(null)].filter(({ id }) => users.contents.known.has(id));
    const wrong = versions.filter(
      ({ name, id }) => users.versions.intendedId(files.idOf(name) ?? "") !== users.versions.intendedId(id),
    );
    return wrong.map(({ name, id }) => `secondary ${number} lacks ${id.slice(0, 8)} of ${name}`);
  });
}
