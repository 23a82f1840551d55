import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { CentralLink } from "../central/central-link.ts";
import { CentralOrders, type CentralOrdersDeps } from "../central/central-orders.ts";
import type { KnownRevocations } from "../central/known-revocations.ts";
import type { ReportRelay } from "../central/report-relay.ts";
import { ConflictOrders } from "../changes/conflict-orders.ts";
import { RemovalOrders } from "../changes/removal-orders.ts";
import type { FiguresTeller } from "../figures/figures-teller.ts";
import type { FolderSummary } from "../folder-summary.ts";
import { type IndexedFile, toHeldFile } from "../index/file-record.ts";
import type { Repairs } from "../repair/repairs.ts";
import type { Replicator } from "../replication/replicator.ts";
import type { SecondaryDeps } from "../secondary-deps.ts";
import type { Digests } from "./digests.ts";
import type { Folder } from "./folder.ts";

export interface OrdersParts extends Pick<CentralOrdersDeps, "location" | "restore"> {
  readonly folder: Folder;
  readonly link: CentralLink;
  readonly summary: FolderSummary;
  readonly repairs: Repairs;
  readonly replicator: Replicator;
  readonly reports: ReportRelay;
  readonly revocations: KnownRevocations;
  readonly digests: Digests;
  readonly figures: FiguresTeller;
  readonly limitedLog: LogLimiter;
}

export interface Orders {
  readonly all: CentralOrders;
  readonly removals: RemovalOrders;
}

/** What carries out the orders of the central. */
export function assembleOrders({ clock, log, store }: SecondaryDeps, parts: OrdersParts): Orders {
  const { folder, link, summary, repairs, replicator, limitedLog } = parts;
  const { guard, index, kept } = folder;
  const shared = { limitedLog, summary, index, present: (file: IndexedFile) => link.present(toHeldFile(file)) };
  const conflicts = new ConflictOrders({ ...shared, log });
  const removals = new RemovalOrders({
    ...shared,
    clock,
    store,
    folderIsThere: () => guard.checkPresent(),
    withdraw: (name) => {
      replicator.withdraw([name]);
      repairs.withdraw(name);
    },
    acknowledge: (serial) => link.removed(serial),
  });
  return { removals, all: new CentralOrders({ ...parts, guard, index, kept, conflicts, removals }) };
}
