import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../../platform/log/log-limiter.ts";
import { formatBytes, plural } from "../../platform/units.ts";
import type { DepartureReason, KeptFile } from "../../protocol/messages/kept.ts";
import { numberOf } from "../../protocol/versions/version-vector.ts";
import type { Keeper, KeptPlace } from "../changes/keeper.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { type FileRecord, type Fingerprint, fingerprintOf } from "../index/file-record.ts";
import { type Home, Homes } from "./homes.ts";
import { KeptIndex } from "./kept-index.ts";
import { excess } from "./room.ts";

/** Milliseconds between looks at what is to go, at most and at least; in between, a tenth of what it is kept for. */
const MOST_PERIOD = 10_000;
const LEAST_PERIOD = 500;
const DAY = 24 * 3600 * 1000;
/** Bytes freed, at least, for what the disk refuses to make. */
const LITTLE = 1024 * 1024;

export interface KeptDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  /** Knows whether the shared folder is there: what is kept elsewhere is not touched. */
  readonly guard: Pick<FolderGuard, "checkPresent">;
  /** The work folder on the file system where a file of the shared folder is: a real path. Rejects with DiskError. */
  workshopOf(name: string): Promise<string>;
}

export interface KeptOptions {
  /** The shared folder. */
  readonly share: string;
  /** How the folders in it are called that are not shared. */
  readonly workshop: string;
  /** For how many days files are kept; 0: not at all. */
  readonly days: number;
}

/** Which version of a name: any, or one with this number or id. */
export type KeptVersion = Partial<Pick<KeptFile, "number" | "id">>;

/** Files that left the shared folder, until their days are over or their room is needed: the oldest go first. */
export class Kept implements Keeper {
  private readonly index = new KeptIndex();
  private homes: Homes | null = null;
  private last = 0;
  /** Those that are being put back: they must not go meanwhile. */
  private readonly returning = new Set<number>();
  /** One after the other, or each of them would free the same room. */
  private freeing: Promise<unknown> = Promise.resolve();
  private trimming = false;
  private cancel: Cancel = () => {};
  private readonly complaints: LogLimiter;

  constructor(
    private readonly deps: KeptDeps,
    private readonly options: KeptOptions,
  ) {
    this.complaints = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
  }

  /** Reads what is there. The shared folder and its workshop must be there. Throws DiskError. */
  async start(): Promise<void> {
    // Read in a start that failed after that.
    if (this.homes) return;
    const { disk, clock } = this.deps;
    const { share, workshop } = this.options;
    const homes = await Homes.open(disk, (await disk.realpath(share)) ?? share, workshop);
    const all: KeptFile[] = [];
    for (const home of homes.all()) {
      const { files, last } = await home.folder.read();
      for (const file of files) homes.moveIn(file, home);
      all.push(...files);
      this.last = Math.max(this.last, last);
    }
    for (const file of all.sort((left, right) => left.serial - right.serial)) this.index.add(file);
    this.homes = homes;
    const period = Math.max(LEAST_PERIOD, Math.min(MOST_PERIOD, (this.options.days * DAY) / 10));
    this.cancel = every(clock, period, () => this.look());
    this.look();
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.freeing;
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
    if (!file || !this.homes) return null;
    const path = this.homes.of(file).folder.pathOf(file);
    const stat = await this.deps.disk.lstat(path);
    return stat?.kind === "file" ? { path, fingerprint: fingerprintOf(stat) } : null;
  }

  async place(record: FileRecord, why: DepartureReason): Promise<KeptPlace | null> {
    const { homes } = this;
    if (this.options.days === 0 || !homes) return null;
    const home = await homes.at(await this.deps.workshopOf(record.name));
    const { folder } = home;
    this.last += 1;
    const at = Math.floor(this.deps.clock.wall() / 1000) * 1000;
    const { name, id, size } = record;
    // What was edited since has no number of its own yet.
    const number = record.changed ? 0 : numberOf(record.vector);
    const file: KeptFile = { at, serial: this.last, why, number, id, name, size };
    if (!(await this.prepare(home, file))) return null;
    return {
      path: folder.pathOf(file),
      sync: () => folder.sync(file),
      kept: () => {
        this.index.add(file);
        homes.moveIn(file, home);
        this.trim();
      },
      unused: () => folder.tidy(file),
    };
  }

