import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../../platform/log/log-limiter.ts";
import { formatBytes, plural } from "../../platform/units.ts";
import type { DepartureReason, KeptFile } from "../../protocol/messages/kept.ts";
import { numberOf } from "../../protocol/versions/version-vector.ts";
import type { KeptSlot, KeptSlots } from "../changes/kept-slots.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { type FileRecord, type Fingerprint, fingerprintOf } from "../index/file-record.ts";
import { bytesToFree } from "./disk-reserve.ts";
import { KeptFolders, type KeptLocation } from "./kept-folders.ts";
import { KeptIndex } from "./kept-index.ts";

/** Milliseconds between looks at what is to go, at most and at least; in between, a tenth of what it is kept for. */
const MAX_EXPIRY_INTERVAL_MS = 10_000;
const MIN_EXPIRY_INTERVAL_MS = 500;
const DAY_MS = 24 * 3600 * 1000;
/** Bytes freed, at least, for what the disk refuses to make. */
const MIN_FREED_BYTES = 1024 * 1024;

export interface KeptStorageDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  /** Knows whether the shared folder is there: what is kept elsewhere is not touched. */
  readonly guard: Pick<FolderGuard, "checkPresent">;
  /** The work folder on the file system where a file of the shared folder is: a real path. Rejects with DiskError. */
  stagingOf(name: string): Promise<string>;
}

export interface KeptStorageOptions {
  /** The shared folder. */
  readonly share: string;
  /** How the folders in it are called that are not shared. */
  readonly stagingName: string;
  /** For how many days files are kept; 0: not at all. */
  readonly days: number;
}

/** Which version of a name: any, or one with this number or id. */
export type KeptVersion = Partial<Pick<KeptFile, "number" | "id">>;

/** Files that left the shared folder, until their days are over or their room is needed: the oldest go first. */
export class KeptStorage implements KeptSlots {
  private readonly index = new KeptIndex();
  private folders: KeptFolders | null = null;
  private lastSerial = 0;
  /** Those that are being put back: they must not go meanwhile. */
  private readonly restoring = new Set<number>();
  /** One after the other, or each of them would free the same room. */
  private lastDeletion: Promise<unknown> = Promise.resolve();
  private trimScheduled = false;
  private cancel: Cancel = () => {};
  private readonly limitedLog: LogLimiter;

  constructor(
    private readonly deps: KeptStorageDeps,
    private readonly options: KeptStorageOptions,
  ) {
    this.limitedLog = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
  }

