import type { ActionKind } from "../action.ts";
import { within } from "../draws.ts";
import { commandOf, drawSent, onceSent, type Sent } from "./sent.ts";

type Params = Sent & {
  how: "kill" | "power loss" | "cut";
  afterMs: number;
  downMs: number;
};

/** The secondary to which a file is being sent dies in the middle, or the connection with it breaks. */
export const loseReceiver: ActionKind<Params> = {
  name: "lose who takes a file from a client",
  fault: true,
  weight: 5,
  draw: (random, shape) => ({
    ...drawSent(random, shape),
    how: random.pick(["kill", "power loss", "power loss", "cut"]),
    afterMs: random.between(0, random.pick([1, 20, 100, 100, 1000])),
    downMs: random.below(random.pick([500, 5000, 15_000])),
  }),
  apply(cluster, { how, afterMs, downMs, ...sent }, plan) {
    const { uploads, sim, network } = cluster;
    const client = cluster.client(sent.client);
    const path = uploads.makeFile(client, sent.size);
    const put = path && uploads.put(client, commandOf(sent, path));
    if (!put) return;
    onceSent(cluster, plan, put, (at) => {
      sim.after(within(cluster, plan, afterMs), () => {
        if (!at) return;
        const { machine, server } = at;
        if (how === "kill") server.kill();
        else if (how === "power loss") cluster.losePower(machine);
        else return network.faults.resetConnections(client.machine.host, machine.host);
        sim.after(within(cluster, plan, downMs), () => {
          machine.powerOn();
          server.start();
        });
      });
    });
  },
};
