import type { HashedFile, Hashing, HashScope } from "../hashing/hashing.ts";
import type { Clock } from "../platform/clock.ts";
import type { Fingerprint } from "../platform/content-state.ts";
import type { BatchDisk } from "../platform/disk/batch-disk.ts";
import type { Bounds, Disk } from "../platform/disk/disk.ts";
import type { Log } from "../platform/log/log.ts";
import type { Random } from "../platform/random.ts";
import type { PieceDigest, PieceDigests } from "../protocol/digests/piece-digests.ts";
import type { AgreedFile } from "../protocol/messages/secondary.ts";
import { FolderChanges, type RemovalOutcome, type RemovedFile } from "./changes/folder-changes.ts";
import type { KeptSlots } from "./changes/kept-slots.ts";
import type { InstallResult, StagedFile } from "./changes/staged-file.ts";
import type { UserPut } from "./changes/user-files.ts";
import type { FolderGuard } from "./folder/folder-guard.ts";
import { NameCheck } from "./folder/name-check.ts";
import type { Obstacle } from "./folder/obstacle.ts";
import { SharedFolder } from "./folder/shared-folder.ts";
import { AgreedFiles } from "./index/agreed-files.ts";
import type { IndexChange, IndexedFile, IndexStore } from "./index/file-record.ts";
import { FileRecords } from "./index/file-records.ts";
import { FolderMonitor } from "./scanning/folder-monitor.ts";

export interface FileIndexDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Knows whether the shared folder is there. */
  readonly guard: FolderGuard;
  readonly store: IndexStore;
  readonly hashing: Hashing;
  /** What is made of each new file. */
  readonly hashScope: HashScope;
  /** Takes what leaves the shared folder by the index's own doing. */
  readonly kept: KeptSlots;
}

/** A file that holds a version, as long as it has this fingerprint. */
export interface FilePlace {
  readonly name: string;
  readonly path: string;
  /** Beyond which it is none. */
  readonly bounds: Bounds;
  readonly fingerprint: Fingerprint;
}

/** What works only between start and stop. */
interface RunningParts {
  readonly sharedFolder: SharedFolder;
  readonly monitor: FolderMonitor;
  readonly changes: FolderChanges;
  readonly names: NameCheck;
  readonly agreed: AgreedFiles;
}

/** The shared folder as a set of verified versions. The hashing and the store stay the caller's to stop and close. */
export class FileIndex {
  private readonly deps: FileIndexDeps;
  private readonly records: FileRecords;
  private parts: RunningParts | null = null;

  constructor(deps: FileIndexDeps) {
    this.deps = deps;
    this.records = new FileRecords(deps);
  }

  /**
   * Scans, and hashes what is new. Resolves once every file that is not changing right now is known; also when the folder
   * is lost meanwhile. Throws DiskError when it cannot be read.
   */
  async start(): Promise<void> {
    const sharedFolder = new SharedFolder(this.deps);
    await sharedFolder.loadRules();
    await this.records.load(() => sharedFolder.checkPresent());
    const shared = { ...this.deps, sharedFolder, records: this.records };
    const monitor = new FolderMonitor(shared);
    const names = new NameCheck(shared);
    const changes = new FolderChanges({ ...shared, checker: monitor.checker, names });
    this.parts = { sharedFolder, monitor, names, changes, agreed: new AgreedFiles(shared) };
    monitor.onScanned(() => void changes.finishRemovals());
    this.deps.guard.onNestedDisks(() => monitor.exclusionsChanged());
    try {
      await monitor.start();
    } catch (error) {
      this.parts = null;
      await monitor.stop();
      throw error;
    }
    await this.waitUntilChecked(monitor);
  }

  /** The folder is not there: it is not watched or scanned until `resume`. What is known stays. */
  pause(): void {
    this.parts?.monitor.pause();
  }

  /** The folder is there again. Resolves, as start does, once its files are known. */
  async resume(): Promise<void> {
    const { monitor } = this.running();
    await monitor.resume();
    await this.waitUntilChecked(monitor);
  }

  /** Waits for what a full scan has found. Where the folder was lost meanwhile, that was not all of it. */
  private async waitUntilChecked({ checker }: FolderMonitor): Promise<void> {
    await checker.allChecked();
    if (await this.deps.guard.checkPresent()) await this.records.markScanned();
  }

  /** The path of the shared folder, without links. */
  get root(): string {
    return this.running().sharedFolder.pathOf("");
  }

  /** What would keep a file of this name from being put into place, as far as that can be seen before; null for nothing. */
  async obstacleTo(name: string): Promise<Obstacle | null> {
    return this.running().names.obstacleTo(name);
  }

  /** The path of the innermost folder of a name that is there. Rejects with DiskError. */
  async nearestFolder(name: string): Promise<string> {
    return this.running().names.nearestFolder(name);
  }

  /** Ends what is under way. Files being hashed are forgotten until the next start. */
  async stop(): Promise<void> {
    const parts = this.parts;
    this.parts = null;
    if (parts) {
      const stopped = parts.monitor.stop();
      await parts.changes.idle();
      await stopped;
    }
    await this.records.stop();
  }

  /** Adds a listener, which gets the changes in batches. To be called before start: each file is a change once it is known. */
  listen(listener: (changes: readonly IndexChange[]) => void): void {
    this.records.listeners.onChanges(listener);
  }

