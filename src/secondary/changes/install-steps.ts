import pMap from "p-map";
import type { Clock } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import { sameContent } from "../../platform/content-state.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import type { Spot } from "../../platform/disk/reach/anchor.ts";
import { say } from "../../sentences/sentence.ts";
import { fingerprintOf, hidesChangesFor, invalidated, sameFingerprint } from "../folder/fingerprint.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { FileRecords } from "../index/file-records.ts";
import { statOpened } from "../scanning/stat-batcher.ts";

/** Folders synced at once: the journal of a file system writes all that wait together. */
const MAX_CONCURRENT_SYNCS = 16;

/** The single steps of a change of the shared folder. Everything throws DiskError. */
export class InstallSteps {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;
  private readonly clock: Pick<Clock, "wall">;
  /** Folders that were made for files which may not come into them. */
  private readonly made = new Set<string>();

  constructor(deps: { disk: Disk; sharedFolder: SharedFolder; records: FileRecords; clock: Pick<Clock, "wall"> }) {
    this.disk = deps.disk;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
    this.clock = deps.clock;
  }

  /** What is under a name now: nothing, exactly the file that is recorded, or something else. */
  async stateOf(name: string): Promise<"nothing" | "known" | "other"> {
    const status = await this.sharedFolder.inspect(name);
    if (status.kind === "nothing") return "nothing";
    const known = this.records.latest(name);
    if (status.kind !== "file" || !known || !sameFingerprint(known, status.stat)) return "other";
    // A program that has it open for writing would go on writing into a file that has no name any more.
    const { stat, hasWriters } = await statOpened(this.disk, this.sharedFolder, name);
    return hasWriters || !sameFingerprint(known, stat) ? "other" : "known";
  }

  /** Renames to a name that must be free. Throws DiskError `exists` when it is not. */
  async renameNoReplace(from: string, name: string): Promise<void> {
    await this.disk.renameNoReplace(from, this.sharedFolder.pathOf(name), "real");
  }

  /** The fingerprint to record of a file that was just renamed to a name. */
  async fingerprintAfter(name: string, before: Fingerprint): Promise<Fingerprint> {
    // It has its name: an error would make it a file that somebody has put there.
    return this.fingerprintToRecord(before, await this.sharedFolder.fingerprint(name).catch(() => null));
  }

  /**
   * The fingerprint to record of a file that was just renamed, where `after` is what has its name now. For another file, and
   * for one whose next change may not show: an invalidated one.
   */
  fingerprintToRecord(before: Fingerprint, after: Fingerprint | null): Fingerprint {
    const isCertain = after && sameContent(after, before) && hidesChangesFor(after, this.clock.wall()) === 0;
    return isCertain ? fingerprintOf(after) : invalidated(before);
  }

  /**
   * Makes a folder, and those above it, for the file at the path `from`; false when one of them is a link, beyond which
   * nothing may be written. To be followed by {@link removeUnusedFolders}.
   */
  async makeFolders(folder: string, from: string): Promise<boolean> {
    const { kind } = await this.sharedFolder.inspect(folder);
    if (folder === "" || kind === "folder") return true;
    if (kind !== "nothing" || !(await this.makeFolders(parentOf(folder), from))) return false;
    const source = await this.disk.lstat(parentOf(from));
    if (!source) throw new DiskError("missing", from, say("{path} is not there any more", { path: from }));
    // Where the disk of a folder within the shared one was taken away just now, its mount point is on another one.
    const spot: Spot = { anchor: null, device: source.device };
    await this.disk.makeSubfolder(this.sharedFolder.pathOf(folder), spot);
    this.made.add(folder);
    return true;
  }

  /** Removes the folders that {@link makeFolders} has made, and in which nothing is. */
  async removeUnusedFolders(): Promise<void> {
    // The innermost was made last.
    const made = [...this.made].toReversed();
    this.made.clear();
    for (const folder of made) await this.removeEmpty(folder);
  }

  /**
   * Removes the folders of removed names that are empty now, and makes that durable. Gives the names for which the disk
   * refuses that, with its error.
   */
  async removeEmptyParents(names: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    // Else an empty folder may be the place of a disk that was taken away just now.
    await this.sharedFolder.requirePresent(names);
    const removed = new Set<string>();
    // In any order: whoever removes the last subfolder of a folder goes on with that.
    for (const parent of new Set(names.map(parentOf))) {
      let folder = parent;
      while (folder !== "" && (removed.has(folder) || (await this.removeEmpty(folder)))) {
        removed.add(folder);
        folder = parentOf(folder);
      }
    }
    const folderOf = (name: string) => {
      let folder = parentOf(name);
      while (removed.has(folder)) folder = parentOf(folder);
      return folder;
    };
    const failed = new Map<string, unknown>();
    const sync = (folder: string) => this.syncNearest(folder).catch((error: unknown) => failed.set(folder, error));
    await pMap(new Set(names.map(folderOf)), sync, { concurrency: MAX_CONCURRENT_SYNCS });
    return new Map(names.flatMap((name) => (failed.has(folderOf(name)) ? [[name, failed.get(folderOf(name))]] : [])));
  }

  /** Removes a folder if it is empty; says whether it is gone. */
  private removeEmpty(folder: string): Promise<boolean> {
    return this.disk.removeFolder(this.sharedFolder.pathOf(folder), "real");
  }

  /** Makes new names survive a power loss, together with the folders that may have been made for them. */
  async syncParents(names: readonly string[]): Promise<void> {
    const folders = new Set([""]);
    for (const name of names) {
      for (let folder = parentOf(name); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
    }
    await pMap(folders, (folder) => this.sync(folder), { concurrency: MAX_CONCURRENT_SYNCS });
  }

  /** What was put into a folder that is behind a link now is not in the shared folder any more. */
  private async sync(folder: string): Promise<void> {
    try {
      await this.disk.syncFolder(this.sharedFolder.pathOf(folder), "real");
    } catch (error) {
      if (!(error instanceof DiskError) || error.failure !== "link") throw error;
    }
  }

  /** Syncs a folder or, where somebody has deleted it, the one that it was in. */
  private async syncNearest(folder: string): Promise<void> {
    try {
      await this.sync(folder);
    } catch (error) {
      if (!(error instanceof DiskError) || error.failure !== "missing" || folder === "") throw error;
      await this.syncNearest(parentOf(folder));
    }
  }
}
