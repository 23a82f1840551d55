import pMap from "p-map";
import { chunksOf } from "../../platform/chunks.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk, FileStat } from "../../platform/disk/disk.ts";
import { ignoreMissing } from "../../platform/disk/disk-errors.ts";
import { Turns } from "../../platform/turns/turns.ts";
import { sameFingerprint } from "../folder/fingerprint.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { FileRecords } from "../index/file-records.ts";
import { isUnder } from "../index/file-table.ts";
import type { FileChecker } from "./file-checker.ts";
import { SCANNING_TURNS } from "./scanning-turns.ts";
import { MAX_BATCH_NAMES } from "./stat-batcher.ts";
import { walk } from "./walk.ts";

/** Paths inspected at the same time. */
const MAX_INSPECTIONS = 32;

const NONE: ReadonlySet<string> = new Set();

export interface ScannerDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly checker: FileChecker;
  /** Whether to give up. */
  readonly stopped: () => boolean;
}

/**
 * Compares what is in the shared folder with the records, and gives the checker each name that differs. Nothing here runs
 * twice at the same time: two walks over the same folders would only slow each other down.
 */
export class Scanner {
  private readonly deps: ScannerDeps;
  private readonly turns: Turns;

  constructor(deps: ScannerDeps) {
    this.deps = deps;
    this.turns = new Turns(deps.clock, SCANNING_TURNS);
  }

  /** Compares the whole folder. Throws DiskError when it cannot be read. */
  async scanAll(): Promise<void> {
    const { records, sharedFolder } = this.deps;
    const scan = records.beginScan();
    await this.walk("", scan, NONE);
    if (await sharedFolder.checkPresent()) await this.checkAll(records.notSeenIn(scan, null));
  }

  /** Compares what is at these paths, folders with all that is in them. */
  async scanPaths(paths: Set<string>): Promise<void> {
    const { sharedFolder, records } = this.deps;
    if (!(await sharedFolder.checkPresent())) return;
    const scan = records.beginScan();
    const files = await this.checkFiles(paths, scan);
    const folders: string[] = [];
    const lost = new Set([...files].filter((path) => records.table.hasFolder(path)));
    const inspect = async (path: string) => {
      const status = await sharedFolder.inspect(path).catch(() => null);
      if (!status) return;
      if (status.kind === "folder") folders.push(path);
      else if (records.table.hasFolder(path)) lost.add(path);
      if (records.latest(path) || status.kind === "file") this.deps.checker.check(path);
    };
    await pMap(
      [...paths].filter((path) => !files.has(path)),
      inspect,
      { concurrency: MAX_INSPECTIONS },
    );
    const walked = await this.walkFolders(folders, scan, files);
    if (walked.size > 0) await this.checkAll(records.notSeenIn(scan, walked));
    if (lost.size > 0) await this.checkAll(records.table.namesUnder(lost));
  }

  /** What is excluded now is not shared any more. Gives how many files these were. */
  async removeExcluded(): Promise<number> {
    const { sharedFolder, records } = this.deps;
    const excluded: string[] = [];
    // What was found before and is not shared yet.
    await records.flush();
    for (const { name } of records.table.records()) {
      await this.turns.nextIfDue();
      if (!sharedFolder.allows(name)) excluded.push(name);
    }
    await records.exclude(excluded);
    return excluded.length;
  }

  /** Compares those of some paths that are plain files, and gives which these are. Most are as recorded: the program's own. */
  private async checkFiles(paths: ReadonlySet<string>, scan: number): Promise<ReadonlySet<string>> {
    const { batches, sharedFolder, records } = this.deps;
    const files = new Set<string>();
    for (const some of chunksOf([...paths], MAX_BATCH_NAMES)) {
      if (this.deps.stopped()) break;
      for (const [index, stat] of (await batches.statFiles(sharedFolder.pathOf(""), some)).entries()) {
        const path = some[index];
        if (path === undefined || !stat) continue;
        files.add(path);
        // What is recorded and not shared may be excluded: the change may be from before that.
        if (records.table.get(path) || sharedFolder.allows(path)) this.compare(path, stat, scan);
      }
    }
    return files;
  }

  /** Walks folders: the system does not notice what happens in a new one before it is watched. Gives those that could be read. */
  private async walkFolders(folders: string[], scan: number, except: ReadonlySet<string>): Promise<Set<string>> {
    folders.sort();
    const walked = new Set<string>();
    let last: string | null = null;
    for (const folder of folders) {
      if (last !== null && isUnder(folder, last)) continue;
      last = folder;
      if (!this.deps.sharedFolder.allowsFolder(folder)) continue;
      await this.walk(folder, scan, except).then(() => walked.add(folder), ignoreMissing);
    }
    return walked;
  }

  private async walk(folder: string, scan: number, except: ReadonlySet<string>): Promise<void> {
    const compare = (name: string, stat: FileStat) => this.compare(name, stat, scan);
    await walk({ ...this.deps, turns: this.turns }, folder, except, compare);
  }

  private compare(name: string, stat: FileStat, scan: number): void {
    const { records, checker } = this.deps;
    const recorded = records.latest(name);
    if (recorded && sameFingerprint(recorded, stat)) {
      records.markUnchanged(name, scan);
    } else {
      records.table.markSeen(name, scan);
      checker.check(name, stat);
    }
  }

  private async checkAll(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      await this.turns.nextIfDue();
      if (this.deps.stopped()) return;
      this.deps.checker.check(name);
    }
  }
}
