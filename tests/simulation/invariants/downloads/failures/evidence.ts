import type { SimCluster } from "../../../cluster/sim-cluster.ts";
import { Absences } from "./absences.ts";
import { CentralHistory } from "./central-history.ts";
import { CopyWaits } from "./copy-waits.ts";
import { Holdings } from "./holdings.ts";
import { Troubles } from "./troubles.ts";

/** What really happened in a run, to be compared with what clients say of downloads that have failed. */
export class Evidence {
  readonly central: CentralHistory;
  readonly absences: Absences;
  readonly copyWaits: CopyWaits;
  readonly holdings: Holdings;
  readonly troubles: Troubles;

  constructor(readonly cluster: SimCluster) {
    this.central = new CentralHistory(cluster);
    this.absences = new Absences(cluster);
    this.copyWaits = new CopyWaits(cluster);
    this.holdings = new Holdings(cluster);
    this.troubles = new Troubles(cluster);
  }

  /** To be called after each event. */
  look(): void {
    this.central.look();
    this.absences.look();
    this.copyWaits.look();
    this.holdings.look();
  }
}
