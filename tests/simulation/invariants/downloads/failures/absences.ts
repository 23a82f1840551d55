import type { SimCluster } from "../../../cluster/sim-cluster.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 100;

/** When which server did not run. */
export class Absences {
  private lastLook = Number.NEGATIVE_INFINITY;
  /** By the name of the machine: simulated milliseconds. */
  private readonly lastSeen = new Map<string, number>();

  constructor(private readonly cluster: SimCluster) {}

  look(): void {
    const { sim, servers } = this.cluster;
    if (sim.now - this.lastLook < LOOK_MS) return;
    this.lastLook = sim.now;
    for (const { started, machine } of servers) if (!started) this.lastSeen.set(machine.host, sim.now);
  }

  /** Whether the server on this machine did not run at some time since `from`, or had only begun to. */
  any(host: string, from: number): boolean {
    const server = this.cluster.servers.find(({ machine }) => machine.host === host);
    // One that ends and is started again at once is away for less long than looks are apart.
    const hasEnded = server?.ends.some(({ at }) => at >= from) ?? false;
    return hasEnded || !server?.started || (this.lastSeen.get(host) ?? Number.NEGATIVE_INFINITY) >= from - LOOK_MS;
  }
}
