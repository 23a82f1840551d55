import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Troubles } from "../downloads/failures/troubles.ts";

/** Milliseconds within which a registered secondary hears of a revocation. */
const TOLD_MS = 2000;
/** Milliseconds before a revocation in which nothing may have been wrong with a secondary that hears of it at once. */
const CALM_MS = 60_000;

/** Most looks find nothing. */
const NONE: readonly never[] = [];

/** A revocation of which it is still to be seen who has heard. */
interface FreshRevocation {
  readonly fingerprint: string;
  /** Simulated milliseconds. */
  readonly at: number;
  /** The machines of the secondaries that were registered then. */
  readonly registered: ReadonlySet<string>;
}

/** Follows each order to revoke a key: whether it was given by somebody who may, and whether secondaries hear of it. */
export class RevocationOrders {
  private seen = 0;
  private readonly fresh: FreshRevocation[] = [];

  constructor(
    private readonly cluster: SimCluster,
    private readonly troubles: Troubles,
  ) {}

  /** To be called after each event. Gives what is wrong, for people. */
  look(): readonly string[] {
    const { sim, keys } = this.cluster;
    const orders = keys?.revocations.orders ?? NONE;
    if (orders.length === this.seen && this.fresh.length === 0) return NONE;
    const wrong: string[] = [];
    for (const { outcome, fingerprint, rights } of orders.slice(this.seen)) {
      if (outcome !== "revoked") continue;
      this.fresh.push({ fingerprint, at: sim.now, registered: registeredIn(this.cluster) });
      if (rights !== "admin") wrong.push(`a ${rights} credential revokes ${fingerprint}`);
    }
    this.seen = orders.length;
    for (let [first] = this.fresh; first && sim.now > first.at + TOLD_MS; [first] = this.fresh) {
      wrong.push(...this.untold(first));
      this.fresh.shift();
    }
    return wrong;
  }

  private untold({ fingerprint, at, registered }: FreshRevocation): readonly string[] {
    const central = this.cluster.central.machine.host;
    return unaware(this.cluster, fingerprint)
      .filter((host) => registered.has(host) && !this.troubles.amid([host, central], at - CALM_MS))
      .map((host) => `${host} was not told that ${fingerprint} is revoked`);
  }
}

/** The machines of secondaries that run and do not know of a revocation; none where the central does not know of it itself. */
export function unaware({ secondaries, central }: SimCluster, fingerprint: string): readonly string[] {
  if (!central.ports?.keys?.revocations.all.some((one) => one.fingerprint === fingerprint)) return [];
  return secondaries.flatMap(({ machine, server }) => {
    const { ports, started } = server;
    const knows = ports?.keys?.revocations.all.some((one) => one.fingerprint === fingerprint) ?? true;
    return started && !knows ? [machine.host] : [];
  });
}

function registeredIn({ central, secondaries }: SimCluster): ReadonlySet<string> {
  const known = central.role?.registry.secondaries.sorted() ?? [];
  const there = new Set(known.filter(({ phase }) => phase !== "lost").map(({ number }) => number));
  return new Set(secondaries.filter(({ number }) => there.has(number)).map(({ machine }) => machine.host));
}
