import { dirname, join, resolve } from "node:path";
import type { Fingerprint } from "../../platform/content-state.ts";
import { sameContent } from "../../platform/content-state.ts";
import { type Disk, DiskError, type DiskFailure, type FileStat } from "../../platform/disk/disk.ts";
import { makeDurableFolder } from "../../platform/disk/durable-folder.ts";
import { pathOf } from "../../platform/disk/names.ts";
import { type Anchor, beneath } from "../../platform/disk/reach/anchor.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import { decideClaim, type FolderState, MARKER, STAGING_FOLDER } from "./marker.ts";
import { openMarker, readMarker, writeMarker } from "./marker-file.ts";
import type { MetaStore } from "./nested-disks.ts";

/** Under which key the store keeps the id that the folder's marker has. */
const MARKER_ID_KEY = "folder";
/** Records that are read at once, to find one whose file is in the folder. */
const RECORDS_PAGE = 1000;

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

/** The folder that is to be shared is somebody else's, or nothing can be written to it. */
export class FolderRefused extends SentenceError {}

/** Throws what a disk refuses that lets nobody write with what to do about it, and everything else as it is. */
export function refuseUnwritable(error: unknown): never {
  if (!(error instanceof DiskError) || !UNWRITABLE.has(error.failure)) throw error;
  const text = say(
    "{reason}; a secondary must be able to write to the folder that it shares: take another one with --dir",
    {
      reason: error.told,
    },
  );
  throw new FolderRefused(text, { cause: error });
}

const UNWRITABLE: ReadonlySet<DiskFailure> = new Set(["readonly", "denied", "full"]);

/** What has come of a try to open the folder. `in use`: by another process that is alive. */
export type OpenAttempt =
  | { readonly kind: "there"; readonly opened: OpenFolder }
  | { readonly kind: "missing" | "refused" | "in use"; readonly reason: Told };

