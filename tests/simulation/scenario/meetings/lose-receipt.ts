import type { ActionKind } from "../action.ts";
import { drawName, within } from "../draws.ts";

/** Milliseconds in which the moment may come. */
const PATIENCE_MS = 10_000;

/**
 * A client gets a file, and its connection with the central breaks at the moment in which the central has counted the
 * download: the client reports it again.
 */
export const loseReceipt: ActionKind<{ client: number; name: string; lastsMs: number }> = {
  name: "get a file and lose the receipt",
  fault: true,
  weight: 1,
  draw: (random, { clients }) => ({ client: 1 + random.below(clients), name: drawName(random), lastsMs: PATIENCE_MS }),
  apply(cluster, { client: number, name, lastsMs }, plan) {
    const { network, central, sim } = cluster;
    const client = cluster.client(number);
    const { host } = client.machine;
    const until = sim.now + within(cluster, plan, lastsMs);
    let isOver = false;
    central.machine.onLog((_process, _level, event, _message, fields) => {
      if (isOver || event !== "downloaded" || fields.client !== host || sim.now > until) return;
      isOver = true;
      network.faults.resetConnections(host, central.machine.host);
    });
    // A file that is there already would be fetched by nobody.
    client.get({ names: [name], to: "pipe", force: true, waitMs: 36_000 });
  },
};