  /** Reads what is there. The shared folder and its workshop must be there. Throws DiskError. */
  async start(): Promise<void> {
    // Read in a start that failed after that.
    if (this.folders) return;
    const { disk, clock } = this.deps;
    const { share, stagingName: workshop } = this.options;
    const folders = await KeptFolders.open(disk, (await disk.realpath(share)) ?? share, workshop);
    const all: KeptFile[] = [];
    for (const location of folders.all()) {
      const { files, last } = await location.folder.read();
      for (const file of files) folders.add(file, location);
      all.push(...files);
      this.lastSerial = Math.max(this.lastSerial, last);
    }
    for (const file of all.sort((left, right) => left.serial - right.serial)) this.index.add(file);
    this.folders = folders;
    const period = Math.max(
      MIN_EXPIRY_INTERVAL_MS,
      Math.min(MAX_EXPIRY_INTERVAL_MS, (this.options.days * DAY_MS) / 10),
    );
    this.cancel = every(clock, period, () => this.deleteExpired());
    this.deleteExpired();
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.lastDeletion;
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
  newest(name: string, version: KeptVersion = {}): KeptFile | null {
    const { number, id } = version;
    const matches = (file: KeptFile) => {
      return file.name === name && (number ?? file.number) === file.number && (id ?? file.id) === file.id;
    };
    return this.index.newest(null, 1, matches)[0] ?? null;
  }

  /** Whether version `id` is kept, as far as is known without looking. */
  has(id: string): boolean {
    return this.index.ofVersion(id) !== null;
  }

  /** Where version `id` is kept: it may have been changed there, or go at any moment. Null when it is not. */
  async find(id: string): Promise<{ readonly path: string; readonly fingerprint: Fingerprint } | null> {
    const file = this.index.ofVersion(id);
    if (!file || !this.folders) return null;
    const path = this.folders.locationOf(file).folder.pathOf(file);
    const stat = await this.deps.disk.lstat(path);
    return stat?.kind === "file" ? { path, fingerprint: fingerprintOf(stat) } : null;
  }

  async reserve(record: FileRecord, why: DepartureReason): Promise<KeptSlot | null> {
    const { folders } = this;
    if (this.options.days === 0 || !folders) return null;
    const location = await folders.openAt(await this.deps.stagingOf(record.name));
    const { folder } = location;
    this.lastSerial += 1;
    const at = Math.floor(this.deps.clock.wall() / 1000) * 1000;
    const { name, id, size } = record;
    // What was edited since has no number of its own yet.
    const number = record.changed ? 0 : numberOf(record.vector);
    const file: KeptFile = { at, serial: this.lastSerial, why, number, id, name, size };
    if (!(await this.makeFolders(location, file))) return null;
    return {
      path: folder.pathOf(file),
      sync: () => folder.sync(file),
      commit: () => {
        this.index.add(file);
        folders.add(file, location);
        this.trimToReserve();
      },
      cancel: () => folder.removeEmptyFolders(file),
    };
  }

  /** Has a kept file put back by `put`, which is told its path, and says whether it has done so. Rejects where it is gone. */
  async moveOut(file: KeptFile, put: (path: string) => Promise<boolean>): Promise<boolean> {
    const { folders } = this;
    if (!folders || this.restoring.has(file.serial)) return false;
    const { folder } = folders.locationOf(file);
    this.restoring.add(file.serial);
    try {
      const path = folder.pathOf(file);
      if (!(await this.deps.disk.lstat(path))) {
        if (!(await this.deps.guard.checkPresent())) throw new Error("the shared folder is not there");
        this.removeFromIndex(file);
        throw new Error(`${path} is not there any more`);
      }
      if (!(await put(path))) return false;
      this.removeFromIndex(file);
      await folder.removeEmptyFolders(file);
      return true;
    } finally {
      this.restoring.delete(file.serial);
    }
  }

  /**
   * Lets the oldest kept files go until a work folder's disk (that of the shared folder itself where none is given) has
   * `bytes` free. Gives how many it has then. Where all of them would not do, none goes.
   */
  freeSpace(bytes: number, workshop?: string): Promise<number> {
    return this.exclusively(async () => {
      const { disk } = this.deps;
      const location =
        this.folders && (workshop === undefined ? this.folders.main : await this.folders.openAt(workshop));
      if (!location) return disk.freeBytes(workshop ?? this.options.share);
      let free = await disk.freeBytes(location.staging);
      if (free + this.bytesAt(location) < bytes) return free;
      const needed = () => this.deleteOldest(location, bytes - free, "their room is needed");
      while (free < bytes && (await needed()) > 0) free = await disk.freeBytes(location.staging);
      return free;
    });
  }

  /** Makes the folders for a file; false when the disk has no room even for that. */
  private async makeFolders(location: KeptLocation, file: KeptFile): Promise<boolean> {
    for (;;) {
      try {
        await location.folder.makeFolders(file);
        return true;
      } catch (error) {
        if (!(error instanceof DiskError) || error.failure !== "full") throw error;
      }
      if ((await this.exclusively(() => this.deleteOldest(location, MIN_FREED_BYTES, "their room is needed"))) > 0)
        continue;
      const text = `${file.name} leaves the shared folder and cannot be kept: the disk is full`;
      this.deps.log.warn("not-kept", text, { name: file.name });
      return false;
    }
  }

  /** Lets those go of which the days are over, and those that are too many for the disk. */
  private deleteExpired(): void {
    if (this.index.count === 0) return;
    const over = this.deps.clock.wall() - this.options.days * DAY_MS;
    const old = [...this.index.oldest()].filter(({ at }) => at <= over);
    if (old.length > 0) void this.exclusively(() => this.deleteFiles(old, "their days are over"));
    this.trimToReserve();
  }

  /** Lets the oldest go that are too many for their disk. */
  private trimToReserve(): void {
    if (this.trimScheduled) return;
    this.trimScheduled = true;
    void this.exclusively(async () => {
      this.trimScheduled = false;
      if (!(await this.deps.guard.checkPresent())) return;
      for (const location of this.folders?.all() ?? [])
        await this.trimLocation(location).catch((error: Error) => this.warn(error));
    });
  }

  private async trimLocation(location: KeptLocation): Promise<void> {
    const { disk } = this.deps;
    const { staging: workshop } = location;
    const kept = this.bytesAt(location);
    if (kept === 0) return;
    const bytes = bytesToFree(
      { capacity: await disk.totalBytes(workshop), free: await disk.freeBytes(workshop) },
      kept,
    );
    if (bytes > 0) await this.deleteOldest(location, bytes, "the disk would be too full");
  }

  /** Bytes of the files in a location. */
  private bytesAt(location: KeptLocation): number {
    const folders = [...(this.folders?.all() ?? [])];
    if (folders.length === 1) return this.index.bytes;
    let sum = 0;
    for (const file of this.index.oldest()) if (this.folders?.locationOf(file) === location) sum += file.size;
    return sum;
  }

  /** Lets the oldest in a location go that have so many bytes together; gives how many these were. */
  private deleteOldest(location: KeptLocation, bytes: number, why: string): Promise<number> {
    const files: KeptFile[] = [];
    let sum = 0;
    for (const file of this.index.oldest()) {
      if (sum >= bytes) break;
      if (this.restoring.has(file.serial) || this.folders?.locationOf(file) !== location) continue;
      files.push(file);
      sum += file.size;
    }
    return this.deleteFiles(files, why);
  }

  private async deleteFiles(files: readonly KeptFile[], why: string): Promise<number> {
    const { folders } = this;
    if (!folders || files.length === 0 || !(await this.deps.guard.checkPresent())) return 0;
    let gone = 0;
    let bytes = 0;
    let fault: unknown = null;
    for (const file of files) {
      const { folder } = folders.locationOf(file);
      if (this.restoring.has(file.serial) || !this.removeFromIndex(file)) continue;
      try {
        await folder.remove(file);
        gone += 1;
        bytes += file.size;
      } catch (error) {
        fault ??= error;
      }
    }
    const { log } = this.deps;
    const text = `let ${plural(gone, "kept file")} go (${formatBytes(bytes)}): ${why}`;
    if (gone > 0) log.info("kept-gone", text, { files: gone, bytes });
    if (fault)
      log.warn("kept-stays", `a kept file cannot be removed: ${fault instanceof Error ? fault.message : fault}`);
    return gone;
  }

  /** False when somebody else has taken it out. */
  private removeFromIndex(file: KeptFile): boolean {
    this.folders?.delete(file);
    return this.index.delete(file);
  }

  /** Does one thing after the other. What the disk refuses is told. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastDeletion.then(work);
    this.lastDeletion = done.catch((error: Error) => this.warn(error));
    return done;
  }

  private warn({ message }: Error): void {
    this.limitedLog.warn("kept-room", `cannot look after the kept files: ${message}`, {}, message);
  }
}