  /**
   * Adds a listener, which is notified of a version just before a name loses it, while its hashes can still be read.
   */
  onLeaving(listener: (id: string) => void): void {
    this.records.listeners.onLeaving(listener);
  }

  get count(): number {
    return this.records.table.count;
  }

  /** The sizes of all files together. */
  get bytes(): number {
    return this.records.table.bytes;
  }

  files(): Iterable<IndexedFile> {
    return this.records.table.records();
  }

  get(name: string): IndexedFile | undefined {
    return this.records.table.get(name);
  }

  /** Whether there are files somewhere beneath a folder. */
  hasFolder(folder: string): boolean {
    return this.records.table.hasSharedFolder(folder);
  }

  /** The files right in a folder, "" for the shared folder itself. */
  filesIn(folder: string): Iterable<IndexedFile> {
    return this.records.table.filesIn(folder);
  }

  /** The paths of the folders right in a folder that have files somewhere beneath them. */
  foldersIn(folder: string): Iterable<string> {
    return this.records.table.foldersIn(folder);
  }

  /** A file that holds version `id`. */
  byId(id: string): IndexedFile | undefined {
    const name = this.records.table.nameOf(id);
    return name === undefined ? undefined : this.records.table.get(name);
  }

  /** The 32-byte piece hashes of a version that some file has now, one after the other; null when none has. */
  hashes(id: string): Promise<Uint8Array | null> {
    return this.records.hashes(id);
  }

  /** The SHA-256 of a version as some file of it has it; null when none has. */
  sha256Of(id: string): string | null {
    for (const { sha256 } of this.records.table.recordsOf(id)) if (sha256 !== null) return sha256;
    return null;
  }

  /** Whether some file of a version has no SHA-256 yet. */
  lacksSha256(id: string): boolean {
    for (const { sha256 } of this.records.table.recordsOf(id)) if (sha256 === null) return true;
    return false;
  }

  /** The digests of one kind of a version's pieces, one after the other; null when none are stored. Rejects when the store fails. */
  digests(id: string, of: PieceDigest): Promise<Uint8Array | null> {
    return this.deps.store.digests(id, of);
  }

  /** Digests of a version were made from verified bytes, or (null) are stored already: each file of it has the SHA-256. */
  recordDigests(id: string, sha256: string, digests: PieceDigests | null): void {
    this.records.recordDigests(id, sha256, digests);
  }

  /** Resolves once what is known so far is stored; or was given up, as the folder is not there, or could not be stored. */
  flush(): Promise<void> {
    return this.records.flush();
  }

  /** All places where version `id` should be. */
  *placesOf(id: string): Generator<FilePlace> {
    const sharedFolder = this.parts?.sharedFolder;
    if (!sharedFolder) return;
    for (const record of this.records.table.recordsOf(id)) {
      const { name } = record;
      yield { name, path: sharedFolder.pathOf(name), bounds: sharedFolder.bounds, fingerprint: record };
    }
  }

  /** The file was seen to be different from its record, or may be. */
  recheck(name: string): void {
    this.parts?.monitor.recheck(name);
  }

  /** The central has numbered these as the cluster's versions; those that are not here are ignored. */
  async applyAgreed(files: readonly AgreedFile[]): Promise<void> {
    await this.parts?.agreed.apply(files);
  }

  /**
   * Puts verified files from their temporary paths under their names, all recorded in one transaction. What a user made
   * or changed meanwhile, or has open for writing, is an obstacle; so is what the disk refuses. The temporary file of
   * what is not installed stays. The content must be on the disk already.
   */
  async install(staged: readonly StagedFile[]): Promise<InstallResult[]> {
    return this.running().changes.install(staged);
  }

  /**
   * Takes the file out, to be kept, and the folders that it leaves empty, when it is the removed version or one that came
   * before and nobody has changed it, and says whether it is gone. Rejects with DiskError when the disk refuses.
   */
  async remove(removed: readonly RemovedFile[]): Promise<RemovalOutcome[]> {
    return this.running().changes.remove(removed);
  }

  /**
   * Puts a kept file, at `from`, under its name, where it counts as put there by a user; what stands there is kept. False
   * when that was changed just now, or is being written to, or when the kept file is not any more as it was when it was
   * `verified`. Rejects with DiskError when the disk refuses.
   */
  async restore(name: string, from: string, verified: HashedFile): Promise<boolean> {
    return this.running().changes.restore(name, from, verified);
  }

  /**
   * Puts a file that somebody has sent, at `from`, under its name, where it counts as put there by a user; version `base`
   * makes way, and is kept. Rejects with DiskError when the disk refuses.
   */
  async put(name: string, from: string, verified: HashedFile, base: string | null): Promise<UserPut> {
    return this.running().changes.put(name, from, verified, base);
  }

  /**
   * Gives the file another name when it is still exactly version `id`, and never replaces anything: where `as` is the
   * same version already, only the original goes. Rejects with DiskError when the disk refuses.
   */
  async renameConflict(name: string, id: string, as: string): Promise<boolean> {
    return this.running().changes.renameConflict(name, id, as);
  }

  /**
   * Takes the file out of the folder, to `to` on the same file system, which must be free, when it is still exactly
   * version `id`; says whether it did. Rejects with DiskError when the disk refuses.
   */
  async quarantine(name: string, id: string, to: string): Promise<boolean> {
    return this.running().changes.quarantine(name, id, to);
  }

  private running(): RunningParts {
    if (!this.parts) throw new Error("the index is not running");
    return this.parts;
  }
}
