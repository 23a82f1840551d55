import type { SimSecondary } from "../../../cluster/servers/sim-secondary.ts";
import type { SimCluster } from "../../../cluster/sim-cluster.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 500;

/** Which secondary has had which version since when, of files that are being downloaded. */
export class Holdings {
  private lastLook = Number.NEGATIVE_INFINITY;
  /** By secondary and name. */
  private held = new Map<string, { readonly id: string; readonly since: number }>();

  constructor(private readonly cluster: SimCluster) {}

  look(): void {
    const { sim, downloads, secondaries } = this.cluster;
    if (sim.now - this.lastLook < LOOK_MS) return;
    this.lastLook = sim.now;
    const names = new Set(downloads.flatMap(({ state, name }) => (state === "running" ? [name] : [])));
    const before = this.held;
    this.held = new Map();
    for (const name of names) {
      for (const secondary of secondaries) {
        const id = secondary.server.role?.index.get(name)?.id;
        if (id === undefined) continue;
        const key = keyOf(secondary, name);
        const known = before.get(key);
        this.held.set(key, known?.id === id ? known : { id, since: sim.now });
      }
    }
  }

  /** Whether a secondary has had a version since this time: simulated milliseconds. */
  hasHad({
    secondary,
    name,
    id,
    since,
  }: {
    secondary: SimSecondary;
    name: string;
    id: string;
    since: number;
  }): boolean {
    const held = this.held.get(keyOf(secondary, name));
    return held !== undefined && held.id === id && held.since <= since;
  }
}

function keyOf({ number }: SimSecondary, name: string): string {
  return `${number} ${name}`;
}
