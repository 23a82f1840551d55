import type { Cancel, Clock } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { FileIndex } from "../index/file-index.ts";
import { sameContent } from "../index/file-record.ts";
import { Descriptor } from "./shared-descriptor.ts";

/** Most descriptors open at once. */
const MAX_DESCRIPTORS = 256;
/** Milliseconds for which a version that no name holds any more stays servable after its last use. */
const UNUSED_TTL_MS = 60_000;

export interface SharedFile {
  readonly fd: number;
  /** Bytes. */
  readonly size: number;
  /** Must be called once, when the descriptor is not read from any more. */
  release(): void;
}

/**
 * Descriptors of the versions being served. A version that is replaced or deleted while its descriptor is open is
 * retired: it goes on being served, from the file that has no name any more, until nobody has used it for a minute.
 */
export class DescriptorCache {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly index: FileIndex;
  private readonly limit: number;
  /** By version id; the one used last comes last. */
  private readonly open = new Map<string, Descriptor>();
  private readonly opening = new Map<string, Promise<Descriptor | null>>();
  private waiters: (() => void)[] = [];
  private sweep: Cancel | null = null;
  private closed = false;

  constructor(deps: { disk: Disk; clock: Clock; index: FileIndex; limit?: number }) {
    this.disk = deps.disk;
    this.clock = deps.clock;
    this.index = deps.index;
    this.limit = deps.limit ?? MAX_DESCRIPTORS;
    this.index.onLeaving((id) => this.keepUntilUnused(id));
  }

  /**
   * A descriptor of version `id`; null when it is not here, or not any more as it was. Waits while all descriptors are
   * in use. Rejects with DiskError `limit` when this process or machine has too much open.
   */
  async acquire(id: string): Promise<SharedFile | null> {
    // A second time, because another name may hold the version that this one has lost.
    return (await this.tryAcquire(id)) ?? (this.index.byId(id) ? await this.tryAcquire(id) : null);
  }

  /** The piece hashes of a version that is here or retired. */
  async hashes(id: string): Promise<Uint8Array | null> {
    return (await this.index.hashes(id)) ?? (await this.open.get(id)?.hashes) ?? null;
  }

  /** Whether somebody waits until another one releases a descriptor. */
  get hasWaiters(): boolean {
    return this.waiters.length > 0;
  }

  /** Whether version `id` can be served: some name holds it, or it is retired. */
  canServe(id: string): boolean {
    return this.open.has(id) || this.index.byId(id) !== undefined;
  }

  /** The file of version `id` is not what it should be: nobody gets it any more who has not got it yet. */
  invalidate(id: string): void {
    const file = this.open.get(id);
    if (file) this.discard(file);
  }

  /** Nobody gets a descriptor any more that is open now: the disk may be another one when the next is wanted. */
  invalidateAll(): void {
    for (const file of [...this.open.values()]) this.discard(file);
  }

  /** Closes what is not in use now, and the rest as it is released. */
  close(): void {
    this.closed = true;
    this.sweep?.();
    for (const file of [...this.open.values()]) this.discard(file);
    this.wake();
  }

  private async tryAcquire(id: string): Promise<SharedFile | null> {
    if (this.closed) return null;
    let file = this.open.get(id);
    while (!file) {
      if (!(await (this.opening.get(id) ?? this.begin(id)))) return null;
      // Somebody who needed a place may have closed it again already.
      file = this.open.get(id);
    }
    const taken = file;
    // In use from here on: nobody closes it during the check below.
    taken.take(this.clock.now());
    const stat = await this.disk.fstat(taken.fd).catch(() => null);
    if (!stat || !sameContent(stat, taken.place.fingerprint) || this.closed) {
      this.discard(taken);
      this.release(taken);
      this.index.recheck(taken.place.name);
      return null;
    }
    if (this.open.get(id) === taken) {
      this.open.delete(id);
      this.open.set(id, taken);
    }
    let released = false;
    const release = () => {
      if (!released) this.release(taken);
      released = true;
    };
    return { fd: taken.fd, size: taken.place.fingerprint.size, release };
  }

  private begin(id: string): Promise<Descriptor | null> {
    // Begun in a later turn, so that it counts itself among those being opened.
    const opening = Promise.resolve()
      .then(() => this.find(id))
      .finally(() => {
        this.opening.delete(id);
        this.wake();
      });
    this.opening.set(id, opening);
    return opening;
  }

  private async find(id: string): Promise<Descriptor | null> {
    while (this.open.size + this.opening.size > this.limit && !this.evict()) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
      if (this.closed || !this.index.byId(id)) return null;
    }
    for (const place of this.index.placesOf(id)) {
      const fd = await this.tryOpen(place.path);
      if (fd === null) {
        this.index.recheck(place.name);
        continue;
      }
      const file = new Descriptor(id, fd, place);
      const stat = await this.disk.fstat(fd).catch(() => null);
      // One that was replaced meanwhile was not retired, for it was not open yet: its hashes are lost.
      if (stat && sameContent(stat, place.fingerprint) && !this.closed && this.index.byId(id)) {
        this.open.set(id, file);
        return file;
      }
      this.closeDescriptor(file);
      this.index.recheck(place.name);
    }
    return null;
  }

  /** Null when there is nothing that can be read. That too much is open is no reason to think so. */
  private async tryOpen(path: string): Promise<number | null> {
    try {
      return await this.disk.open(path, "read");
    } catch (error) {
      if (!(error instanceof DiskError) || error.failure !== "limit") return null;
      this.evict();
      throw error;
    }
  }

  private release(file: Descriptor): void {
    file.put(this.clock.now());
    if (file.users > 0) return;
    if (this.open.get(file.id) !== file) this.closeDescriptor(file);
    this.wake();
  }

  /** Closes the descriptor that was not used for longest; false when all are in use. */
  private evict(): boolean {
    let victim: Descriptor | undefined;
    for (const file of this.open.values()) {
      if (file.users > 0) continue;
      // What can be opened again goes before what cannot.
      if (this.index.byId(file.id)) {
        victim = file;
        break;
      }
      victim ??= file;
    }
    if (victim) this.discard(victim);
    return victim !== undefined;
  }

  /** Nobody gets it any more; it is closed now, or when the last user releases it. */
  private discard(file: Descriptor): void {
    if (this.open.get(file.id) === file) this.open.delete(file.id);
    if (file.users === 0) this.closeDescriptor(file);
  }

  private closeDescriptor(file: Descriptor): void {
    // A read-only descriptor loses nothing when closing it fails.
    this.disk.close(file.fd).catch(() => {});
  }

  private keepUntilUnused(id: string): void {
    const file = this.open.get(id);
    if (!file) return;
    // Without them nobody new can have it.
    file.hashes = this.index.hashes(id).catch(() => null);
    this.sweepLater();
  }

  private sweepLater(): void {
    this.sweep ??= this.clock.after(UNUSED_TTL_MS, () => this.sweepNow());
  }

  private sweepNow(): void {
    this.sweep = null;
    let left = false;
    for (const file of [...this.open.values()]) {
      if (this.index.byId(file.id)) file.hashes = null;
      else if (file.users === 0 && this.clock.now() - file.usedAt >= UNUSED_TTL_MS) this.discard(file);
      else left = true;
    }
    if (left) this.sweepLater();
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
