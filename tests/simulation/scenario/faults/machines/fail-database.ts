import type { ActionKind } from "../../action.ts";
import { drawMoment, drawServer } from "../../draws.ts";

/** The disk with the database of a server has no room for a while: whatever is asked of the database fails. */
export const failDatabase: ActionKind<{ server: number; lastsMs: number }> = {
  name: "failing database",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({ server: drawServer(random, shape), lastsMs: drawMoment(random) }),
  apply({ sim, servers }, { server: index, lastsMs }, { quietAt }) {
    const machine = servers[index]?.machine;
    if (!machine) return;
    machine.databaseFault = "database or disk is full";
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => {
      machine.databaseFault = null;
      // It may have ended of it, or could not begin.
      servers[index]?.start();
    });
  },
};
