import type { Listed, Status } from "../../support/cluster.ts";
import type { Downloads } from "../clients/downloads.ts";
import type { Receipt } from "../clients/receipt.ts";
import type { FolderContents } from "../people/folder-contents.ts";
import type { History } from "../people/history.ts";
import type { FaultRunner } from "../scenario/fault-runner.ts";
import type { Figures } from "../world/figures.ts";
import type { SharedDisk } from "../world/shared-disk.ts";

/** What can be seen of a cluster from outside. */
export interface ObservedWorld {
  readonly disks: readonly Pick<SharedDisk, "number" | "backing">[];
  /** What all runs of all servers have said. */
  readonly serverRuns: readonly ServerOutput[];
  /** The figures of the servers as they are now. */
  readonly figures: Figures;
  /** Since when a secondary has neither been started nor lost its disk, in milliseconds since 1970. */
  undisturbedSince(secondary: number): number;
  status(): Promise<Status | null>;
  list(): Promise<Listed[] | null>;
}

/** Lines of a process. */
export interface ServerOutput {
  readonly name: string;
  readonly out: { readonly all: readonly string[] };
  readonly err: { readonly all: readonly string[] };
}

/** What invariants look at. */
export interface Observed {
  readonly world: ObservedWorld;
  readonly history: History;
  readonly contents: FolderContents;
  readonly downloads: Pick<Downloads, "receipts">;
  readonly faults: Pick<FaultRunner, "troubles">;
  /** What each server had before the first fault. */
  readonly first: Figures;
}

/** Something that must be true whatever happens. Each method gives what is wrong; null where nothing is. */
export interface Invariant {
  /** In a few words, such as `no version is lost`. */
  readonly name: string;
  /** Looks at a download that has ended. `before`: the try before it into the same folder. */
  afterDownload?(observed: Observed, receipt: Receipt, before: Receipt | null): string | null;
  /** Asked again and again once faults and changes are over, until it holds or the time for that is over. */
  comesToHold?(observed: Observed): Promise<string | null>;
  /** Asked once everything has come to rest. */
  atRest?(observed: Observed): string | null;
}
