import { join } from "node:path";
import type { Hashing } from "../../../hashing/hashing.ts";
import type { BatchDisk } from "../../../platform/disk/batch-disk.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import type { StagedFile } from "../../changes/staged-file.ts";
import type { CopyAdmission } from "../copy-admission.ts";
import { type CopyOrder, stagedFileOf } from "../copy-order.ts";
import type { Installer } from "../installer.ts";
import type { CopyDestination } from "../ports.ts";
import type { LocalCopies, LocalSource } from "./local-content.ts";

/** Most files that are read to find the content of one version: all may have been changed, and reading takes long. */
const MAX_SOURCES_TRIED = 6;

export interface LocalCopyDeps {
  readonly disk: Pick<Disk, "stat" | "open" | "sync" | "close" | "remove" | "makeSubfolder" | "removeFolder">;
  readonly batches: Pick<BatchDisk, "syncfs">;
  readonly hasher: Pick<Hashing, "copy">;
  readonly content: LocalCopies;
  readonly admission: Pick<CopyAdmission, "admitLocal">;
  readonly installer: Pick<Installer, "install">;
  readonly folder: Pick<CopyDestination, "reach">;
}

/** A file that got its content from a place on this disk. */
export interface LocallyCopied {
  readonly order: CopyOrder;
  readonly from: LocalSource;
}

export interface LocalOutcome {
  readonly copied: readonly LocallyCopied[];
  /** Orders that are still wanted, and for which no file here had the content. */
  readonly remaining: readonly CopyOrder[];
}

interface VerifiedCopy extends LocallyCopied {
  readonly file: StagedFile;
}

/** Files copied together from other places on this disk, and verified, in a folder that is made for them. */
export class LocalCopy {
  private readonly byName: ReadonlyMap<string, CopyOrder>;
  private readonly withdrawn = new Set<string>();
  private readonly doneBytes = new Map<string, number>();
  private state: "running" | "cancelled" = "running";

  constructor(
    private readonly deps: LocalCopyDeps,
    readonly orders: readonly CopyOrder[],
    /** The name of the folder that is made for the files. */
    private readonly folderName: string,
  ) {
    this.byName = new Map(orders.map((order) => [order.name, order]));
  }

  /** Whether it copies a version to a name that is still wanted. */
  isCopying(name: string, id: string): boolean {
    const order = this.byName.get(name);
    return order?.id === id && this.isWanted(order);
  }

  /** Bytes of a file that are copied. */
  doneBytesOf(name: string): number {
    return this.doneBytes.get(name) ?? 0;
  }

  /** A name is not wanted any more. */
  withdraw(name: string): void {
    this.withdrawn.add(name);
  }

  /** Ends it soon. */
  cancel(): void {
    this.state = "cancelled";
  }

  /** Copies the files; to be called once. Never rejects. */
  async run(): Promise<LocalOutcome> {
    const allocated = await this.allocatedBytes().catch(() => null);
    const remainingBytes = ({ name, size }: CopyOrder) => Math.min(size - this.doneBytesOf(name), allocated ?? size);
    const { orders, staging, reservation } = await this.deps.admission.admitLocal(this.orders, remainingBytes);
    const outcome =
      orders.length > 0
        ? await this.copyAndInstall(orders, join(staging, this.folderName), reservation === null)
        : NONE;
    reservation?.release();
    return outcome;
  }

  /** Bytes that the copy of a single file takes on a disk at most: a sparse one takes less than its size. Null: not known. */
  private async allocatedBytes(): Promise<number | null> {
    const [order] = this.orders;
    if (!order || this.orders.length > 1) return null;
    const [source] = await this.deps.content.sources(order.id);
    const stat = source ? await this.deps.disk.stat(source.path) : null;
    return stat && stat.size === order.size ? stat.allocated : null;
  }

  private isWanted({ name }: CopyOrder): boolean {
    return this.state === "running" && !this.withdrawn.has(name);
  }

  private async copyAndInstall(
    orders: readonly CopyOrder[],
    folder: string,
    cloneOnly: boolean,
  ): Promise<LocalOutcome> {
    const copies = await this.copyAll(orders, folder, cloneOnly).catch((): VerifiedCopy[] => []);
    const wanted = copies.filter(({ order }) => this.isWanted(order));
    const files = wanted.map(({ file }) => file);
    const installed = new Set(wanted.length > 0 ? await this.deps.installer.install(files, false) : []);
    await this.discard(
      copies.filter(({ file }) => !installed.has(file)),
      folder,
    );
    // What was refused its name has been rejected, so it does not remain.
    const handled = new Set(wanted.map(({ order }) => order));
    return {
      copied: wanted.filter(({ file }) => installed.has(file)),
      remaining: orders.filter((order) => this.isWanted(order) && !handled.has(order)),
    };
  }

  private async copyAll(orders: readonly CopyOrder[], folder: string, cloneOnly: boolean): Promise<VerifiedCopy[]> {
    await this.deps.disk.makeSubfolder(folder, "real");
    // All of them must have ended before the folder is removed, so one alone may fail.
    const copying = orders.map((order, index) =>
      this.copy(order, join(folder, String(index)), cloneOnly).catch(() => null),
    );
    const copies = (await Promise.all(copying)).filter((one) => one !== null);
    try {
      await this.sync(copies, folder);
      return copies;
    } catch {
      await this.discard(copies, folder);
      return [];
    }
  }

  /** Copies one file from the first source that has its content; null when none has. */
  private async copy(order: CopyOrder, temp: string, cloneOnly: boolean): Promise<VerifiedCopy | null> {
    const { hasher, content, disk, folder } = this.deps;
    const { name, id, size, modified } = order;
    const progressed = (done: number) => {
      this.doneBytes.set(name, done);
      return this.isWanted(order);
    };
    for await (const from of this.sourcesOf(id)) {
      if (!this.isWanted(order)) return null;
      const hashed = await hasher
        .copy(from.path, size, { path: temp, reach: folder.reach(), modified, cloneOnly }, progressed, from.reach)
        .catch(() => null);
      if (hashed?.id === id) return { order, from, file: stagedFileOf(order, hashed.hashes, temp) };
      await disk.remove(temp, "real").catch(() => {});
      if (hashed) await content.reportMismatch(from, id, hashed.hashes);
    }
    return null;
  }

  /** Files that may have the content, each once. A file that moves meanwhile, to the kept files say, is found there. */
  private async *sourcesOf(id: string): AsyncGenerator<LocalSource> {
    const tried = new Set<string>();
    while (tried.size < MAX_SOURCES_TRIED) {
      const sources = await this.deps.content.sources(id);
      const next = sources.find(({ path }) => !tried.has(path));
      if (!next) return;
      tried.add(next.path);
      yield next;
    }
  }

  /** Makes the copies durable. */
  private async sync(copies: readonly VerifiedCopy[], folder: string): Promise<void> {
    const { batches, disk } = this.deps;
    if (copies.length > 1 && (await batches.syncfs(folder))) return;
    for (const { file } of copies) {
      const fd = await disk.open(file.temp, "read", "real");
      try {
        await disk.sync(fd);
      } finally {
        await disk.close(fd);
      }
    }
  }

  private async discard(copies: readonly VerifiedCopy[], folder: string): Promise<void> {
    const { disk } = this.deps;
    for (const { file } of copies) await disk.remove(file.temp, "real").catch(() => {});
    await disk.removeFolder(folder, "real");
  }
}

const NONE: LocalOutcome = { copied: [], remaining: [] };
