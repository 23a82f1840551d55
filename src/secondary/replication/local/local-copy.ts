import { join } from "node:path";
import type { Hashing } from "../../../hashing/hashing.ts";
import type { BatchDisk } from "../../../platform/disk/batch-disk.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import type { StagedFile } from "../../changes/folder-changes.ts";
import type { CopyOrder } from "../copy-queue.ts";
import type { SpaceReservation } from "../placement/disk-space.ts";
import type { LocalContent, LocalSource } from "./local-content.ts";

/** Most places that are tried for a file. */
const MAX_SOURCES_TRIED = 6;

export interface LocalCopyDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly hasher: Pick<Hashing, "copy">;
  readonly content: LocalContent;
  /** Takes care of those that cannot be put into place. `left` gives the bytes to come of each of the others. Does not reject. */
  admit(orders: readonly CopyOrder[], left: (order: CopyOrder) => number): Promise<AdmittedLocally>;
  /** Puts copies under their names, and tells of those that are refused; gives the others. Does not reject. */
  install(deliveries: readonly StagedFile[]): Promise<readonly StagedFile[]>;
}

/** Those of some orders that can be put into place. */
export interface AdmittedLocally {
  readonly orders: readonly CopyOrder[];
  /** Where they are staged. */
  readonly staging: string;
  /** Room for them; null: there is none, so that they can only be clones. */
  readonly reservation: SpaceReservation | null;
}

/** A file that got its content from a place on this disk. */
export interface LocallyCopied {
  readonly order: CopyOrder;
  readonly from: LocalSource;
}

export interface LocalOutcome {
  readonly copied: readonly LocallyCopied[];
  /** What is still wanted and must come from others. */
  readonly remaining: readonly CopyOrder[];
}

interface VerifiedCopy extends LocallyCopied {
  readonly delivery: StagedFile;
}

/** Files copied together from other places on this disk, and verified, into a folder that is made for them. */
export class LocalCopy {
  private readonly withdrawn = new Set<string>();
  /** Bytes that are done, by name. */
  private readonly doneBytes = new Map<string, number>();
  private stopped = false;
  private writable = false;

  constructor(
    private readonly deps: LocalCopyDeps,
    readonly orders: readonly CopyOrder[],
    /** What the folder is called that is made for them. */
    private readonly folderName: string,
  ) {}

  /** Whether it copies a version to a name, and is still to do so. */
  isCopying(name: string, id: string): boolean {
    return this.orders.some((order) => order.name === name && order.id === id && this.wants(order));
  }

  doneBytesOf(name: string): number {
    return this.doneBytes.get(name) ?? 0;
  }

  /** A name is not wanted any more. */
  withdraw(name: string): void {
    this.withdrawn.add(name);
  }

  /** Ends it soon. */
  stop(): void {
    this.stopped = true;
  }

  /** To be called once. Never rejects: what could not be copied is left. */
  async run(): Promise<LocalOutcome> {
    const most = await this.allocatedBytes().catch(() => null);
    const left = ({ name, size }: CopyOrder) => Math.min(size - this.doneBytesOf(name), most ?? size);
    const { orders, staging, reservation } = await this.deps.admit(this.orders, left);
    this.writable = reservation !== null;
    const folder = join(staging, this.folderName);
    const made = orders.length === 0 ? [] : await this.copyAll(orders, folder).catch((): VerifiedCopy[] => []);
    const wanted = made.filter(({ order }) => this.wants(order));
    const delivered = new Set(wanted.length > 0 ? await this.deps.install(wanted.map(({ delivery }) => delivery)) : []);
    reservation?.release();
    const refused = made.filter(({ delivery }) => !delivered.has(delivery));
    if (orders.length > 0) await this.discard(refused, folder);
    const tried = new Set(wanted.map(({ order }) => order));
    return {
      copied: wanted.filter(({ delivery }) => delivered.has(delivery)),
      remaining: orders.filter((order) => this.wants(order) && !tried.has(order)),
    };
  }

  /** Bytes that the copy of a single file takes on a disk at most: a sparse one takes less than its size. Null: not known. */
  private async allocatedBytes(): Promise<number | null> {
    const [order] = this.orders;
    if (!order || this.orders.length > 1) return null;
    const [place] = await this.deps.content.sources(order.id);
    const stat = place ? await this.deps.disk.stat(place.path) : null;
    return stat && stat.size === order.size ? stat.allocated : null;
  }

  private wants({ name }: CopyOrder): boolean {
    return !this.stopped && !this.withdrawn.has(name);
  }

  private async copyAll(orders: readonly CopyOrder[], folder: string): Promise<VerifiedCopy[]> {
    await this.deps.disk.makeSubfolder(folder);
    // All of them must be over before the folder goes, so that one alone may fail.
    const copying = orders.map((order, index) => this.copy(order, join(folder, String(index))).catch(() => null));
    const copies = (await Promise.all(copying)).filter((one) => one !== null);
    try {
      await this.sync(copies, folder);
      return copies;
    } catch {
      await this.discard(copies, folder);
      return [];
    }
  }

  /** Copies one file from the first place that has its content; null when none has. */
  private async copy(order: CopyOrder, temp: string): Promise<VerifiedCopy | null> {
    const { hasher, content, disk } = this.deps;
    const { name, id, size, vector, edits, modified, blake3 } = order;
    const told = (done: number) => {
      this.doneBytes.set(name, done);
      return this.wants(order);
    };
    for await (const from of this.sourcesOf(id)) {
      if (!this.wants(order)) return null;
      const hashed = await hasher
        .copy(from.path, size, { path: temp, modified, cloneOnly: !this.writable }, told)
        .catch(() => null);
      if (hashed?.id === id) {
        const { hashes } = hashed;
        const version = { id, size };
        const descent = { vector, edits, modified, blake3 };
        return { order, from, delivery: { name, version, hashes, ...descent, temp, unnamed: null } };
      }
      await disk.remove(temp).catch(() => {});
      if (hashed) await content.reportMismatch(from, id, hashed.hashes);
    }
    return null;
  }

  /** Places that may have the content, each once. What goes elsewhere meanwhile, to the kept files say, is found there. */
  private async *sourcesOf(id: string): AsyncGenerator<LocalSource> {
    const tried = new Set<string>();
    while (tried.size < MAX_SOURCES_TRIED) {
      const places = await this.deps.content.sources(id);
      const next = places.find(({ path }) => !tried.has(path));
      if (!next) return;
      tried.add(next.path);
      yield next;
    }
  }

  /** Brings the copies to the disk. */
  private async sync(copies: readonly VerifiedCopy[], folder: string): Promise<void> {
    const { batches, disk } = this.deps;
    if (copies.length > 1 && (await batches.syncfs(folder))) return;
    for (const { delivery } of copies) {
      const fd = await disk.open(delivery.temp, "read");
      try {
        await disk.sync(fd);
      } finally {
        await disk.close(fd);
      }
    }
  }

  private async discard(copies: readonly VerifiedCopy[], folder: string): Promise<void> {
    const { disk } = this.deps;
    for (const { delivery } of copies) await disk.remove(delivery.temp).catch(() => {});
    await disk.removeFolder(folder);
  }
}
