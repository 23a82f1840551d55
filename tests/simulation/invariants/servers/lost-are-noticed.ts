import { CENTRAL_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";

/** Milliseconds until a central must have noticed that it does not hear a secondary: silence, a check of it, a second more. */
const NOTICED_MS = CENTRAL_HEARTBEAT.deadAfterMs + 2 * CENTRAL_HEARTBEAT.pingAfterMs + 1000;
/** Milliseconds between two looks. */
const LOOK_MS = 500;
/** Faults by which bytes come that were sent long before, or in which the central does not look. */
const LATE = new Set(["slow link", "slow reader", "stop and continue", "silent peer"]);

/** A secondary of which the central hears nothing for longer than heartbeats take does not count as there. */
export const lostAreNoticed: Invariant = {
  name: "a lost secondary is noticed",
  watch(cluster, broken) {
    const { sim, central, secondaries } = cluster;
    let lastLook = 0;
    /** When each secondary could be heard last, by the central that runs now. */
    const heardAt = new Map<number, number>();
    /** Those that were lost, or not known yet, at the last check. */
    const lost = new Set<number>();
    let centralProcess: unknown = null;
    return {
      afterEvent: () => {
        if (sim.now - lastLook < LOOK_MS) return;
        lastLook = sim.now;
        const process = central.ports?.process ?? null;
        if (process !== centralProcess) {
          heardAt.clear();
          lost.clear();
        }
        centralProcess = process;
        for (const { number, machine } of secondaries) {
          const found = central.role?.registry.secondaries.sorted().find((one) => one.number === number);
          // One that has come back since the last check was heard, be it for a moment.
          const isLost = found === undefined || found.phase === "lost";
          const isBack = !isLost && lost.has(number);
          if (isLost) lost.add(number);
          else lost.delete(number);
          const last = isBack || isHeard(cluster, machine.host) ? sim.now : (heardAt.get(number) ?? sim.now);
          heardAt.set(number, last);
          if (sim.now - last <= NOTICED_MS || cluster.happened.some(({ kind }) => LATE.has(kind))) continue;
          if (!isLost)
            broken(`secondary ${number} cannot be heard since ${Math.round(last)} ms, and is ${found.phase}`);
        }
      },
    };
  },
};

/** Whether packets of a host come to the central. */
function isHeard({ network, central }: SimCluster, host: string): boolean {
  return !network.link(central.machine.host, host).pathFrom(network.host(host)).blocked;
}
