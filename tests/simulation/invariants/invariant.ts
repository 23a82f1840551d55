import type { SimCluster } from "../cluster/sim-cluster.ts";

/** Something that must be true whatever happens. */
export interface Invariant {
  /** In a few words, such as `no version is lost`. */
  readonly name: string;
  /** Begins to watch a cluster, before anything happens in it. Throws {@link InvariantBroken} from what it is called back with. */
  watch?(cluster: SimCluster): void;
  /** Called after each event: cheap. */
  afterEvent?(cluster: SimCluster): void;
  /** Called once everything has come to rest. */
  atEnd?(cluster: SimCluster): void;
}

export class InvariantBroken extends Error {
  constructor(
    readonly invariant: string,
    readonly details: string,
  ) {
    super(`${invariant}: ${details}`);
  }
}
