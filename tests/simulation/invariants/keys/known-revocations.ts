import { STORE_RETRY_MS } from "../../../../src/secondary/store-failures.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { SimProcess } from "../../world/sim-process.ts";

/** Simulated milliseconds between two looks. */
const LOOK_MS = 200;
/** Milliseconds for which a secondary must have run on, with a database, until a revocation is stored there: it may be the second try. */
const STORED_MS = 2000 + STORE_RETRY_MS;

/** Since when a secondary knows of a revocation. */
interface Knowledge {
  /** Simulated milliseconds: the look that found it, and the last one without a database. */
  readonly since: number;
  lastFault: number;
  /** The process that learned of it, and how many databases had been lost by then. */
  readonly process: SimProcess;
  readonly databases: number;
  /** Whether it has been stored without doubt, and is known after a restart too. */
  isStored: boolean;
}

/** Which secondary knows since when that a key is revoked: as looks at short intervals tell. */
export class KnownRevocations {
  private lastLook = Number.NEGATIVE_INFINITY;
  /** By secondary and fingerprint. */
  private readonly known = new Map<string, Knowledge>();

  constructor(private readonly cluster: SimCluster) {}

  /** To be called after each event. Gives what a secondary has forgotten, for people. */
  look(): readonly string[] {
    const { sim, keys } = this.cluster;
    if (!keys || keys.revocations.done.size === 0 || sim.now - this.lastLook < LOOK_MS) return [];
    this.lastLook = sim.now;
    return [...keys.revocations.done.keys()].flatMap((fingerprint) => this.lookFor(fingerprint));
  }

  /** Since when the server on a machine refuses a key: simulated milliseconds; null: it need not. */
  refusesSince(host: string, fingerprint: string): number | null {
    const { keys, central } = this.cluster;
    if (host === central.machine.host) return keys?.revocations.kept.get(fingerprint) ?? null;
    return this.known.get(`${host} ${fingerprint}`)?.since ?? null;
  }

  private lookFor(fingerprint: string): readonly string[] {
    const { sim, secondaries } = this.cluster;
    const forgotten: string[] = [];
    for (const { machine, server, databasesLost } of secondaries) {
      const { ports, started } = server;
      const place = `${machine.host} ${fingerprint}`;
      const before = this.known.get(place);
      if (before && before.databases < databasesLost) this.known.delete(place);
      if (!ports || !started) continue;
      const { process, keys } = ports;
      const knows = keys?.revocations.all.some((one) => one.fingerprint === fingerprint) ?? false;
      const known = this.known.get(place);
      if (known?.process === process) {
        if (machine.databaseFault !== null) known.lastFault = sim.now;
        if (sim.now - Math.max(known.since, known.lastFault) > STORED_MS) known.isStored = true;
      }
      if (knows && !known?.isStored && known?.process !== process) {
        this.known.set(place, { since: sim.now, lastFault: 0, process, databases: databasesLost, isStored: false });
      }
      if (knows || !known) continue;
      if (known.isStored) forgotten.push(`${machine.host} has forgotten that ${fingerprint} is revoked`);
      this.known.delete(place);
    }
    return forgotten;
  }
}
