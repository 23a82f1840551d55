import { CLIENT_FOLDER, type ClientMachine } from "../../cluster/people/client-machine.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { ActionKind, Plan } from "../action.ts";
import { drawName } from "../draws.ts";
import { type Hand, layHandsOn, workFilesIn } from "../faults/machines/touch-work-file.ts";

type Params = {
  client: number;
  name: string;
  /** Milliseconds until the client, or its machine, is gone, once something of the file is there. */
  afterMs: number;
  force: boolean;
  how: "kill" | "power loss";
  /** What somebody does to what is left of the download, before it goes on. */
  hand: Hand | "none";
};

/**
 * Milliseconds until a machine is on again, and until somebody has noticed that a client is gone: longer than the step in
 * which a file system counts time. What happens within one step has the same time as what was before.
 */
const OFF_MS = 500;
const NOTICED_MS = 20;
/** Milliseconds between two looks at whether something of the file is there, and until nobody waits for that any more. */
const LOOK_MS = 1;
const PATIENCE_MS = 3000;

/** A download is broken off in the middle, and the same file is got again: it goes on with what is there. */
export const killAndGet: ActionKind<Params> = {
  name: "break a download off and get again",
  fault: false,
  weight: 2,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    afterMs: random.between(0, random.pick([1, 10, 50, 200, 600])),
    force: random.chance(0.7),
    how: random.pick(["kill", "kill", "power loss"]),
    hand: random.pick(["none", "none", "overwrite", "replace", "truncate"]),
  }),
  apply(cluster, { client: number, name, afterMs, force, how, hand }, plan) {
    const { sim } = cluster;
    const client = cluster.client(number);
    const command = { names: [name], to: "folder", force, waitMs: 36_000 } as const;
    const process = client.get(command);
    const goOn = () => {
      client.machine.powerOn();
      if (hand !== "none") layHandsOn(client.machine.disk.user, 0, hand, ".part");
      client.get(command);
    };
    onceGrowing(cluster, client, within(cluster, plan, PATIENCE_MS), () => {
      sim.after(within(cluster, plan, afterMs), () => {
        if (how === "kill") process?.ports.process.kill();
        else cluster.losePower(client.machine);
        sim.after(within(cluster, plan, how === "kill" ? NOTICED_MS : OFF_MS), goOn);
      });
    });
  },
};

/** Does something once an unfinished download has bytes, or so many milliseconds are over. */
function onceGrowing(cluster: SimCluster, client: ClientMachine, leftMs: number, then: () => void): void {
  const { user } = client.machine.disk;
  const isGrowing = workFilesIn(user, CLIENT_FOLDER).some(
    (path) => path.endsWith(".part") && (user.size(path) ?? 0) > 0,
  );
  if (isGrowing || leftMs <= 0) then();
  else cluster.sim.after(LOOK_MS, () => onceGrowing(cluster, client, leftMs - LOOK_MS, then));
}

/** So many milliseconds, or those that are left. */
function within({ sim }: SimCluster, { quietAt }: Plan, ms: number): number {
  return Math.max(0, Math.min(ms, quietAt - sim.now - 1));
}
