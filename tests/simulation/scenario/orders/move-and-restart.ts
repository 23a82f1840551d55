import type { ActionKind } from "../action.ts";
import { drawName, within } from "../draws.ts";
import { pollWithin } from "../poll-within.ts";
import { PLACES } from "./move-from-client.ts";

type Params = {
  client: number;
  from: string;
  to: string;
  /** All servers: milliseconds from when the central has begun to move the file until they are killed, and until they are back. */
  afterMs: number;
  downMs: number;
};

const POLLING = { intervalMs: 0.5, patienceMs: 3000 } as const;

/** Somebody gives a file another name, and all servers end in that moment. */
export const moveAndRestart: ActionKind<Params> = {
  name: "give a file another name and kill all servers",
  fault: true,
  weight: 2,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    from: drawName(random),
    to: random.pick(PLACES),
    afterMs: random.between(0, random.pick([2, 10, 50])),
    downMs: random.below(1000),
  }),
  apply(cluster, { client, from, to, afterMs, downMs }, plan) {
    const { sim, servers, moves, orders } = cluster;
    const before = moves.all.length;
    const strike = () => {
      for (const server of servers) server.kill();
      sim.after(within(cluster, plan, downMs), () => {
        for (const server of servers) server.start();
      });
    };
    orders.move(cluster.client(client), from, to);
    const isBegun = () => moves.all.length > before;
    pollWithin(cluster, plan, POLLING, isBegun, (begun) => {
      if (begun) sim.after(within(cluster, plan, afterMs), strike);
    });
  },
};
