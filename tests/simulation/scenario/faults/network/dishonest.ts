import { BROKEN, FALSE_CLAIMS, LIES, SILENCES } from "../../../world/network/interference/all.ts";
import type { Interference } from "../../../world/network/interference/interference.ts";
import type { ActionKind } from "../../action.ts";
import { drawSecondary, drawServer } from "../../draws.ts";

type Params = { server: number; what: string; lastsMs: number };

/** A server, by its place among `SimCluster.servers`, is dishonest for a while in one of some ways. */
function dishonest(
  name: string,
  weight: number,
  ways: readonly Interference[],
  drawOne: typeof drawServer,
): ActionKind<Params> {
  return {
    name,
    fault: true,
    weight,
    draw: (random, shape) => ({
      server: drawOne(random, shape),
      what: random.pick(ways).name,
      lastsMs: 1000 + random.below(random.pick([5000, 30_000])),
    }),
    apply({ sim, network: { faults }, servers }, { server, what, lastsMs }, { quietAt }) {
      const host = servers[server]?.machine.host;
      const way = ways.find((one) => one.name === what);
      if (host === undefined || way === undefined) return;
      sim.after(Math.min(lastsMs, quietAt - sim.now), faults.interfere(host, way));
    },
  };
}

/** Central is trusted: it tells no lies and breaks no rules, and may be silent. */
export const liar = dishonest("liar", 3, LIES, drawSecondary);
export const falseClaims = dishonest("false claims", 2, FALSE_CLAIMS, drawSecondary);
export const silentPeer = dishonest("silent peer", 2, SILENCES, drawServer);
export const brokenPeer = dishonest("broken peer", 2, BROKEN, drawSecondary);
