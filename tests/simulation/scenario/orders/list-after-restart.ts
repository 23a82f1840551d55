import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary, drawSize, within } from "../draws.ts";
import { pollWithin } from "../poll-within.ts";

type Params = {
  client: number;
  secondary: number;
  name: string;
  size: number;
  /** The central, which is killed and started again at once. */
  server: 0;
  /** Milliseconds for which the secondary is away. */
  downMs: number;
  /** Milliseconds after the central was started at which the files are listed. */
  listsAtMs: readonly number[];
};

const POLLING = { intervalMs: 2, patienceMs: 4000 } as const;

/**
 * The central, and the only secondary that has some file, end together as soon as the central knows of the file. The central
 * is there again before the secondary is, and people list the files.
 */
export const listAfterRestart: ActionKind<Params> = {
  name: "list the files after a restart",
  fault: true,
  weight: 2,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: drawSize(random),
    server: 0,
    downMs: random.below(random.pick([1000, 12_000])),
    listsAtMs: Array.from({ length: 4 }, () => random.below(random.pick([200, 2000, 8000]))),
  }),
  apply(cluster, { client, secondary, name, size, downMs, listsAtMs }, plan) {
    const { sim, central, users, lists } = cluster;
    const one = cluster.secondary(secondary);
    const bytes = users.newContent(size);
    users.put(one, name, bytes, "by rename");
    const id = users.filesOf(one).idOf(name);
    const strike = () => {
      one.server.kill();
      central.kill();
      central.start();
      for (const at of listsAtMs) sim.after(within(cluster, plan, at), () => lists.ask(cluster.client(client)));
      sim.after(within(cluster, plan, downMs), () => one.server.start());
    };
    if (id === null) return;
    const isKnown = () => central.role?.registry.catalogue.get(name)?.id === id;
    pollWithin(cluster, plan, POLLING, isKnown, (known) => {
      if (known) strike();
    });
  },
};
