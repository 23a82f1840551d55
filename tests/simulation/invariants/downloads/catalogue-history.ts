import type { SimCluster } from "../../cluster/sim-cluster.ts";

/** Simulated milliseconds between two looks: what a name is for less long than that may be missed. */
const LOOK_MS = 100;
/** Milliseconds that a message from the central may be on its way. */
const MESSAGE_MS = 30_000;

/** What the central's catalogue had of each name when: as far as looks at short intervals tell. */
export class CatalogueHistory {
  private lastLook = Number.NEGATIVE_INFINITY;
  private ids = new Map<string, string>();
  /** When a name was last missing, and when it last had another version than a given one: simulated milliseconds. */
  private readonly lastChange = new Map<string, number>();
  private readonly firstSeen = new Map<string, number>();

  constructor(private readonly cluster: SimCluster) {}

  look(): void {
    if (this.cluster.sim.now - this.lastLook >= LOOK_MS) this.lookNow();
  }

  /** To be called when something is to be judged that has just happened. */
  lookNow(): void {
    const { sim, central } = this.cluster;
    this.lastLook = sim.now;
    const ids = new Map<string, string>();
    for (const { name, id } of central.started ? (central.role?.registry.catalogue.after(null) ?? []) : []) {
      ids.set(name, id);
      if (!this.firstSeen.has(name)) this.firstSeen.set(name, sim.now);
    }
    for (const [name, id] of this.ids) if (ids.get(name) !== id) this.lastChange.set(name, sim.now);
    for (const [name, id] of ids) if (this.ids.get(name) !== id) this.lastChange.set(name, sim.now);
    this.ids = ids;
  }

  /** Since when the version of a name is this one, in simulated milliseconds; null where it is not. */
  heldSince(name: string, id: string): number | null {
    return this.ids.get(name) === id ? (this.lastChange.get(name) ?? null) : null;
  }

  /** Whether there may have been no file of a name at some time since `from`. */
  lacked(name: string, from: number): boolean {
    return !this.ids.has(name) || (this.lastChange.get(name) ?? 0) >= from - MESSAGE_MS;
  }

  /** Whether the version of a name may have been another one at some time since `from`. */
  lackedVersion(name: string, id: string, from: number): boolean {
    return this.ids.get(name) !== id || (this.lastChange.get(name) ?? 0) >= from - MESSAGE_MS;
  }
}
