import type { Disk } from "../../platform/disk/disk.ts";

/** Under which key the store keeps the folders that are disks of their own. */
const NESTED_DISKS_KEY = "inner-disks";
/** Most folders that are remembered. */
const MAX_NESTED_DISKS = 1000;

/** Where single values are kept from one run to the next. */
export interface MetaStore {
  meta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;
}

/**
 * Folders within the shared folder on which another file system is mounted. One that was there and is not any more is
 * away: what is found in its place is another disk's, and what is not found there is not gone.
 */
export class NestedDisks {
  private readonly disk: Pick<Disk, "mountPoints">;
  private readonly store: MetaStore;
  /** Relative to the shared folder. */
  private known = new Set<string>();
  private missingFolders: readonly string[] = [];
  /** Whether the store has what is known. */
  private stored = true;

  constructor(deps: { disk: Pick<Disk, "mountPoints">; store: MetaStore }) {
    this.disk = deps.disk;
    this.store = deps.store;
  }

  /** Whether there are any. */
  get any(): boolean {
    return this.known.size > 0;
  }

  /** Those that are not there. */
  get missing(): readonly string[] {
    return this.missingFolders;
  }

  /** Reads which there were in earlier runs. */
  async load(): Promise<void> {
    this.known = new Set((await this.store.meta(NESTED_DISKS_KEY))?.split("\n").filter(Boolean));
  }

  /** Forgets all: those that are mounted are found again. */
  forget(): void {
    this.known.clear();
    this.missingFolders = [];
    this.stored = false;
  }

  /** Reads what is mounted beneath `root`, a path without links; returns whether other ones are missing than before. */
  async refresh(root: string): Promise<boolean> {
    const prefix = `${root}/`;
    const paths = await this.disk.mountPoints();
    // The system gives no list now: a real list is never empty.
    if (paths.length === 0) return false;
    const mounted = new Set<string>();
    for (const path of paths) {
      if (path.startsWith(prefix)) mounted.add(path.slice(prefix.length));
    }
    const known = new Set(
      [...this.known, ...mounted].filter((folder) => !folder.includes("\n")).slice(0, MAX_NESTED_DISKS),
    );
    const isNews = known.size !== this.known.size;
    this.known = known;
    // If it cannot be stored now, the next refresh stores it.
    this.stored &&= !isNews;
    if (!this.stored) {
      this.stored = await this.store.setMeta(NESTED_DISKS_KEY, [...known].join("\n")).then(
        () => true,
        () => false,
      );
    }
    const away = [...known].filter((folder) => !mounted.has(folder));
    const changed = away.join("\n") !== this.missingFolders.join("\n");
    this.missingFolders = away;
    return changed;
  }

  /** The folder that a name lies in and that is away; null when there is none. */
  missingAbove(name: string): string | null {
    return this.missingFolders.find((folder) => name.startsWith(`${folder}/`)) ?? null;
  }
}
