import pMap from "p-map";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { parentOf, type SharedFolder } from "../folder/shared-folder.ts";
import { type Fingerprint, fingerprintOf, sameContent, sameFingerprint } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import { statOpened } from "../scanning/stat-batcher.ts";

/** Folders synced at once. */
const MAX_CONCURRENT_SYNCS = 16;

/** The change time recorded of a file that may have been changed already: it agrees with none. */
export const UNKNOWN_CTIME = -1n;

/** The single steps by which files get to their names and leave them. Everything throws DiskError. */
export class InstallSteps {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;

  constructor(deps: { disk: Disk; sharedFolder: SharedFolder; records: FileRecords }) {
    this.disk = deps.disk;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
  }

  /** What stands under a name now: nothing, exactly the file that is known, or something else. */
  async stateOf(name: string): Promise<"nothing" | "known" | "other"> {
    const status = await this.sharedFolder.inspect(name);
    if (status.kind === "nothing") return "nothing";
    const known = this.records.latest(name);
    if (status.kind !== "file" || !known || !sameFingerprint(known, status.stat)) return "other";
    // Whoever has it open for writing would go on writing into a file that has no name any more.
    const { stat, hasWriters: writing } = await statOpened(this.disk, this.sharedFolder.pathOf(name));
    return writing || !sameFingerprint(known, stat) ? "other" : "known";
  }

  /** Renames to a name that must be free. Throws DiskError `exists` when it is not. */
  async renameNoReplace(from: string, name: string): Promise<void> {
    const to = this.sharedFolder.pathOf(name);
    try {
      await this.disk.renameNoReplace(from, to);
    } catch (error) {
      // Some file systems have no way to rename without replacing: look once more, then trust it.
      const unable = error instanceof DiskError && (error.failure === "denied" || error.failure === "other");
      if (!unable || (await this.disk.lstat(to))) throw error;
      await this.disk.rename(from, to);
    }
  }

  /** The fingerprint to record of a file just renamed. */
  async fingerprintAfter(name: string, before: Fingerprint): Promise<Fingerprint> {
    const status = await this.sharedFolder.inspect(name);
    return fingerprintAfter(before, status.kind === "file" ? status.stat : null);
  }

  /** Makes the folders of a name; false when one of them is a link, beyond which we must not write. */
  async makeFolders(folder: string): Promise<boolean> {
    const { kind } = await this.sharedFolder.inspect(folder);
    if (folder === "" || kind === "folder") return true;
    if (kind !== "nothing" || !(await this.makeFolders(parentOf(folder)))) return false;
    await this.disk.makeSubfolder(this.sharedFolder.pathOf(folder));
    return true;
  }

  /** Removes the folders that names left empty, and makes that durable. */
  async removeEmptyParents(names: readonly string[]): Promise<void> {
    const left = new Set<string>();
    const removed = new Set<string>();
    // The deepest first, or what they leave empty would be looked at too early.
    for (const parent of [...new Set(names.map(parentOf))].sort((one, other) => other.length - one.length)) {
      let folder = parent;
      while (
        folder !== "" &&
        (removed.has(folder) || (await this.disk.removeFolder(this.sharedFolder.pathOf(folder))))
      ) {
        removed.add(folder);
        folder = parentOf(folder);
      }
      left.add(folder);
    }
    for (const folder of removed) left.delete(folder);
    await pMap(left, (folder) => this.disk.syncFolder(this.sharedFolder.pathOf(folder)), {
      concurrency: MAX_CONCURRENT_SYNCS,
    });
  }

  /** Makes new names survive a power loss, together with the folders that may have been made for them. */
  async syncParents(names: readonly string[]): Promise<void> {
    const folders = new Set([""]);
    for (const name of names) {
      for (let folder = parentOf(name); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
    }
    // Side by side: the journal of a file system takes those that wait together to the disk at once.
    await pMap(folders, (folder) => this.disk.syncFolder(this.sharedFolder.pathOf(folder)), {
      concurrency: MAX_CONCURRENT_SYNCS,
    });
  }
}

/** The fingerprint to record of a file just renamed. If it is not that file any more, one that the next look disbelieves. */
export function fingerprintAfter(before: Fingerprint, after: Fingerprint | null): Fingerprint {
  return after && sameContent(after, before)
    ? fingerprintOf(after)
    : { ...fingerprintOf(before), ctimeNs: UNKNOWN_CTIME };
}
