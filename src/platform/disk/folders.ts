import { isUtf8 } from "node:buffer";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { DiskError, type FileStat, type FolderEntry, type Watcher, type WatchLimit } from "./disk.ts";
import { diskCall, nullIfMissing, toDiskError } from "./disk-errors.ts";
import { isExistingFolder, kindOf } from "./shared-calls.ts";

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
    throw new DiskError("exists", path, `${obstacle}: a file is in its place`, { cause });
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

/** See {@link Disk.watch}. */
export function watch(folder: string, { changed, limited }: Watcher): () => void {
  const limitOf = (error: unknown) => WATCH_LIMITS[(error as NodeJS.ErrnoException).code ?? ""];
  try {
    const watcher = fs.watch(folder, { recursive: true }, (_kind, path) => changed(path || null));
    watcher.on("error", (error) => {
      const limit = limitOf(error);
      if (limit) limited(limit);
      else changed(null);
    });
    return () => watcher.close();
  } catch (error) {
    const limit = limitOf(error);
    if (!limit) throw toDiskError("watch", folder, error);
    limited(limit);
    return () => {};
  }
}
