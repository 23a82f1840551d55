import { CLIENT_FOLDER, type ClientMachine } from "../../cluster/people/client-machine.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Plan } from "../action.ts";
import { within } from "../draws.ts";
import { workFilesIn } from "../faults/machines/touch-work-file.ts";

/** Milliseconds between two looks at whether something of the file is there, and until nobody waits for that any more. */
const LOOK_MS = 1;
const PATIENCE_MS = 3000;

/** Does something once an unfinished download of a client has bytes, or after three seconds. */
export function onceGrowing(cluster: SimCluster, { machine }: ClientMachine, plan: Plan, then: () => void): void {
  const { user } = machine.disk;
  const look = (leftMs: number) => {
    const isGrowing = workFilesIn(user, CLIENT_FOLDER).some(
      (path) => path.endsWith(".part") && (user.size(path) ?? 0) > 0,
    );
    if (isGrowing || leftMs <= 0) then();
    else cluster.sim.after(LOOK_MS, () => look(leftMs - LOOK_MS));
  };
  look(within(cluster, plan, PATIENCE_MS));
}
