import type { Clock } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../../platform/log/log-limiter.ts";
import { formatBytes, plural } from "../../platform/units.ts";
import type { KeptFile } from "../../protocol/messages/kept.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { bytesToFree } from "./disk-reserve.ts";
import type { KeptFolders, KeptLocation } from "./kept-folders.ts";
import type { KeptIndex } from "./kept-index.ts";

export interface KeptDeletionDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  /** Knows whether the shared folder is there: nothing is deleted while it is not. */
  readonly guard: Pick<FolderGuard, "checkPresent">;
  readonly index: KeptIndex;
  readonly folders: KeptFolders;
}

/** Deletes kept files, the oldest first. One deletion follows the other, or two of them would free the same space. */
export class KeptDeletion {
  /** By serial number: files that are being put back, and must not be deleted meanwhile. */
  private readonly restoring = new Set<number>();
  private last: Promise<unknown> = Promise.resolve();
  private trim: "none" | "scheduled" = "none";
  private readonly limitedLog: LogLimiter;

  constructor(private readonly deps: KeptDeletionDeps) {
    this.limitedLog = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
  }

  /** Resolves once nothing is being deleted. */
  async idle(): Promise<void> {
    await this.last;
  }

  /**
   * Deletes the oldest files until the disk of a staging folder (that of the shared folder itself where none is given)
   * has `bytes` free. Resolves with the bytes that are free then. Where all of them would not be enough, none is deleted.
   */
  freeSpace(bytes: number, staging?: string): Promise<number> {
    return this.exclusively(async () => {
      const { disk, folders } = this.deps;
      const location = staging === undefined ? folders.main : await folders.openAt(staging);
      let free = await disk.freeBytes(location.staging);
      if (free + this.bytesAt(location) < bytes) return free;
      const deleteSome = () => this.deleteOldest(location, bytes - free, "their room is needed");
      while (free < bytes && (await deleteSome()) > 0) free = await disk.freeBytes(location.staging);
      return free;
    });
  }

  /** Bytes of the kept files on the disk of a staging folder. Rejects with DiskError. */
  async bytesIn(staging: string): Promise<number> {
    return this.bytesAt(await this.deps.folders.openAt(staging));
  }

  /** Deletes the oldest files of a location that have `bytes` together; resolves with the number of files. */
  deleteAt(location: KeptLocation, bytes: number): Promise<number> {
    return this.exclusively(() => this.deleteOldest(location, bytes, "their room is needed"));
  }

  /** Deletes the files that left the shared folder at `time` or before: milliseconds since 1970. */
  deleteOlderThan(time: number): void {
    const expired = [...this.deps.index.oldest()].filter(({ at }) => at <= time);
    if (expired.length > 0) void this.exclusively(() => this.delete(expired, "their days are over"));
  }

  /** Deletes the oldest files that are too many for their disks. */
  trimToReserve(): void {
    if (this.trim === "scheduled") return;
    this.trim = "scheduled";
    void this.exclusively(async () => {
      this.trim = "none";
      if (!(await this.deps.guard.checkPresent())) return;
      for (const location of this.deps.folders.all()) {
        await this.trimLocation(location).catch((error: Error) => this.warn(error));
      }
    });
  }

  /** Does not delete a file while `work` puts it back; null when somebody else is doing that already. */
  async withhold<T>({ serial }: KeptFile, work: () => Promise<T>): Promise<T | null> {
    if (this.restoring.has(serial)) return null;
    this.restoring.add(serial);
    try {
      return await work();
    } finally {
      this.restoring.delete(serial);
    }
  }

  /** The file is not in its place any more; false when the index does not have it. */
  removeFromIndex(file: KeptFile): boolean {
    this.deps.folders.delete(file);
    return this.deps.index.delete(file);
  }

  private async trimLocation(location: KeptLocation): Promise<void> {
    const { disk } = this.deps;
    const { staging } = location;
    const kept = this.bytesAt(location);
    if (kept === 0) return;
    const bytes = bytesToFree({ capacity: await disk.totalBytes(staging), free: await disk.freeBytes(staging) }, kept);
    await this.deleteOldest(location, bytes, "the disk would be too full");
  }

  /** Bytes of the files in a location. */
  private bytesAt(location: KeptLocation): number {
    const { index, folders } = this.deps;
    if ([...folders.all()].length === 1) return index.bytes;
    let sum = 0;
    for (const file of index.oldest()) if (folders.locationOf(file) === location) sum += file.size;
    return sum;
  }

  private deleteOldest(location: KeptLocation, bytes: number, why: string): Promise<number> {
    const { index, folders } = this.deps;
    const files: KeptFile[] = [];
    let sum = 0;
    for (const file of index.oldest()) {
      if (sum >= bytes) break;
      if (this.restoring.has(file.serial) || folders.locationOf(file) !== location) continue;
      files.push(file);
      sum += file.size;
    }
    return this.delete(files, why);
  }

  private async delete(files: readonly KeptFile[], why: string): Promise<number> {
    const { folders, guard, log } = this.deps;
    if (files.length === 0 || !(await guard.checkPresent())) return 0;
    let count = 0;
    let bytes = 0;
    let fault: unknown = null;
    for (const file of files) {
      const { folder } = folders.locationOf(file);
      if (this.restoring.has(file.serial) || !this.removeFromIndex(file)) continue;
      try {
        await folder.remove(file);
        count += 1;
        bytes += file.size;
      } catch (error) {
        fault ??= error;
      }
    }
    const text = `let ${plural(count, "kept file")} go (${formatBytes(bytes)}): ${why}`;
    if (count > 0) log.info("kept-gone", text, { files: count, bytes });
    const reason = fault instanceof Error ? fault.message : fault;
    if (fault) log.warn("kept-stays", `a kept file cannot be removed: ${reason}`);
    return count;
  }

  /** Does one thing after the other. An error is logged, and is the caller's too. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch((error: Error) => this.warn(error));
    return done;
  }

  private warn({ message }: Error): void {
    this.limitedLog.warn("kept-room", `cannot look after the kept files: ${message}`, {}, message);
  }
}
