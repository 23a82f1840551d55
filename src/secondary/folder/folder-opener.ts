import { dirname, join, resolve } from "node:path";
import { sameContent } from "../../platform/content-state.ts";
import { type Disk, DiskError, type FileStat, type Reach } from "../../platform/disk/disk.ts";
import { makeDurableFolder } from "../../platform/disk/durable-folder.ts";
import { pathOf } from "../../platform/disk/names.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import type { Fingerprint } from "./fingerprint.ts";
import {
  decideClaim,
  decodeMarker,
  encodeMarker,
  type FolderState,
  MARKER,
  type Marker,
  STAGING_FOLDER,
} from "./marker.ts";
import type { MetaStore } from "./nested-disks.ts";

/** Under which key the store keeps the id that the folder's marker has. */
const MARKER_ID_KEY = "folder";
/** Records that are read at once, to find one whose file is in the folder. */
const RECORDS_PAGE = 1000;
/** Bytes of a marker that are read: more than one has. */
const MAX_MARKER_BYTES = 1024;

export interface FolderOpenerDeps {
  readonly disk: Disk;
  readonly log: Log;
  readonly random: Random;
  readonly store: MetaStore & {
    recordsAfter(after: string, limit: number): Promise<readonly (Fingerprint & { readonly name: string })[]>;
    deleteFiles(): Promise<void>;
  };
  /** The shared folder as the user wrote it. */
  readonly folder: string;
  readonly number: number;
}

/** Where something is, whatever its path. */
export type FileLocation = Pick<FileStat, "device" | "inode">;

/** The folder that was found to be the right one. */
export interface OpenFolder {
  /** Its real path. */
  readonly root: string;
  readonly folder: FileLocation;
  /** Null on a disk that is read-only, where none can be made. */
  readonly marker: FileLocation | null;
  /** The marker, open for its lock: nobody else shares the folder meanwhile. The caller's to close. */
  readonly lock: number | null;
}

/** What has come of a try to open the folder. `in use`: by another process that is alive. */
export type OpenAttempt =
  | { readonly kind: "there"; readonly opened: OpenFolder }
  | { readonly kind: "missing" | "refused" | "in use"; readonly reason: string };

/** Opens the shared folder by its marker, and marks it where nothing was shared before. */
export class FolderOpener {
  private readonly deps: FolderOpenerDeps;
  /** Whether it was said that there are no locks. */
  private lockless = false;

  constructor(deps: FolderOpenerDeps) {
    this.deps = deps;
  }

  /** Opens the folder if it is the right one. Of the files known from earlier runs so many at most are looked for in it. */
  async open(adopt: boolean, sample: number): Promise<OpenAttempt> {
    const { store, folder, number } = this.deps;
    const id = await store.meta(MARKER_ID_KEY);
    const records = (await store.recordsAfter("", 1)).length > 0;
    const { found, opened } = await this.inspect(records ? sample : 0);
    const enclosed = await this.enclosingShare();
    if (enclosed !== null) {
      if (opened) await this.release(opened);
      return { kind: "in use", reason: enclosed };
    }
    const decision = decideClaim(folder, found, { number, id, records, adopt });
    if (decision.kind === "use" && opened) {
      if (id !== decision.id) await store.setMeta(MARKER_ID_KEY, decision.id);
      return { kind: "there", opened };
    }
    if (opened) await this.release(opened);
    if (decision.kind === "mark") return this.claim(id, found, decision.anew);
    // What may be used was opened above.
    const reason = decision.kind === "use" ? "" : decision.reason;
    if (found.kind === "marked" && found.inUse) return { kind: "in use", reason };
    return { kind: decision.kind === "refuse" ? "refused" : "missing", reason };
  }

  /** What is in the folder's place; with its lock, where it has a marker that nobody has locked. */
  private async inspect(records: number): Promise<{ found: FolderState; opened: OpenFolder | null }> {
    const { disk, folder } = this.deps;
    const root = await disk.realpath(folder);
    const stat = root === null ? null : await disk.stat(root);
    if (root === null || stat?.kind !== "folder") return { found: { kind: "nothing" }, opened: null };
    const link = await linkToWork(disk, root);
    if (link !== null) throw new DiskError("link", root, link);
    const path = join(root, STAGING_FOLDER, MARKER);
    const lock = (await disk.lstat(path))?.kind === "file" ? await this.openMarker(path, "real") : null;
    if (lock === null) return { found: await this.inspectUnmarked(root, records, false), opened: null };
    try {
      const marker = await this.readMarker(lock);
      const inUse = this.isHeld(lock);
      const opened = { root, folder: placeOf(stat), marker: placeOf(await disk.fstat(lock)), lock };
      if (marker && !inUse) return { found: { kind: "marked", marker, inUse }, opened };
      await disk.close(lock);
      const found: FolderState = marker
        ? { kind: "marked", marker, inUse }
        : await this.inspectUnmarked(root, records, true);
      return { found, opened: null };
    } catch (error) {
      await disk.close(lock);
      throw error;
    }
  }

  /** Asks for the lock of a marker, and says whether another process has it. */
  private isHeld(lock: number): boolean {
    const { disk, folder, log } = this.deps;
    const result = disk.lock(lock);
    if (result === "unsupported" && !this.lockless) {
      this.lockless = true;
      log.warn(
        "no-locks",
        `the file system of ${folder} has no locks: a second secondary that shares it is not noticed`,
      );
    }
    return result === "held";
  }

  /** Null when it is gone meanwhile. For writing where possible, because NFS gives no lock otherwise. */
  private async openMarker(path: string, reach: Reach): Promise<number | null> {
    const { disk } = this.deps;
    try {
      return await disk.open(path, "update", reach);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (error.failure === "missing") return null;
      return disk.open(path, "read", reach);
    }
  }

