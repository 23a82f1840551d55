import { secondaryStatuses } from "../../../../src/central/cluster-status.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";
import { lastingFaults } from "./lasting-faults.ts";

/**
 * What `status` says of a secondary is so. In the middle of trouble it may be late, but not for long: a secondary that is
 * said to be in step does not lack a file for longer than the program needs to notice. In the end it counts the files that are there.
 */
export const statusIsTrue: Invariant = {
  name: "status tells the truth",
  watch(cluster, broken) {
    return {
      afterEvent: lastingFaults(
        cluster,
        () => lacksOf(cluster),
        (lack) => broken(`${lack}, and is said to be in step`),
      ),
      atEnd: () => {
        const central = cluster.central.role;
        for (const { number, files } of central
          ? secondaryStatuses(central.registry.secondaries, central.figures)
          : []) {
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
  const role = central.started ? central.role : null;
  if (!role) return [];
  const { registry } = role;
  const inStep = secondaryStatuses(registry.secondaries, role.figures).filter(({ state }) => state === "in step");
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
