import { givesNothing } from "../../world/network/interference/silence.ts";
import type { ActionKind } from "../action.ts";
import { drawName, within } from "../draws.ts";

type Params = {
  client: number;
  name: string;
  /** Milliseconds for which no secondary gives anything. Connections that were made in this time stay as they are. */
  lastsMs: number;
};

/** Milliseconds that the silence may last: a client that tries its sources again has time enough to get the file. */
const MAX_SILENCE_MS = 8000;

/** A client gets a file while all secondaries answer ping and give nothing, as with hanging disks, and soon give again. */
export const getFromSilent: ActionKind<Params> = {
  name: "get a file from silent sources",
  fault: true,
  weight: 1,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    lastsMs: 500 + random.below(MAX_SILENCE_MS - 500),
  }),
  apply(cluster, { client: number, name, lastsMs }, plan) {
    const { sim, network, secondaries } = cluster;
    const ends = secondaries.map(({ machine }) => network.faults.interfere(machine.host, givesNothing));
    cluster.client(number).get({ names: [name], to: "folder", force: true, waitMs: 36_000 });
    sim.after(within(cluster, plan, lastsMs), () => {
      for (const end of ends) end();
    });
  },
};
