import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** A client is killed in the middle of a download, and the same file is got again: it goes on where it was. */
export const killAndGet: ActionKind<{ client: number; name: string; afterMs: number; force: boolean }> = {
  name: "kill a client and get again",
  fault: false,
  weight: 2,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    afterMs: random.below(random.pick([50, 300, 2000])),
    force: random.chance(0.7),
  }),
  apply(cluster, { client: number, name, afterMs, force }, { quietAt }) {
    const { sim } = cluster;
    const machine = cluster.client(number);
    const command = { names: [name], to: "folder", force, waitMs: 36_000 } as const;
    const process = machine.get(command);
    sim.after(Math.max(0, Math.min(afterMs, quietAt - sim.now - 1)), () => {
      process?.ports.process.kill();
      machine.get(command);
    });
  },
};
