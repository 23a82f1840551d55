import type { FileSummaries, SummaryKind } from "../platform/log/file-summary.ts";
import { formatBytes } from "../platform/units.ts";
import type { InstallResult, StagedFile } from "./changes/staged-file.ts";
import type { FileIndex } from "./file-index.ts";
import type { IndexChange } from "./index/file-record.ts";

/** Most vanished names in memory; the oldest is forgotten, and its file counts as copied for the first time. */
export const MAX_VANISHED = 100_000;

const COPIED: SummaryKind = {
  event: "copied",
  describeOne: ({ name, size = 0 }) => `copied ${name}: ${formatBytes(size)}`,
  describe: (files) => `copied ${files}`,
};
const REPLACED: SummaryKind = {
  event: "replaced",
  describeOne: ({ name, size = 0 }) => `replaced ${name}: ${formatBytes(size)}`,
  describe: (files) => `replaced ${files}`,
};
const KEPT: SummaryKind = {
  event: "replaced",
  describeOne: ({ name, size = 0 }) => `replaced ${name}: ${formatBytes(size)}; the version before is kept`,
  describe: (files) => `replaced ${files}; the versions before are kept`,
};
const BACK: SummaryKind = {
  event: "copied-back",
  describeOne: ({ name, size = 0 }) => `copied back ${name}: ${formatBytes(size)}`,
  describe: (files) => `copied back ${files}`,
};
const VANISHED: SummaryKind = {
  event: "vanished",
  describeOne: ({ name }) => `${name} vanished from the shared folder`,
  describe: (files) => `${files} vanished from the shared folder`,
};
const REMOVED: SummaryKind = {
  event: "removed",
  describeOne: ({ name }) => `removed ${name}, as ordered by the central`,
  describe: (files) => `removed ${files}, as ordered by the central`,
};
const MOVED: SummaryKind = {
  event: "moved",
  describeOne: ({ name }) => `moved ${name}, as ordered by the central`,
  describe: (files) => `moved ${files}, as ordered by the central`,
};
const FOUND: SummaryKind = {
  event: "found",
  describeOne: ({ name, size = 0 }) => `found ${name}, which is new or changed: ${formatBytes(size)}`,
  describe: (files) => `found ${files} that are new or changed`,
};

export interface FolderSummaryDeps {
  readonly summary: FileSummaries;
  readonly index: Pick<FileIndex, "get">;
  /** Whether a version that has left the folder is kept. */
  isKept(id: string): boolean;
  /** Whether a file is being repaired: the repair writes lines of its own. */
  isRepairing(name: string): boolean;
}

/** Writes into the log what comes into the shared folder, and what leaves it. */
export class FolderSummary {
  /** Names that a user took away, and that were not copied back yet. */
  private readonly vanished = new Set<string>();
  /** Names that are being changed by order. */
  private readonly ordered = new Set<string>();
  /** Files that the first scan finds were there before: the log says only how many. */
  private state: "scanning" | "telling" = "scanning";

  constructor(private readonly deps: FolderSummaryDeps) {}

  /** The first scan is over. */
  initialScanDone(): void {
    this.state = "telling";
  }

  /** Does what was ordered with these names: what becomes of them meanwhile is no user's doing. */
  async duringOrder<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const name of names) this.ordered.add(name);
    try {
      return await work();
    } finally {
      for (const name of names) this.ordered.delete(name);
    }
  }

  /** Files are put under their names by `work`. Logs each that got its name; a new one only with `logNew`. */
  async duringInstall(
    staged: readonly StagedFile[],
    logNew: boolean,
    work: () => Promise<InstallResult[]>,
  ): Promise<InstallResult[]> {
    const { index, summary, isKept } = this.deps;
    const names = staged.map(({ name }) => name);
    const before = names.map((name) => index.get(name)?.id);
    const results = await this.duringOrder(names, work);
    for (const [index, { name, version }] of staged.entries()) {
      if (results[index] !== "installed") continue;
      const { size, id } = version;
      const old = before[index];
      if (this.vanished.delete(name)) summary.add(BACK, { size, name });
      else if (old !== undefined && old !== id) summary.add(isKept(old) ? KEPT : REPLACED, { size, name });
      else if (logNew) summary.add(COPIED, { size, name });
    }
    return results;
  }

  removed(name: string): void {
    this.vanished.delete(name);
    this.deps.summary.add(REMOVED, { name });
  }

  moved(name: string, as: string): void {
    this.vanished.delete(name);
    this.deps.summary.add(MOVED, { name: `${name} to ${as}` });
  }

  /** The index has other files than before. */
  changed(changes: readonly IndexChange[]): void {
    for (const change of changes) {
      if (change.kind === "gone" && !change.excluded) this.gone(change.name);
      else if (change.kind === "present" && change.file.changed) this.found(change.file.name, change.file.size);
    }
  }

  private gone(name: string): void {
    if (this.ordered.has(name) || this.deps.isRepairing(name)) return;
    this.vanished.add(name);
    const [oldest] = this.vanished;
    if (this.vanished.size > MAX_VANISHED && oldest !== undefined) this.vanished.delete(oldest);
    this.deps.summary.add(VANISHED, { name });
  }

  private found(name: string, size: number): void {
    this.vanished.delete(name);
    if (this.state === "scanning" || this.ordered.has(name)) return;
    this.deps.summary.add(FOUND, { size, name });
  }
}
