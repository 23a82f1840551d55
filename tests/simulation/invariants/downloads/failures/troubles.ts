import type { Happened, SimCluster } from "../../../cluster/sim-cluster.ts";
import type { ActionKind, Json } from "../../../scenario/action.ts";
import { flipAtRest } from "../../../scenario/faults/disks/flip-at-rest.ts";
import { jumpClock } from "../../../scenario/faults/machines/jump-clock.ts";
import { getFromSilent } from "../../../scenario/meetings/get-from-silent.ts";
import { loseReceiver } from "../../../scenario/uploads/lose-receiver.ts";

/** Milliseconds that a fault lasts at most which does not say how long: the death of a thread, or a slow disk of a client. */
const UNTOLD_MS = 6000;

/** Kinds of faults that last until somebody notices. */
const LASTING: ReadonlySet<string> = new Set([flipAtRest.name, jumpClock.name]);

/** Kinds of faults that find by themselves which secondary they strike. */
const ANY_SECONDARY: ReadonlySet<string> = new Set([getFromSilent.name, loseReceiver.name]);

/** A fault: where it is at work, and until when. */
interface Trouble {
  /** The name of the kind of action. */
  readonly kind: string;
  /** Names of the machines. */
  readonly hosts: readonly string[];
  /** What is wrong is the way between the two machines, and not the machines. */
  readonly isBetween: boolean;
  /** Simulated milliseconds. */
  readonly until: number;
}

/** Which faults were at work when, and whom they touched. */
export class Troubles {
  private readonly known: Trouble[] = [];
  private seen = 0;

  constructor(private readonly cluster: SimCluster) {}

  /** Whether a fault, of one of these kinds, was at one of these machines or between two of them at some time since `from`. */
  amid(hosts: readonly string[], from: number, kinds?: readonly ActionKind[]): boolean {
    return this.all().some(({ kind, hosts: touched, isBetween, until }) => {
      if (until < from || (kinds && !kinds.some(({ name }) => name === kind))) return false;
      return isBetween ? touched.every((host) => hosts.includes(host)) : touched.some((host) => hosts.includes(host));
    });
  }

  private all(): readonly Trouble[] {
    const { happened, keys } = this.cluster;
    for (const one of happened.slice(this.seen)) {
      // Nothing goes by the wall clock that a download waits for, except for whether keys are valid.
      if (one.fault && (one.kind !== jumpClock.name || keys)) this.known.push(this.troubleOf(one));
    }
    this.seen = happened.length;
    return this.known;
  }

  private troubleOf({ kind, at, params }: Happened): Trouble {
    const { machines, secondaries } = this.cluster;
    const all = new Map(typeof params === "object" && params !== null ? Object.entries<Json>(params) : []);
    const numbers = (...keys: string[]) => keys.map((key) => all.get(key)).filter((value) => typeof value === "number");
    const places = [
      ...numbers("machine", "other", "server", "secondary"),
      ...numbers("client").map((number) => secondaries.length + number),
    ];
    const lasting = LASTING.has(kind) ? Number.POSITIVE_INFINITY : UNTOLD_MS;
    const [ms = lasting] = numbers("lastsMs", "downMs", "stoppedMs");
    const isAnywhere = ANY_SECONDARY.has(kind);
    const touched = isAnywhere ? secondaries.map(({ machine }) => machine) : machines;
    const hosts = touched.filter((_, place) => isAnywhere || places.includes(place));
    return { kind, hosts: hosts.map(({ host }) => host), isBetween: numbers("other").length > 0, until: at + ms };
  }
}