  /** Has a kept file put back by `put`, which is told its path, and says whether it has done so. Rejects where it is gone. */
  async giveBack(file: KeptFile, put: (path: string) => Promise<boolean>): Promise<boolean> {
    const { homes } = this;
    if (!homes || this.returning.has(file.serial)) return false;
    const { folder } = homes.of(file);
    this.returning.add(file.serial);
    try {
      const path = folder.pathOf(file);
      if (!(await this.deps.disk.lstat(path))) {
        if (!(await this.deps.guard.checkPresent())) throw new Error("the shared folder is not there");
        this.forget(file);
        throw new Error(`${path} is not there any more`);
      }
      if (!(await put(path))) return false;
      this.forget(file);
      await folder.tidy(file);
      return true;
    } finally {
      this.returning.delete(file.serial);
    }
  }

  /**
   * Lets the oldest kept files go until a work folder's disk (that of the shared folder itself where none is given) has
   * `bytes` free. Gives how many it has then. Where all of them would not do, none goes.
   */
  makeRoom(bytes: number, workshop?: string): Promise<number> {
    return this.alone(async () => {
      const { disk } = this.deps;
      const home = this.homes && (workshop === undefined ? this.homes.main : await this.homes.at(workshop));
      if (!home) return disk.freeBytes(workshop ?? this.options.share);
      let free = await disk.freeBytes(home.workshop);
      if (free + this.bytesAt(home) < bytes) return free;
      const needed = () => this.release(home, bytes - free, "their room is needed");
      while (free < bytes && (await needed()) > 0) free = await disk.freeBytes(home.workshop);
      return free;
    });
  }

  /** Makes the folders for a file; false when the disk has no room even for that. */
  private async prepare(home: Home, file: KeptFile): Promise<boolean> {
    for (;;) {
      try {
        await home.folder.prepare(file);
        return true;
      } catch (error) {
        if (!(error instanceof DiskError) || error.failure !== "full") throw error;
      }
      if ((await this.alone(() => this.release(home, LITTLE, "their room is needed"))) > 0) continue;
      const text = `${file.name} leaves the shared folder and cannot be kept: the disk is full`;
      this.deps.log.warn("not-kept", text, { name: file.name });
      return false;
    }
  }

  /** Lets those go of which the days are over, and those that are too many for the disk. */
  private look(): void {
    if (this.index.count === 0) return;
    const over = this.deps.clock.wall() - this.options.days * DAY;
    const old = [...this.index.oldest()].filter(({ at }) => at <= over);
    if (old.length > 0) void this.alone(() => this.discard(old, "their days are over"));
    this.trim();
  }

  /** Lets the oldest go that are too many for their disk. */
  private trim(): void {
    if (this.trimming) return;
    this.trimming = true;
    void this.alone(async () => {
      this.trimming = false;
      if (!(await this.deps.guard.checkPresent())) return;
      for (const home of this.homes?.all() ?? [])
        await this.trimHome(home).catch((error: Error) => this.complain(error));
    });
  }

  private async trimHome(home: Home): Promise<void> {
    const { disk } = this.deps;
    const { workshop } = home;
    const kept = this.bytesAt(home);
    if (kept === 0) return;
    const bytes = excess({ capacity: await disk.totalBytes(workshop), free: await disk.freeBytes(workshop) }, kept);
    if (bytes > 0) await this.release(home, bytes, "the disk would be too full");
  }

  /** Bytes of the files in a home. */
  private bytesAt(home: Home): number {
    const homes = [...(this.homes?.all() ?? [])];
    if (homes.length === 1) return this.index.bytes;
    let sum = 0;
    for (const file of this.index.oldest()) if (this.homes?.of(file) === home) sum += file.size;
    return sum;
  }

  /** Lets the oldest in a home go that have so many bytes together; gives how many these were. */
  private release(home: Home, bytes: number, why: string): Promise<number> {
    const files: KeptFile[] = [];
    let sum = 0;
    for (const file of this.index.oldest()) {
      if (sum >= bytes) break;
      if (this.returning.has(file.serial) || this.homes?.of(file) !== home) continue;
      files.push(file);
      sum += file.size;
    }
    return this.discard(files, why);
  }

  private async discard(files: readonly KeptFile[], why: string): Promise<number> {
    const { homes } = this;
    if (!homes || files.length === 0 || !(await this.deps.guard.checkPresent())) return 0;
    let gone = 0;
    let bytes = 0;
    let fault: unknown = null;
    for (const file of files) {
      const { folder } = homes.of(file);
      if (this.returning.has(file.serial) || !this.forget(file)) continue;
      try {
        await folder.discard(file);
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
  private forget(file: KeptFile): boolean {
    this.homes?.moveOut(file);
    return this.index.delete(file);
  }

  /** Does one thing after the other. What the disk refuses is told. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.freeing.then(work);
    this.freeing = done.catch((error: Error) => this.complain(error));
    return done;
  }

  private complain({ message }: Error): void {
    this.complaints.warn("kept-room", `cannot look after the kept files: ${message}`, {}, message);
  }
}
