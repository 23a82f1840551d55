import type { SimCluster } from "../../../cluster/sim-cluster.ts";

/** Simulated milliseconds between two looks: what is so for less long than that may be missed. */
const LOOK_MS = 100;

/** What the central's catalogue had of each name when, and when it served nobody: as far as looks at short intervals tell. */
export class CentralHistory {
  private lastLook = Number.NEGATIVE_INFINITY;
  private ids = new Map<string, string>();
  /** When a name was last missing, and when it last had another version than a given one: simulated milliseconds. */
  private readonly lastChange = new Map<string, number>();
  private lastRefusal = Number.NEGATIVE_INFINITY;

  constructor(private readonly cluster: SimCluster) {}

  look(): void {
    if (this.cluster.sim.now - this.lastLook >= LOOK_MS) this.lookNow();
  }

  /** To be called when something is to be judged that has just happened. */
  lookNow(): void {
    const { sim, central } = this.cluster;
    this.lastLook = sim.now;
    const role = central.started ? central.role : null;
    if (role?.serving.missing() !== null) this.lastRefusal = sim.now;
    const ids = new Map<string, string>();
    for (const { name, id } of role?.registry.catalogue.after(null) ?? []) ids.set(name, id);
    for (const [name, id] of this.ids) if (ids.get(name) !== id) this.lastChange.set(name, sim.now);
    for (const [name, id] of ids) if (this.ids.get(name) !== id) this.lastChange.set(name, sim.now);
    this.ids = ids;
  }

  /** Whether there may have been no file of a name at some time since `from`. */
  lacked(name: string, from: number): boolean {
    return !this.ids.has(name) || (this.lastChange.get(name) ?? 0) >= from - LOOK_MS;
  }

  /** Whether the version of a name may have been another one at some time since `from`. */
  lackedVersion(name: string, id: string, from: number): boolean {
    return this.ids.get(name) !== id || (this.lastChange.get(name) ?? 0) >= from - LOOK_MS;
  }

  /** Whether the central may have served nobody at some time since `from`. */
  refused(from: number): boolean {
    return this.lastRefusal >= from - LOOK_MS;
  }
}
