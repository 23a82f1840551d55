import { isUtf8 } from "node:buffer";
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { say } from "../../sentences/sentence.ts";
import { DiskError, type FileStat, type FolderEntry, type Watcher, type WatchLimit } from "./disk.ts";
import { diskCall, nullIfMissing, toDiskError } from "./disk-errors.ts";
import { isExistingFolder, kindOf } from "./shared-calls.ts";

/** Permissions of what nobody but its user may read: what was typed, and which files were fetched. */
export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;

/** Stands for bytes that are not UTF-8 in a name as the system gives it, and may as well be a part of the name. */
const REPLACEMENT = "\uFFFD";

/** What inotify says when there are too many watches, or too many who watch. */
const WATCH_LIMITS: Readonly<Record<string, WatchLimit>> = { ENOSPC: "watches", EMFILE: "instances" };

/** See {@link Disk.list}. Rejects with the system's error. */
export async function list(folder: string): Promise<FolderEntry[]> {
  const entries = await fs.promises.readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name.includes(REPLACEMENT))) return listBytes(folder, entries);
  return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry), utf8: true }));
}

/** The entries of a folder in which some name has a U+FFFD: the bytes tell whether it is really there. */
async function listBytes(folder: string, listed: readonly fs.Dirent[]): Promise<FolderEntry[]> {
  const names = await fs.promises.readdir(folder, { encoding: "buffer" });
  const plain = listed.filter(({ name }) => !name.includes(REPLACEMENT));
  const entries: FolderEntry[] = plain.map((entry) => ({ name: entry.name, kind: kindOf(entry), utf8: true }));
  for (const bytes of names) {
    const name = bytes.toString();
    if (!name.includes(REPLACEMENT)) continue;
    const utf8 = isUtf8(bytes);
    const kind = utf8 ? await kindAt(join(folder, name)) : "other";
    if (kind) entries.push({ name, kind, utf8 });
  }
  return entries;
}

function kindAt(path: string): Promise<FileStat["kind"] | null> {
  return diskCall("read", path, async () => kindOf(await fs.promises.lstat(path, { bigint: true }))).catch(
    nullIfMissing,
  );
}

/** See {@link Disk.makeFolder}. Rejects with the system's error, or with DiskError where a file is in the way. */
export async function makeFolder(path: string): Promise<string | null> {
  try {
    return (await fs.promises.mkdir(path, { recursive: true })) ?? null;
  } catch (cause) {
    const obstacle = fileAbove(path);
    if (obstacle === null) throw cause;
    throw new DiskError("exists", path, say("{path}: a file is in its place", { path: obstacle }), { cause });
  }
}

/** See {@link Disk.makeSubfolder}. Rejects with the system's error. */
export async function makeSubfolder(path: string): Promise<void> {
  try {
    await fs.promises.mkdir(path);
  } catch (error) {
    if (!isExistingFolder(error, path)) throw error;
  }
}

/** What is no folder on the way to a folder's path, itself included; null where nothing is in the way. */
function fileAbove(path: string): string | null {
  try {
    return fs.statSync(path).isDirectory() ? null : path;
  } catch {
    const above = dirname(path);
    return above === path ? null : fileAbove(above);
  }
}

/** See {@link Disk.watch}. Throws DiskError. */
export function watch(folder: string, watcher: Watcher, except: string): () => void {
  const tree = new WatchedTree(folder, watcher, except);
  try {
    tree.start();
  } catch (error) {
    tree.stop();
    throw toDiskError("watch", folder, error);
  }
  return () => tree.stop();
}

/**
 * A folder and all beneath it, but for one folder right in it. Bun watches one folder alone, or whatever is beneath it; so the
 * top is watched alone, and each other folder in it with what is beneath that.
 */
class WatchedTree {
  private readonly watches = new Map<string, fs.FSWatcher>();
  private top: fs.FSWatcher | null = null;
  private stopped = false;

  constructor(
    private readonly folder: string,
    private readonly watcher: Watcher,
    private readonly except: string,
  ) {}

  /** Throws the system's error. */
  start(): void {
    this.top = this.open(this.folder, false, (kind, name) => this.topChanged(kind, name));
    for (const entry of fs.readdirSync(this.folder, { withFileTypes: true })) {
      if (entry.isDirectory()) this.watchBelow(entry.name);
    }
  }

  stop(): void {
    this.stopped = true;
    this.top?.close();
    for (const one of this.watches.values()) one.close();
    this.watches.clear();
  }

  private topChanged(kind: fs.WatchEventType, name: string | null): void {
    // By its own name it tells that it was moved or removed itself.
    if (!name || (kind === "rename" && name === basename(this.folder))) this.watcher.changed(null);
    else if (kind === "rename" && name !== this.except) void this.renamed(name);
    else this.watcher.changed(name);
  }

  /** Something came to a name, or left it. A folder is told of once it is watched: what was put into it before is found then. */
  private async renamed(name: string): Promise<void> {
    this.watches.get(name)?.close();
    this.watches.delete(name);
    const stat = await fs.promises.lstat(join(this.folder, name)).catch(() => null);
    if (this.stopped) return;
    if (stat?.isDirectory()) this.watchBelow(name);
    this.watcher.changed(name);
  }

  private watchBelow(name: string): void {
    if (name === this.except) return;
    this.watches.get(name)?.close();
    try {
      const told = (_kind: string, path: string | null) => this.watcher.changed(path ? `${name}/${path}` : name);
      const watch = this.open(join(this.folder, name), true, told);
      if (watch) this.watches.set(name, watch);
    } catch {
      // It is gone again, or closed to this user: scans tell.
    }
  }

  /** Null where there are too many watches, which is told. Throws the system's error. */
  private open(folder: string, recursive: boolean, told: fs.WatchListener<string>): fs.FSWatcher | null {
    try {
      const watch = fs.watch(folder, { recursive }, told);
      watch.on("error", (error) => {
        if (!this.tellLimit(error)) this.watcher.changed(null);
      });
      return watch;
    } catch (error) {
      if (this.tellLimit(error)) return null;
      throw error;
    }
  }

  /** Whether an error says that there are too many watches, which is told then. */
  private tellLimit(error: unknown): boolean {
    const limit = WATCH_LIMITS[(error as NodeJS.ErrnoException).code ?? ""];
    if (limit) this.watcher.limited(limit);
    return limit !== undefined;
  }
}