  private async readMarker(fd: number): Promise<Marker | null> {
    const bytes = new Uint8Array(MAX_MARKER_BYTES);
    return decodeMarker(bytes.subarray(0, await this.deps.disk.read(fd, bytes, 0)));
  }

  /**
   * Whether one of the first `records` files that are known from earlier runs is in a folder, untouched: then it is the
   * folder of those runs.
   */
  private async inspectUnmarked(root: string, records: number, damaged: boolean): Promise<FolderState> {
    const { disk, store } = this.deps;
    let after = "";
    for (let left = records; left > 0; ) {
      const page = await store.recordsAfter(after, Math.min(RECORDS_PAGE, left));
      for (const record of page) {
        const stat = await disk.lstat(pathOf(root, record.name)).catch(() => null);
        if (stat && sameContent(stat, record)) return { kind: "unmarked", familiar: true, damaged };
      }
      left = page.length === 0 ? 0 : left - page.length;
      after = page.at(-1)?.name ?? after;
    }
    return { kind: "unmarked", familiar: false, damaged };
  }

  /** Makes the folder this secondary's. */
  private async claim(known: string | null, found: FolderState, anew: boolean): Promise<OpenAttempt> {
    const { disk, folder, store, random, number, log } = this.deps;
    const id = known ?? uniqueId(random);
    if (anew) await store.deleteFiles();
    // The store is about to say that this is the folder: without its marker it would be taken for another one.
    await makeDurableFolder(disk, folder);
    const work = join((await disk.realpath(folder)) ?? resolve(folder), STAGING_FOLDER);
    await makeDurableFolder(disk, work, (path) => disk.makeSubfolder(path, "real").then(() => null));
    const replace = found.kind === "marked" || (found.kind === "unmarked" && found.damaged);
    try {
      await this.writeMarker(work, { id, number }, replace);
    } catch (error) {
      const failure = error instanceof DiskError ? error.failure : "other";
      if (failure === "exists") return this.inUse();
      const root = failure === "readonly" || failure === "denied" ? await disk.realpath(folder) : null;
      const stat = root === null ? null : await disk.stat(root);
      if (root === null || !stat) throw error;
      const text = `${(error as Error).message}: another disk in the place of this one is noticed only while this runs`;
      log.warn("unmarked", text);
      return { kind: "there", opened: { root, folder: placeOf(stat), marker: null, lock: null } };
    }
    await store.setMeta(MARKER_ID_KEY, id);
    const { opened } = await this.inspect(0);
    return opened ? { kind: "there", opened } : this.inUse();
  }

  private inUse(): OpenAttempt {
    return { kind: "in use", reason: `${this.deps.folder} is shared by another secondary already` };
  }

  /** Throws DiskError `exists` when another process has made one meanwhile. */
  private async writeMarker(work: string, marker: Marker, replace: boolean): Promise<void> {
    const { disk } = this.deps;
    const temp = join(work, `${MARKER}-${marker.id}`);
    const fd = await disk.open(temp, "update", "real");
    try {
      await disk.truncate(fd, 0);
      await disk.write(fd, encodeMarker(marker), 0);
      await disk.sync(fd);
    } finally {
      await disk.close(fd);
    }
    const path = join(work, MARKER);
    if (replace) await disk.rename(temp, path, "real");
    else await this.renameNoReplace(temp, path);
    await disk.syncFolder(work, "real");
  }

  private async renameNoReplace(from: string, to: string): Promise<void> {
    const { disk } = this.deps;
    try {
      await disk.renameNoReplace(from, to, "real");
    } catch (error) {
      if (error instanceof DiskError && error.failure === "exists") await disk.remove(from, "real");
      throw error;
    }
  }

  /** The number of the secondary that shares the folder at `path` now; null when none does. Throws DiskError. */
  async sharedBy(path: string): Promise<number | null> {
    const { disk } = this.deps;
    const marker = join(path, STAGING_FOLDER, MARKER);
    const fd = (await disk.lstat(marker))?.kind === "file" ? await this.openMarker(marker, "any") : null;
    if (fd === null) return null;
    try {
      const found = await this.readMarker(fd);
      return found && disk.lock(fd) === "held" ? found.number : null;
    } finally {
      await disk.close(fd);
    }
  }

  /** Why a folder that lies in one which is shared cannot be shared too; null when it does not lie in one. */
  private async enclosingShare(): Promise<string | null> {
    const { disk, folder } = this.deps;
    let parent = dirname((await disk.realpath(folder)) ?? resolve(folder));
    for (let above = ""; above !== parent; parent = dirname(parent)) {
      above = parent;
      const number = await this.sharedBy(parent).catch(() => null);
      if (number !== null) return `${folder} lies in ${parent}, which secondary ${number} shares; share another folder`;
    }
    return null;
  }

  /** Gives the lock back. */
  async release({ lock }: OpenFolder): Promise<void> {
    // A lock that cannot be given back goes with the process.
    if (lock !== null) await this.deps.disk.close(lock).catch(() => {});
  }
}

function placeOf({ device, inode }: FileStat): FileLocation {
  return { device, inode };
}

/**
 * Says that the work folder in a shared folder, or the shared folder itself, is reached through a link: what is put there
 * would be anywhere. Null where it is not, or there is none. `root`: a real path when it was found. Throws DiskError.
 */
export async function linkToWork(disk: Pick<Disk, "realpath">, root: string): Promise<string | null> {
  const work = join(root, STAGING_FOLDER);
  const real = await disk.realpath(work);
  return real === null || real === work
    ? null
    : `${work} is reached through a symbolic link, to ${real}: it must be a real folder; remove the link`;
}
