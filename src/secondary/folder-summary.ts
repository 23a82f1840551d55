import type { FileSummaries, SummaryKind } from "../platform/log/file-summary.ts";
import { formatBytes } from "../platform/units.ts";
import type { InstallResult, StagedFile } from "./changes/folder-changes.ts";
import type { FileIndex } from "./index/file-index.ts";
import type { IndexChange } from "./index/file-record.ts";

/** Most names of which it is remembered that they vanished: each is copied back, or forgotten. */
const MAX_VANISHED = 100_000;

const COPIED: SummaryKind = { event: "copied", describe: (files) => `copied ${files}` };
const REPLACED: SummaryKind = { event: "replaced", describe: (files) => `replaced ${files}` };
const KEPT: SummaryKind = { event: "replaced", describe: (files) => `replaced ${files}; the versions before are kept` };
const BACK: SummaryKind = { event: "copied-back", describe: (files) => `copied back ${files}` };
const VANISHED: SummaryKind = { event: "vanished", describe: (files) => `${files} vanished from the shared folder` };
const REMOVED: SummaryKind = { event: "removed", describe: (files) => `removed ${files}, as ordered by the central` };
const FOUND: SummaryKind = { event: "found", describe: (files) => `found ${files} that are new or changed` };

export interface FolderSummaryDeps {
  readonly summary: FileSummaries;
  readonly index: Pick<FileIndex, "get">;
  /** Whether a version that has left the folder is kept. */
  isKept(id: string): boolean;
  /** Whether a file is being repaired: of those it is told in another way. */
  isRepairing(name: string): boolean;
}

/** Tells in the log what comes into the shared folder, and what leaves it. */
export class FolderSummary {
  /** Names that a user took away, and that were not copied back yet. */
  private readonly vanished = new Set<string>();
  /** Names that are being changed by order. */
  private readonly ordered = new Set<string>();
  /** What the first scan finds was there before, and is told of by its number. */
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

  /** Files are put under their names by `work`. Each that was is told of; a new one only when nobody else does (`alone`). */
  async duringInstall(
    staged: readonly StagedFile[],
    alone: boolean,
    work: () => Promise<InstallResult[]>,
  ): Promise<InstallResult[]> {
    const { index, summary: news, isKept } = this.deps;
    const names = staged.map(({ name }) => name);
    const before = names.map((name) => index.get(name)?.id);
    const adoptions = await this.duringOrder(names, work);
    for (const [index, { name, version }] of staged.entries()) {
      if (adoptions[index] !== "installed") continue;
      const { size, id } = version;
      const old = before[index];
      if (this.vanished.delete(name)) news.add(BACK, name, `copied back ${name}: ${formatBytes(size)}`, { size });
      else if (old !== undefined && old !== id) {
        const line = `replaced ${name}: ${formatBytes(size)}`;
        if (isKept(old)) news.add(KEPT, name, `${line}; the version before is kept`, { size });
        else news.add(REPLACED, name, line, { size });
      } else if (alone) news.add(COPIED, name, `copied ${name}: ${formatBytes(size)}`, { size });
    }
    return adoptions;
  }

  removed(name: string): void {
    this.vanished.delete(name);
    this.deps.summary.add(REMOVED, name, `removed ${name}, as ordered by the central`);
  }

  /** What the index tells of. */
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
    this.deps.summary.add(VANISHED, name, `${name} vanished from the shared folder`);
  }

  private found(name: string, size: number): void {
    this.vanished.delete(name);
    if (this.state === "scanning" || this.ordered.has(name)) return;
    this.deps.summary.add(FOUND, name, `found ${name}, which is new or changed: ${formatBytes(size)}`, { size });
  }
}
