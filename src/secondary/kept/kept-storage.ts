import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { DAY_MS } from "../../platform/units.ts";
import type { DepartureReason, KeptFile } from "../../protocol/messages/kept.ts";
import { numberOf } from "../../protocol/versions/version-vector.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { KeptSlot, KeptSlots } from "../changes/kept-slots.ts";
import { fingerprintOf } from "../folder/fingerprint.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import type { FileRecord } from "../index/file-record.ts";
import { KeptDeletion } from "./kept-deletion.ts";
import { KeptFolders, type KeptLocation } from "./kept-folders.ts";
import { KeptIndex } from "./kept-index.ts";

/**
 * Milliseconds between two checks for files whose days are over: a tenth of these days, so that none is kept much
 * longer than was asked for, within these bounds. Each check goes through all kept files in memory.
 */
const MAX_EXPIRY_INTERVAL_MS = 10_000;
const MIN_EXPIRY_INTERVAL_MS = 500;
/** Bytes of the oldest kept files that are deleted at once when a full disk refuses to make a folder. */
const MIN_FREED_BYTES = 1024 * 1024;

export interface KeptStorageDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  /** Knows whether the shared folder is there: nothing is deleted while it is not. */
  readonly guard: Pick<FolderGuard, "checkPresent">;
}

export interface KeptStorageOptions {
  /** The path of the shared folder. */
  readonly share: string;
  /** The name of each staging folder. */
  readonly stagingName: string;
  /** For how many days files are kept; 0: not at all. */
  readonly days: number;
}

/** The staging folder on the file system where a file of the shared folder is: a real path. Rejects with DiskError. */
export type StagingFor = (name: string) => Promise<string>;

/** Which version of a name: any, or one with this number or id. */
export type KeptSelector = Partial<Pick<KeptFile, "number" | "id">>;

/** What there is once the kept files were read. */
interface OpenStorage {
  readonly folders: KeptFolders;
  readonly deletion: KeptDeletion;
  readonly stagingFor: StagingFor;
  readonly cancelExpiry: Cancel;
}

/** The files that left the shared folder, until their days are over or their space is needed: the oldest go first. */
export class KeptStorage implements KeptSlots {
  private readonly index = new KeptIndex();
  /** Null until the kept files were read. */
  private opened: OpenStorage | null = null;
  private lastSerial = 0;

  constructor(
    private readonly deps: KeptStorageDeps,
    private readonly options: KeptStorageOptions,
  ) {}

  /** Reads what is kept. The shared folder and its staging folder must be there. Throws DiskError. */
  async start(stagingFor: StagingFor): Promise<void> {
    // An earlier start has read it, and something else failed after that.
    if (this.opened) return;
    const { disk, clock } = this.deps;
    const { share, stagingName, days } = this.options;
    const folders = await KeptFolders.open(disk, (await disk.realpath(share)) ?? share, stagingName);
    const all: KeptFile[] = [];
    for (const location of folders.all()) {
      const { files, last } = await location.folder.read();
      for (const file of files) folders.add(file, location);
      all.push(...files);
      this.lastSerial = Math.max(this.lastSerial, last);
    }
    for (const file of all.sort((left, right) => left.serial - right.serial)) this.index.add(file);
    const deletion = new KeptDeletion({ ...this.deps, index: this.index, folders });
    const interval = Math.max(MIN_EXPIRY_INTERVAL_MS, Math.min(MAX_EXPIRY_INTERVAL_MS, (days * DAY_MS) / 10));
    const cancelExpiry = every(clock, interval, () => this.expire(deletion));
    this.opened = { folders, deletion, stagingFor, cancelExpiry };
    this.expire(deletion);
  }

  async stop(): Promise<void> {
    this.opened?.cancelExpiry();
    await this.opened?.deletion.idle();
  }

  get count(): number {
    return this.index.count;
  }

  /** Bytes of all kept files. */
  get bytes(): number {
    return this.index.bytes;
  }

  /** At most `limit` kept files with a serial number below `before` (null for all), the newest first. */
  list(before: number | null, limit: number, name: string | null = null): KeptFile[] {
    return this.index.newest(before, limit, (file) => name === null || file.name === name);
  }

  /** Names of kept files that begin with `prefix`. */
  names(prefix: string, limit: number): string[] {
    return this.index.names(prefix, limit);
  }

