import type { ActionKind } from "../../action.ts";

/** A machine, be it a client's, loses its power. Its servers are started again when it is back. */
export const losePower: ActionKind<{ machine: number; downMs: number }> = {
  name: "power loss",
  fault: true,
  weight: 3,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    downMs: random.below(random.pick([500, 5000, 20_000])),
  }),
  apply(cluster, { machine: index, downMs }, { quietAt }) {
    const { sim, servers } = cluster;
    const machine = cluster.machines[index];
    if (!machine) return;
    cluster.losePower(machine);
    sim.after(Math.min(downMs, quietAt - sim.now), () => {
      machine.powerOn();
      for (const server of servers) if (server.machine === machine) server.start();
    });
  },
};
