import { CENTRAL_HEARTBEAT, CENTRAL_RECONNECT } from "../../../../src/protocol/timing.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import { unaware } from "../../scenario/rest.ts";
import type { Troubles } from "../downloads/failures/troubles.ts";

/** Milliseconds within which a registered secondary hears of a revocation. */
const TOLD_MS = 2000;
/** Milliseconds before a revocation in which nothing may have been wrong with a secondary that hears of it at once. */
const CALM_MS = 60_000;
/**
 * Milliseconds within which a secondary hears of a revocation after anything that cut it off: both ends notice that they do
 * not hear each other, it connects again, and is told.
 */
const CUT_OFF_MS =
  CENTRAL_HEARTBEAT.deadAfterMs + CENTRAL_HEARTBEAT.pingAfterMs + CENTRAL_RECONNECT.longestMs + TOLD_MS;
/** Simulated milliseconds between two looks for those who were cut off. */
const LOOK_MS = 500;

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
  private lastLook = 0;
  private readonly fresh: FreshRevocation[] = [];

  constructor(
    private readonly cluster: SimCluster,
    private readonly troubles: Troubles,
  ) {}

  /** To be called after each event. Gives what is wrong, for people. */
  look(): readonly string[] {
    const { sim, keys } = this.cluster;
    const orders = keys?.revocations.orders ?? NONE;
    const late = this.lateHearers();
    if (orders.length === this.seen && this.fresh.length === 0) return late;
    const wrong = [...late];
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

  /** Who was cut off, or away, when a key was revoked, and has still not heard of it. */
  private lateHearers(): readonly string[] {
    const { sim, keys } = this.cluster;
    if (!keys || keys.revocations.done.size === 0 || sim.now - this.lastLook < LOOK_MS) return NONE;
    this.lastLook = sim.now;
    const from = sim.now - CUT_OFF_MS;
    return [...keys.revocations.done].flatMap(([fingerprint, at]) => {
      const hosts = at < from ? unaware(this.cluster, fingerprint) : NONE;
      return hosts
        .filter((host) => this.isUndisturbed(host, from))
        .map((host) => `${host} has not been told since that ${fingerprint} is revoked`);
    });
  }

  /** Whether nothing was wrong with a secondary and the central since then, and both have run on. */
  private isUndisturbed(host: string, from: number): boolean {
    const { servers, central, caretaker } = this.cluster;
    const hosts = [host, central.machine.host];
    const runOn = servers.every(({ machine, ends }) => !hosts.includes(machine.host) || (ends.at(-1)?.at ?? 0) < from);
    const { inOrderSince } = caretaker;
    return runOn && (inOrderSince === null ? !this.troubles.amid(hosts, from) : inOrderSince < from);
  }
}

function registeredIn({ central, secondaries }: SimCluster): ReadonlySet<string> {
  const known = central.role?.registry.secondaries.sorted() ?? [];
  const there = new Set(known.filter(({ phase }) => phase !== "lost").map(({ number }) => number));
  return new Set(secondaries.filter(({ number }) => there.has(number)).map(({ machine }) => machine.host));
}
