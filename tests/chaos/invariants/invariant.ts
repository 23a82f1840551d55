import type { Downloads } from "../clients/downloads.ts";
import type { Receipt } from "../clients/receipt.ts";
import type { FolderContents } from "../people/folder-contents.ts";
import type { History } from "../people/history.ts";
import type { FaultRunner } from "../scenario/fault-runner.ts";
import type { Figures } from "../world/figures.ts";
import type { World } from "../world/world.ts";

/** What invariants look at: all of it can be seen from outside of the program. */
export interface Observed {
  readonly world: World;
  readonly history: History;
  readonly contents: FolderContents;
  readonly downloads: Downloads;
  readonly faults: FaultRunner;
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
