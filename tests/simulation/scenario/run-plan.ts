import { CONNECT_TIMEOUT_MS } from "../../../src/net/transport/network.ts";
import { SimCluster } from "../cluster/sim-cluster.ts";
import { INVARIANTS } from "../invariants/all.ts";
import { Checks } from "../invariants/checks.ts";
import { type Failure, InvariantBroken } from "../invariants/invariant.ts";
import { withMemory } from "../world/memory.ts";
import { Simulation, type Trace } from "../world/simulation.ts";
import type { Plan } from "./action.ts";
import { ACTION_KINDS } from "./kinds.ts";
import type { Outcome } from "./outcome.ts";
import { comeToRest } from "./rest.ts";

/**
 * Milliseconds after which a server that has ended has nothing left: more than a stop takes and a closed session lingers,
 * and a try to connect has ended by itself.
 */
const LOOK_AFTER_MS = CONNECT_TIMEOUT_MS + 3000;
const KINDS = new Map(ACTION_KINDS.map((kind) => [kind.name, kind]));

/** Runs a plan from its beginning to the orderly end of everything. To be called from no promise (Simulation.runUntil). */
export function runPlan(plan: Plan, trace?: Trace): Outcome {
  return withMemory(() => run(plan, trace));
}

function run(plan: Plan, trace?: Trace): Outcome {
  const sim = new Simulation(plan.seed, trace ?? null);
  const cluster = new SimCluster(sim, plan.shape);
  const faults: Record<string, number> = {};
  let failure: Failure | null = null;
  try {
    const checks = new Checks(cluster, INVARIANTS);
    cluster.start();
    schedule(cluster, plan, faults);
    sim.runUntil(plan.quietAt);
    comeToRest(cluster);
    checks.end();
    cluster.stop(LOOK_AFTER_MS);
    sim.runUntil(sim.now + 2 * LOOK_AFTER_MS);
    checks.stopped();
  } catch (error) {
    if (!(error instanceof InvariantBroken)) throw error;
    ({ failure } = error);
  } finally {
    cluster.release();
  }
  return { failure, faults, events: sim.events };
}

function schedule(cluster: SimCluster, plan: Plan, faults: Record<string, number>): void {
  const { sim } = cluster;
  for (const { at, kind: name, params } of plan.actions) {
    const kind = KINDS.get(name);
    if (!kind) throw new Error(`there is no kind of action ${name}`);
    sim.after(at, () => {
      if (sim.traced) sim.trace(kind.fault ? "fault" : "user", `${name} ${JSON.stringify(params)}`);
      cluster.happened.push({ at, kind: name, params, fault: kind.fault });
      kind.apply(cluster, params, plan);
      if (kind.fault) faults[name] = (faults[name] ?? 0) + 1;
    });
  }
}
