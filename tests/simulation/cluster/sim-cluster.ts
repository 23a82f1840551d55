import type { Simulation } from "../world/simulation.ts";

/** A central, secondaries and clients on simulated machines. */
export class SimCluster {
  constructor(readonly sim: Simulation) {}
}
