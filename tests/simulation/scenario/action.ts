import type { KeysShape } from "../cluster/keys/sim-keys.ts";
import type { LimitRates } from "../cluster/servers/limit-rates.ts";
import type { SimCluster } from "../cluster/sim-cluster.ts";
import type { SeededRandom } from "../world/random.ts";

/** What the parameters of an action are made of, so that a plan can be printed and read again. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Something that happens to the cluster from outside at a moment: what a user does, or a fault. */
export interface Action {
  /** Simulated milliseconds since the beginning. */
  readonly at: number;
  /** The name of an {@link ActionKind}. */
  readonly kind: string;
  readonly params: Json;
}

/** How large the cluster of a plan is. */
export interface ClusterShape {
  readonly secondaries: number;
  readonly clients: number;
  /** `--secondaries` of the central. */
  readonly expected: number;
  /** `--max-downloads` of the central; 0: no limit. */
  readonly maxDownloads: number;
  /** `--keep` of the secondaries, in days. */
  readonly keepDays: number;
  /** Numbers of the secondaries that make digests for programs that know no BLAKE3. Absent: none does. */
  readonly digests?: readonly number[];
  /** Limits that the flags say, of each secondary and of each client, in bytes a second. Absent: none. */
  readonly limits?: { readonly secondaries: readonly LimitRates[]; readonly clients: readonly number[] };
  /** Absent: nobody has a key. */
  readonly keys?: KeysShape;
}

/** Everything that a seed decides; chance of a run (delays, orders) comes from `seed` too, by purpose. */
export interface Plan {
  readonly seed: number;
  readonly shape: ClusterShape;
  /** By time. */
  readonly actions: readonly Action[];
  /** When the last fault has ended and users do no more: from then on everything must come to rest. */
  readonly quietAt: number;
}

/**
 * One kind of action. `draw` makes the parameters and depends on nothing but its arguments. `apply` carries the action
 * out, and does nothing where it makes no sense in the state of the cluster. A fault that lasts ends by itself, at
 * `plan.quietAt` at the latest: `apply` sees to it.
 */
export interface ActionKind<Params extends Json = Json> {
  readonly name: string;
  /** Counted among the faults; else it is what a user does. */
  readonly fault: boolean;
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
  draw(random: SeededRandom, shape: ClusterShape): Params;
  apply(cluster: SimCluster, params: Params, plan: Plan): void;
}

/** The names of the kinds of actions that a plan has. */
export function kindsOf({ actions }: Plan): ReadonlySet<string> {
  return new Set(actions.map(({ kind }) => kind));
}
