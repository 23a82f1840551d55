import type { Cancel, Clock } from "../../platform/clock.ts";
import { type ContentState, contentState, sameContent } from "../../platform/content-state.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { FileIndex, FilePlace } from "../file-index.ts";
import { SharedDescriptor } from "./shared-descriptor.ts";

/** Most descriptors open at once, where the real limit of the process allows more. */
const MAX_DESCRIPTORS = 256;
/** Milliseconds after its last use for which a version without a name is served: a download asks again much sooner. */
const UNNAMED_TTL_MS = 60_000;

export interface DescriptorCacheDeps {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly index: Pick<FileIndex, "byId" | "hashes" | "placesOf" | "recheck" | "onLeaving">;
  /** Descriptors open at once. */
  readonly limit?: number;
}

export interface OpenFile {
  readonly fd: number;
  /** Bytes. */
  readonly size: number;
  /** How the file was when its content was verified. */
  readonly state: ContentState;
  /**
   * Must be called once, when the descriptor is not read from any more. `unreadable`: it could not be read from, so that
   * the next reader opens the file anew. A descriptor from before its disk was away for a moment never works again.
   */
  release(unreadable?: boolean): void;
}

/** A file in the cache. */
interface CachedFile {
  readonly id: string;
  readonly place: FilePlace;
  readonly descriptor: SharedDescriptor;
  /** Piece hashes, once no name has the version any more: the index forgets them then. */
  hashes: Promise<Uint8Array | null> | null;
  /** Milliseconds on the steady clock. */
  lastUse: number;
}

/** A file that was opened just now is in use until those who wait for it have it: others would close it before that. */
interface NewDescriptor {
  release(): void;
}

/**
 * Open files of the versions that are served. A version that is replaced or deleted while it is open loses its name; it
 * is served on from the open file until nobody has used it for a minute.
 */
export class DescriptorCache {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly index: DescriptorCacheDeps["index"];
  private readonly limit: number;
  /** By version; the least recently used is first. */
  private readonly files = new Map<string, CachedFile>();
  private readonly opening = new Map<string, Promise<NewDescriptor | null>>();
  /** Descriptors that are being opened and are not among the files yet. */
  private reserved = 0;
  private waiters: (() => void)[] = [];
  private cancelSweep: Cancel | null = null;
  private closed = false;

  constructor({ disk, clock, index, limit = MAX_DESCRIPTORS }: DescriptorCacheDeps) {
    this.disk = disk;
    this.clock = clock;
    this.index = index;
    this.limit = limit;
    index.onLeaving((id) => this.retainHashes(id));
  }

  /**
   * A descriptor of version `id`; null when it is not here, or not any more as it was. Waits while all descriptors are
   * in use. Rejects with DiskError `limit` when this process or machine has too much open.
   */
  async acquire(id: string): Promise<OpenFile | null> {
    // A second time, because another name may have the version that this one has lost.
    return (await this.tryAcquire(id)) ?? (this.index.byId(id) ? await this.tryAcquire(id) : null);
  }

  /** Whether a file of version `id` is known that is like this. */
  isVerified(id: string, state: ContentState): boolean {
    return this.index.placesOf(id).some(({ fingerprint }) => sameContent(fingerprint, state));
  }

  /** The piece hashes of a version that is here, with or without a name. */
  async hashes(id: string): Promise<Uint8Array | null> {
    return (await this.index.hashes(id)) ?? (await this.files.get(id)?.hashes) ?? null;
  }

  /** Whether somebody waits until another one releases a descriptor. */
  get hasWaiters(): boolean {
    return this.waiters.length > 0;
  }

  /** Whether version `id` can be served: some name has it, or it is still open. */
  canServe(id: string): boolean {
    return this.files.has(id) || this.index.byId(id) !== undefined;
  }

  /** The open file of version `id` has the wrong content: no new reader gets it. */
  invalidate(id: string): void {
    const file = this.files.get(id);
    if (file) this.remove(file);
  }

  /** No new reader gets a descriptor that is open now: the shared folder may be on another disk when it comes back. */
  invalidateAll(): void {
    for (const file of [...this.files.values()]) this.remove(file);
  }

  /** Closes what is not in use now, and the rest as it is released. */
  close(): void {
    this.closed = true;
    this.cancelSweep?.();
    this.invalidateAll();
    this.notifyWaiters();
  }

  private async tryAcquire(id: string): Promise<OpenFile | null> {
    if (this.closed) return null;
    let found = this.files.get(id);
    while (!found) {
      if (!(await (this.opening.get(id) ?? this.openOnce(id)))) return null;
      // It may have been invalidated meanwhile.
      found = this.files.get(id);
    }
    const file = found;
    // In use from here on: nobody closes it during the check below.
    const release = this.use(file);
    const stat = await this.disk.fstat(file.descriptor.fd).catch(() => null);
    if (!stat || !sameContent(stat, file.place.fingerprint) || !this.isCurrent(file) || this.closed) {
      this.remove(file);
      release();
      this.index.recheck(file.place.name);
      return null;
    }
    if (this.files.get(id) === file) {
      this.files.delete(id);
      this.files.set(id, file);
    }
    return {
      fd: file.descriptor.fd,
      size: file.place.fingerprint.size,
      state: contentState(file.place.fingerprint),
      release: (unreadable = false) => {
        if (unreadable) this.removeUnreadable(file);
        release();
      },
    };
  }

