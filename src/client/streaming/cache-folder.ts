import { join } from "node:path";
import type { Clock } from "../../platform/clock.ts";
import { hashesMatch, pieceCount, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { NamelessFiles, type StoreDeps, type StoreFile, type StreamFiles } from "./store-file.ts";

export interface CacheDeps extends StoreDeps {
  readonly clock: Clock;
}

/** A kept file is called by the version's id and this, its hashes by the id and the other. */
const PIECES_SUFFIX = ".pieces";
const HASHES_SUFFIX = ".hashes";
const NAME = /^([0-9a-f]{64})\.(pieces|hashes)$/;
/** Largest file of hashes in bytes: 16,384 pieces. */
const MAX_HASHES_BYTES = 16_384 * 32;
const LOCK_NAME = "lock";

/**
 * Pieces that outlive the process, in a folder of their own: a file for each version. A lock keeps other processes out.
 * What a power loss or somebody else makes of the files needs no care, since no piece is used before it was compared with
 * its hash.
 */
export class CacheFolder implements StreamFiles {
  /** Bytes of each version whose file is not open, the one that was used longest ago first. */
  private readonly idle = new Map<string, number>();
  private readonly opened = new Set<string>();
  private removing: Promise<void> = Promise.resolve();
  private readonly nameless: NamelessFiles;
  private hasFailed = false;

  private constructor(
    private readonly deps: CacheDeps,
    private readonly folder: string,
    private readonly lock: number,
    private readonly bytes: number,
  ) {
    this.nameless = new NamelessFiles(deps);
  }

  /** Keeps `limit` bytes in a folder; nothing where another process uses it, or it cannot be used: the log says so. */
  static async open(deps: CacheDeps, folder: string, limit: number): Promise<StreamFiles> {
    try {
      return await CacheFolder.openFolder(deps, folder, limit);
    } catch (error) {
      const why = (error as Error).message;
      deps.log.warn("no-cache", `nothing is kept in ${folder}: ${why}; give another --cache-dir`, { folder });
      return new NamelessFiles(deps);
    }
  }

  private static async openFolder(deps: CacheDeps, folder: string, limit: number): Promise<StreamFiles> {
    const { disk, log } = deps;
    await disk.makeFolder(folder);
    const lock = await disk.open(join(folder, LOCK_NAME), "update");
    const taken = disk.lock(lock);
    if (taken !== "taken") {
      await disk.close(lock);
      const why = taken === "held" ? "another process uses it" : "its file system has no locks";
      log.warn("no-cache", `nothing is kept in ${folder}: ${why}; give another --cache-dir`, { folder });
      return new NamelessFiles(deps);
    }
    const cache = new CacheFolder(deps, folder, lock, limit);
    await cache.find();
    cache.trim(0);
    return cache;
  }

  /** Bytes of pieces that are kept. */
  get limit(): number {
    return this.hasFailed ? this.nameless.limit : this.bytes;
  }

  async open(version: Version): Promise<StoreFile> {
    await this.removing;
    // Another name has the same content, or its last readers are still there.
    if (this.hasFailed || this.opened.has(version.id)) return this.nameless.open(version);
    try {
      return await this.openKept(version);
    } catch (error) {
      this.failed(error as Error);
      return this.nameless.open(version);
    }
  }

  private async openKept(version: Version): Promise<StoreFile> {
    const { disk } = this.deps;
    const { id, size } = version;
    this.opened.add(id);
    this.idle.delete(id);
    try {
      const fd = await disk.open(this.path(id, PIECES_SUFFIX), "update");
      const before = await disk.fstat(fd);
      if (before.size !== size) {
        await disk.truncate(fd, 0);
        await disk.truncate(fd, size);
      }
      const hashes = await this.readHashes(version);
      return {
        fd,
        pieces: before.allocated === 0 ? [] : this.writtenPieces(fd, size),
        hashes,
        position: (piece) => piece * pieceSize(size),
        free: (piece) => disk.zeroRange(fd, piece * pieceSize(size), pieceLength(size, piece)),
        storeHashes: async (made) => {
          if (hashes === null) await this.writeHashes(id, made).catch((error: Error) => this.failed(error));
        },
        replace: (error) => {
          this.failed(error);
          return this.nameless.open(version);
        },
        close: (bytes) => this.close(id, fd, bytes),
      };
    } catch (error) {
      this.opened.delete(id);
      throw error;
    }
  }

  trim(openBytes: number): void {
    let bytes = openBytes;
    for (const idle of this.idle.values()) bytes += idle;
    for (const [id, its] of this.idle) {
      if (bytes <= this.bytes) return;
      this.idle.delete(id);
      bytes -= its;
      this.removing = this.removing.then(() => this.remove(id));
    }
  }

  async stop(): Promise<void> {
    await this.removing;
    await this.deps.disk.close(this.lock);
  }

  /** A disk that is full now and then is of no more use than none. */
  private failed({ message }: Error): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    const { folder } = this;
    const text = `nothing more is kept in ${folder} until client serve is started again: ${message}`;
    this.deps.log.warn("no-cache", `${text}; reading goes on without it`, { folder });
  }

  /** What earlier processes have left. */
  private async find(): Promise<void> {
    const { disk } = this.deps;
    const found: { id: string; bytes: number; used: bigint }[] = [];
    for (const { name } of await disk.list(this.folder)) {
      const [, id, kind] = NAME.exec(name) ?? [];
      const stat = id === undefined || kind !== "pieces" ? null : await disk.lstat(join(this.folder, name));
      if (id && stat?.kind === "file") found.push({ id, bytes: stat.allocated, used: stat.mtimeNs });
    }
    found.sort((left, right) => (left.used < right.used ? -1 : 1));
    for (const { id, bytes } of found) this.idle.set(id, bytes);
  }

  private async close(id: string, fd: number, bytes: number): Promise<void> {
    const { disk, clock } = this.deps;
    // By this time the next process knows what was used last.
    disk.setModified(fd, Math.round(clock.wall() * 1000));
    await disk.close(fd);
    this.opened.delete(id);
    if (bytes > 0) this.idle.set(id, bytes);
    else await this.remove(id);
  }

  private writtenPieces(fd: number, size: number): number[] {
    const written: number[] = [];
    /** All is written from the last piece that was asked about up to here. */
    let end = 0;
    for (let piece = 0; piece < pieceCount(size); piece++) {
      const start = piece * pieceSize(size);
      const pieceEnd = start + pieceLength(size, piece);
      // To ask about each piece would have some file systems look through all the pieces behind it each time.
      if (pieceEnd > end) end = this.deps.disk.nextHole(fd, start) ?? start;
      if (pieceEnd <= end) written.push(piece);
    }
    return written;
  }

  private async readHashes(version: Version): Promise<Uint8Array | null> {
    const { disk } = this.deps;
    const fd = await disk.open(this.path(version.id, HASHES_SUFFIX), "read").catch(() => null);
    if (fd === null) return null;
    try {
      const buffer = new Uint8Array(MAX_HASHES_BYTES);
      const hashes = buffer.slice(0, await disk.read(fd, buffer, 0));
      return hashesMatch(version, hashes) ? hashes : null;
    } finally {
      await disk.close(fd);
    }
  }

  private async writeHashes(id: string, hashes: Uint8Array): Promise<void> {
    const { disk } = this.deps;
    const fd = await disk.open(this.path(id, HASHES_SUFFIX), "update");
    try {
      await disk.truncate(fd, 0);
      await disk.write(fd, hashes, 0);
    } finally {
      await disk.close(fd);
    }
  }

  /** The next one who opens the version begins anew. */
  private async remove(id: string): Promise<void> {
    for (const suffix of [PIECES_SUFFIX, HASHES_SUFFIX])
      await this.deps.disk.remove(this.path(id, suffix)).catch(() => {});
  }

  private path(id: string, suffix: string): string {
    return join(this.folder, `${id}${suffix}`);
  }
}
