import { BROKEN, FALSE_CLAIMS, GREED, LIES, SILENCES } from "../../../world/network/interference/all.ts";
import type { Interference } from "../../../world/network/interference/interference.ts";
import type { ActionKind } from "../../action.ts";
import { drawMachine, drawSecondary } from "../../draws.ts";

type Params = { machine: number; what: string; lastsMs: number };

/** A machine is dishonest for a while in one of some ways. */
function dishonest(
  name: string,
  weight: number,
  ways: readonly Interference[],
  drawOne: typeof drawMachine,
): ActionKind<Params> {
  return {
    name,
    fault: true,
    weight,
    draw: (random, shape) => ({
      machine: drawOne(random, shape),
      what: random.pick(ways).name,
      lastsMs: 1000 + random.below(random.pick([5000, 30_000])),
    }),
    apply({ sim, network: { faults }, machines }, { machine, what, lastsMs }, { quietAt }) {
      const host = machines[machine]?.host;
      const way = ways.find((one) => one.name === what);
      if (host === undefined || way === undefined) return;
      sim.after(Math.min(lastsMs, quietAt - sim.now), faults.interfere(host, way));
    },
  };
}

/** A secondary, or a client. */
const drawUntrusted: typeof drawMachine = (random, { secondaries, clients }) => 1 + random.below(secondaries + clients);

/** The central is trusted: it tells no lies and breaks no rules, but it may be silent. */
export const liar = dishonest("liar", 3, LIES, drawSecondary);
export const falseClaims = dishonest("false claims", 2, FALSE_CLAIMS, drawSecondary);
export const silentPeer = dishonest("silent peer", 2, SILENCES, drawMachine);
export const brokenPeer = dishonest("broken peer", 2, BROKEN, drawUntrusted);
export const greedyPeer = dishonest("greedy peer", 1, GREED, drawUntrusted);