/** What is in the folder's place, and which folder that is; with its lock, where it has a marker that nobody has locked. */
interface Inspection {
  readonly found: FolderState;
  readonly opened: OpenFolder | null;
  readonly anchor: Anchor | null;
}

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
    try {
      return await this.attempt(adopt, sample);
    } catch (error) {
      if (!(error instanceof DiskError) || error.failure !== "away") throw error;
      const { folder } = this.deps;
      return {
        kind: "missing",
        reason: say("the disk of the shared folder {folder} comes or goes just now", { folder }),
      };
    }
  }

  private async attempt(adopt: boolean, sample: number): Promise<OpenAttempt> {
    const { store, folder, number } = this.deps;
    const id = await store.meta(MARKER_ID_KEY);
    const records = (await store.recordsAfter("", 1)).length > 0;
    const { found, opened, anchor } = await this.inspect(records ? sample : 0);
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
    if (decision.kind === "mark") return this.claim(id, { found, anchor, anew: decision.anew });
    // What may be used was opened above.
    const reason = decision.kind === "use" ? "" : decision.reason;
    if (found.kind === "marked" && found.inUse) return { kind: "in use", reason };
    return { kind: decision.kind === "refuse" ? "refused" : "missing", reason };
  }

  private async inspect(records: number): Promise<Inspection> {
    const { disk, folder } = this.deps;
    const root = await disk.realpath(folder);
    const stat = root === null ? null : await disk.stat(root);
    if (root === null || stat?.kind !== "folder") return { found: { kind: "nothing" }, opened: null, anchor: null };
    const anchor: Anchor = { path: root, ...placeOf(stat) };
    const link = await linkToWork(disk, root);
    if (link !== null) throw new DiskError("link", root, link);
    const path = join(root, STAGING_FOLDER, MARKER);
    // Else it may be the marker of what has just come into the folder's place.
    const lock = (await disk.lstat(path))?.kind === "file" ? await openMarker(disk, path, beneath(anchor)) : null;
    if (lock === null) return { found: await this.inspectUnmarked(root, records, false), opened: null, anchor };
    try {
      const marker = await readMarker(disk, lock);
      const inUse = this.isHeld(lock);
      const opened = { root, folder: placeOf(stat), marker: placeOf(await disk.fstat(lock)), lock };
      if (marker && !inUse) return { found: { kind: "marked", marker, inUse }, opened, anchor };
      await disk.close(lock);
      const found: FolderState = marker
        ? { kind: "marked", marker, inUse }
        : await this.inspectUnmarked(root, records, true);
      return { found, opened: null, anchor };
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

  /** Makes the folder that was found this secondary's: not what may be in its place by now. */
  private async claim(
    known: string | null,
    { found, anchor: there, anew }: Omit<Inspection, "opened"> & { readonly anew: boolean },
  ): Promise<OpenAttempt> {
    const { disk, store, random, number, log } = this.deps;
    const id = known ?? uniqueId(random);
    if (anew) await store.deleteFiles();
    // The store is about to say that this is the folder: without its marker it would be taken for another one.
    const anchor = await this.makeFolder(there);
    const work = join(anchor.path, STAGING_FOLDER);
    await makeDurableFolder(disk, work, (path) => disk.makeSubfolder(path, beneath(anchor)).then(() => null));
    const replace = found.kind === "marked" || (found.kind === "unmarked" && found.damaged);
    try {
      await writeMarker(disk, work, { id, number }, { replace, spot: beneath(anchor) });
    } catch (error) {
      const failure = error instanceof DiskError ? error.failure : "other";
      if (failure === "exists") return this.inUse();
      if (failure !== "readonly" && failure !== "denied") throw error;
      const text = `${(error as Error).message}: another disk in the place of this one is noticed only while this runs`;
      log.warn("unmarked", text);
      return { kind: "there", opened: { root: anchor.path, folder: placeOf(anchor), marker: null, lock: null } };
    }
    await store.setMeta(MARKER_ID_KEY, id);
    return this.reopen(id);
  }

  /** Makes the shared folder where nothing was there, and its name durable. */
  private async makeFolder(there: Anchor | null): Promise<Anchor> {
    const { disk, folder } = this.deps;
    if (there) {
      await makeDurableFolder(disk, folder, async () => null);
      return there;
    }
    await makeDurableFolder(disk, folder);
    const path = await disk.realpath(folder);
    const stat = path === null ? null : await disk.stat(path);
    if (path === null || !stat)
      throw new DiskError("away", folder, say("{folder} was removed while it was being made", { folder }));
    return { path, ...placeOf(stat) };
  }

  /** Opens the folder that was just marked. */
  private async reopen(id: string): Promise<OpenAttempt> {
    const { found, opened } = await this.inspect(0);
    const isRight = found.kind === "marked" && found.marker.id === id;
    if (isRight) return opened ? { kind: "there", opened } : this.inUse();
    if (opened) await this.release(opened);
    const { folder } = this.deps;
    return { kind: "missing", reason: say("another folder has just come into the place of {folder}", { folder }) };
  }

  private inUse(): OpenAttempt {
    const { folder } = this.deps;
    return { kind: "in use", reason: say("{folder} is shared by another secondary already", { folder }) };
  }

  /** The number of the secondary that shares the folder at `path` now; null when none does. Throws DiskError. */
  async sharedBy(path: string): Promise<number | null> {
    const { disk } = this.deps;
    const marker = join(path, STAGING_FOLDER, MARKER);
    const fd = (await disk.lstat(marker))?.kind === "file" ? await openMarker(disk, marker, "any") : null;
    if (fd === null) return null;
    try {
      const found = await readMarker(disk, fd);
      return found && disk.lock(fd) === "held" ? found.number : null;
    } finally {
      await disk.close(fd);
    }
  }

  /** Why a folder that lies in one which is shared cannot be shared too; null when it does not lie in one. */
  private async enclosingShare(): Promise<Told | null> {
    const { disk, folder } = this.deps;
    let parent = dirname((await disk.realpath(folder)) ?? resolve(folder));
    for (let above = ""; above !== parent; parent = dirname(parent)) {
      above = parent;
      const number = await this.sharedBy(parent).catch(() => null);
      if (number !== null)
        return say("{folder} lies in {parent}, which secondary {number} shares; share another folder", {
          ...{ folder, parent, number },
        });
    }
    return null;
  }

  /** Gives the lock back. */
  async release({ lock }: OpenFolder): Promise<void> {
    // A lock that cannot be given back goes with the process.
    if (lock !== null) await this.deps.disk.close(lock).catch(() => {});
  }
}

function placeOf({ device, inode }: FileLocation): FileLocation {
  return { device, inode };
}

/**
 * Says that the work folder in a shared folder, or the shared folder itself, is reached through a link: what is put there
 * would be anywhere. Null where it is not, or there is none. `root`: a real path when it was found. Throws DiskError.
 */
export async function linkToWork(disk: Pick<Disk, "realpath">, root: string): Promise<Told | null> {
  const work = join(root, STAGING_FOLDER);
  const real = await disk.realpath(work);
  return real === null || real === work
    ? null
    : say("{work} is reached through a symbolic link, to {real}: it must be a real folder; remove the link", {
        work,
        real,
      });
}