  /** The newest kept file of a name, or of one of its versions; null when there is none. */
  newest(name: string, version: KeptSelector = {}): KeptFile | null {
    const { number, id } = version;
    const matches = (file: KeptFile) => {
      return file.name === name && (number ?? file.number) === file.number && (id ?? file.id) === file.id;
    };
    return this.index.newest(null, 1, matches)[0] ?? null;
  }

  /** Whether version `id` is kept, as far as is known without asking the disk. */
  has(id: string): boolean {
    return this.index.ofVersion(id) !== null;
  }

  /** Where version `id` is kept: the file may be changed or deleted at any moment. Null when it is not kept. */
  async find(id: string): Promise<{ readonly path: string; readonly fingerprint: Fingerprint } | null> {
    const file = this.index.ofVersion(id);
    if (!file || !this.opened) return null;
    const path = this.opened.folders.locationOf(file).folder.pathOf(file);
    const stat = await this.deps.disk.lstat(path);
    return stat?.kind === "file" ? { path, fingerprint: fingerprintOf(stat) } : null;
  }

  async reserve(record: FileRecord, why: DepartureReason): Promise<KeptSlot | null> {
    const { opened } = this;
    if (this.options.days === 0 || !opened) return null;
    const { folders, deletion, stagingFor } = opened;
    const location = await folders.openAt(await stagingFor(record.name));
    const { folder } = location;
    this.lastSerial += 1;
    const at = Math.floor(this.deps.clock.wall() / 1000) * 1000;
    const { name, id, size } = record;
    // A file that was edited since the central numbered it has no number of its own yet.
    const number = record.changed ? 0 : numberOf(record.vector);
    const file: KeptFile = { at, serial: this.lastSerial, why, number, id, name, size };
    if (!(await this.makeFolders(deletion, location, file))) return null;
    return {
      path: folder.pathOf(file),
      sync: () => folder.sync(file),
      commit: () => {
        this.index.add(file);
        folders.add(file, location);
        deletion.trimToReserve();
      },
      cancel: () => folder.removeEmptyFolders(file),
    };
  }

  /**
   * `move` puts a kept file back, and says whether it has done so; it gets the file's path. Rejects when the file is
   * gone.
   */
  async moveOut(file: KeptFile, move: (path: string) => Promise<boolean>): Promise<boolean> {
    const { opened } = this;
    if (!opened) return false;
    const { folders, deletion } = opened;
    const { folder } = folders.locationOf(file);
    const moved = await deletion.withhold(file, async () => {
      const path = folder.pathOf(file);
      if (!(await this.deps.disk.lstat(path))) {
        if (!(await this.deps.guard.checkPresent())) throw new SentenceError(say("the shared folder is not there"));
        deletion.removeFromIndex(file);
        throw new SentenceError(say("{path} is not there any more", { path }));
      }
      if (!(await move(path))) return false;
      deletion.removeFromIndex(file);
      await folder.removeEmptyFolders(file);
      return true;
    });
    return moved ?? false;
  }

  /**
   * Deletes the oldest kept files until the disk of a staging folder (that of the shared folder itself where none is
   * given) has `bytes` free. Resolves with the bytes that are free then. Where all of them would not be enough, none is
   * deleted.
   */
  async freeSpace(bytes: number, staging?: string): Promise<number> {
    if (!this.opened) return this.deps.disk.freeBytes(staging ?? this.options.share);
    return this.opened.deletion.freeSpace(bytes, staging);
  }

  /** Bytes of the kept files on the disk of a staging folder. Rejects with DiskError. */
  async bytesIn(staging: string): Promise<number> {
    return this.opened ? this.opened.deletion.bytesIn(staging) : 0;
  }

  /** Makes the folders for a file; false when the disk has no space even for that. */
  private async makeFolders(deletion: KeptDeletion, location: KeptLocation, file: KeptFile): Promise<boolean> {
    for (;;) {
      try {
        await location.folder.makeFolders(file);
        return true;
      } catch (error) {
        if (!(error instanceof DiskError) || error.failure !== "full") throw error;
      }
      if ((await deletion.deleteAt(location, MIN_FREED_BYTES)) > 0) continue;
      const text = `${file.name} leaves the shared folder and cannot be kept: the disk is full`;
      this.deps.log.warn("not-kept", text, { name: file.name });
      return false;
    }
  }

  /** Deletes the files whose days are over, and those that are too many for their disk. */
  private expire(deletion: KeptDeletion): void {
    if (this.index.count === 0) return;
    deletion.deleteOlderThan(this.deps.clock.wall() - this.options.days * DAY_MS);
    deletion.trimToReserve();
  }
}