  /**
   * Whether the open file is one that has a name, or none has the version any more. Another file may have come in its
   * place with the same content: then the open one may be what somebody put back because it was damaged.
   */
  private isCurrent({ id, place }: CachedFile): boolean {
    let named = false;
    for (const { fingerprint } of this.index.placesOf(id)) {
      if (sameContent(fingerprint, place.fingerprint)) return true;
      named = true;
    }
    return !named;
  }

  /** Counts a reader of a file. The result ends that. */
  private use(file: CachedFile): () => void {
    const release = file.descriptor.acquire();
    file.lastUse = this.clock.now();
    return () => {
      release();
      file.lastUse = this.clock.now();
      if (!file.descriptor.inUse) this.notifyWaiters();
    };
  }

  /** Opens version `id` once for all who ask for it meanwhile. */
  private openOnce(id: string): Promise<NewDescriptor | null> {
    const opening = this.open(id);
    this.opening.set(id, opening);
    const over = (opened: NewDescriptor | null) => {
      this.opening.delete(id);
      // All who wait for the file run before this microtask.
      queueMicrotask(opened ? opened.release : () => this.notifyWaiters());
    };
    opening.then(over, () => over(null));
    return opening;
  }

  private async open(id: string): Promise<NewDescriptor | null> {
    // Those that wait here have no descriptor and are not counted: otherwise they would wait for each other.
    while (this.files.size + this.reserved >= this.limit && !this.evict()) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
      if (this.closed || !this.index.byId(id)) return null;
    }
    this.reserved += 1;
    try {
      return await this.openPlace(id);
    } finally {
      this.reserved -= 1;
    }
  }

  /** Opens the first of the files that have version `id`. */
  private async openPlace(id: string): Promise<NewDescriptor | null> {
    for (const place of this.index.placesOf(id)) {
      const descriptor = await this.tryOpen(place);
      // A version that lost its name meanwhile was not in the cache then: nobody has kept its hashes.
      if (descriptor && !this.closed && this.index.byId(id)) {
        const file: CachedFile = { id, place, descriptor, hashes: null, lastUse: this.clock.now() };
        this.files.set(id, file);
        return { release: this.use(file) };
      }
      descriptor?.retire();
      this.index.recheck(place.name);
    }
    return null;
  }

  /** Null when the file cannot be read, or is not as the index knows it. */
  private async tryOpen({ path, bounds, fingerprint }: FilePlace): Promise<SharedDescriptor | null> {
    let fd: number;
    try {
      fd = await this.disk.open(path, "read", bounds);
    } catch (error) {
      if (!(error instanceof DiskError) || error.failure !== "limit") return null;
      // That too much is open says nothing about the file.
      this.evict();
      throw error;
    }
    const descriptor = new SharedDescriptor(this.disk, fd);
    const stat = await this.disk.fstat(fd).catch(() => null);
    if (stat && sameContent(stat, fingerprint)) return descriptor;
    descriptor.retire();
    return null;
  }

  /** Closes the least recently used descriptor; false when all are in use. */
  private evict(): boolean {
    let unused: CachedFile | undefined;
    for (const file of this.files.values()) {
      if (file.descriptor.inUse) continue;
      // What can be opened again goes before what cannot.
      if (this.index.byId(file.id)) {
        unused = file;
        break;
      }
      unused ??= file;
    }
    if (unused) this.remove(unused);
    return unused !== undefined;
  }

  /** Removes a file from the cache: it is closed now, or when its last reader releases it. */
  private remove(file: CachedFile): void {
    if (this.files.get(file.id) === file) this.files.delete(file.id);
    file.descriptor.retire();
  }

  private removeUnreadable(file: CachedFile): void {
    this.remove(file);
    this.index.recheck(file.place.name);
  }

  /** A name is about to lose version `id`: without the hashes no new reader could have it. */
  private retainHashes(id: string): void {
    const file = this.files.get(id);
    if (!file) return;
    file.hashes = this.index.hashes(id).catch(() => null);
    this.sweepLater();
  }

  private sweepLater(): void {
    this.cancelSweep ??= this.clock.after(UNNAMED_TTL_MS, () => this.sweep());
  }

  /** Removes the versions without a name that nobody has used for long enough. */
  private sweep(): void {
    this.cancelSweep = null;
    let remaining = false;
    for (const file of [...this.files.values()]) {
      if (this.index.byId(file.id)) file.hashes = null;
      else if (!file.descriptor.inUse && this.clock.now() - file.lastUse >= UNNAMED_TTL_MS) this.remove(file);
      else remaining = true;
    }
    if (remaining) this.sweepLater();
  }

  private notifyWaiters(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
