import type { ActionKind } from "../../action.ts";
import { drawMoment, drawServer } from "../../draws.ts";

/** New connections to a server are refused for a while. */
export const refuseConnections: ActionKind<{ server: number; lastsMs: number }> = {
  name: "refused connections",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({ server: drawServer(random, shape), lastsMs: drawMoment(random) }),
  apply({ sim, network: { faults }, servers }, { server, lastsMs }, { quietAt }) {
    const host = servers[server]?.machine.host;
    if (host === undefined) return;
    sim.after(Math.min(lastsMs, quietAt - sim.now), faults.refuse(host));
  },
};
