import type { SimCluster } from "../cluster/sim-cluster.ts";
import { type Failure, type Invariant, InvariantBroken, type Watch } from "./invariant.ts";

/** Checks invariants during one run. The first one that is broken ends the run. */
export class Checks {
  private failure: Failure | null = null;
  private readonly watches: readonly Watch[];

  constructor(cluster: SimCluster, invariants: readonly Invariant[]) {
    this.watches = invariants.map(({ name, watch }) =>
      watch(cluster, (details) => {
        this.failure ??= { invariant: name, details };
      }),
    );
    const eachEvent = this.watches.flatMap(({ afterEvent }) => afterEvent ?? []);
    cluster.sim.observe(() => {
      for (const look of eachEvent) look();
      this.throwBroken();
    });
  }

  /** Everything has come to rest. Throws {@link InvariantBroken}. */
  end(): void {
    for (const { atEnd } of this.watches) {
      atEnd?.();
      this.throwBroken();
    }
  }

  /** All servers have ended in order. Throws {@link InvariantBroken}. */
  stopped(): void {
    for (const { afterStop } of this.watches) {
      afterStop?.();
      this.throwBroken();
    }
  }

  private throwBroken(): void {
    if (this.failure) throw new InvariantBroken(this.failure);
  }
}
