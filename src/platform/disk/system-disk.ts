import { isUtf8 } from "node:buffer";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { getSystemErrorName } from "node:util";
import { openWriteQueue } from "../linux/aio.ts";
import { descriptorPath, EAGAIN, EEXIST, ENOSYS, libc } from "../linux/libc.ts";
import { mountPoints, takesAnyName } from "../linux/mounts.ts";
import { bootId, diskSequence, processStart } from "../linux/process-identity.ts";
import { watchWriters } from "../linux/write-watch.ts";
import {
  type BlockingDisk,
  DIRECT_UNIT,
  type Disk,
  DiskError,
  type FileStat,
  type FolderEntry,
  type LockResult,
  type OpenMode,
  type WatchLimit,
} from "./disk.ts";
import { diskCall, diskCallSync, nullIfMissing, nullIfMissingSync, toDiskError } from "./disk-errors.ts";
import { setModified, zeroRange } from "./file-changes.ts";
import { holes } from "./holes.ts";

/** Bytes of a block as stat counts them. */
const BLOCK = 512;

const FLAGS: Readonly<Record<OpenMode, number>> = {
  // What has become a pipe meanwhile must not be waited for.
  read: fs.constants.O_RDONLY | fs.constants.O_NONBLOCK,
  "read-no-link": fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW,
  update: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
  create: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL,
};

function kindOf(entry: fs.BigIntStats | fs.Dirent): FileStat["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}

function toStat(stat: fs.BigIntStats): FileStat {
  return {
    kind: kindOf(stat),
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    inode: stat.ino,
    device: stat.dev,
    allocated: Number(stat.blocks) * BLOCK,
  };
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

/** Bun takes any number for a position and truncates it silently, so what is no byte offset must stop here. */
function checkPosition(position: number): void {
  if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`not a position in a file: ${position}`);
}

function call<T>(start: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
}

/** From <fcntl.h> of Linux, the same on every architecture but for the part that O_DIRECTORY is. */
const O_TMPFILE = 0o20000000 | fs.constants.O_DIRECTORY;

/** What a file system says that has no links. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOSYS", "EOPNOTSUPP", "ENOTSUP", "EINVAL", "EMLINK"]);

/** Throws what an error number of libc says; 0 is none. */
function check(error: number): void {
  if (error === 0) return;
  const code = getSystemErrorName(-error);
  throw Object.assign(new Error(code), { code });
}

function linkFd(fd: number, to: string): void {
  diskCallSync("make", to, () => check(libc()?.linkFd(fd, to) ?? ENOSYS));
}

function renameNoReplace(from: string, to: string): void {
  diskCallSync("rename to", to, () => {
    const error = libc()?.renameNoReplace(from, to) ?? ENOSYS;
    if (error !== ENOSYS) return check(error);
    // link refuses to replace, which rename never does.
    if (linked(from, to)) return fs.unlinkSync(from);
    // Some file systems have neither: look once more, then trust it.
    if (fs.lstatSync(to, { throwIfNoEntry: false })) check(EEXIST);
    fs.renameSync(from, to);
  });
}

/** False where the file system has no links. */
function linked(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (cause) {
    if (NO_LINKS.has((cause as NodeJS.ErrnoException).code ?? "")) return false;
    throw cause;
  }
}

function lock(fd: number): LockResult {
  const error = libc()?.lock(fd) ?? ENOSYS;
  if (error === 0) return "taken";
  return error === EAGAIN ? "held" : "unsupported";
}

/** What inotify says when there are too many watches, or too many who watch. */
const WATCH_LIMITS: Readonly<Record<string, WatchLimit>> = { ENOSPC: "watches", EMFILE: "instances" };

/** Stands for bytes that are not UTF-8 in a name as the system gives it, and may as well be a part of the name. */
const REPLACEMENT = "\uFFFD";

/** The entries of a folder in which some name has a U+FFFD: the bytes tell whether it is really there. */
async function untangle(folder: string, listed: readonly fs.Dirent[]): Promise<FolderEntry[]> {
  const names = await fs.promises.readdir(folder, { encoding: "buffer" });
  const plain = listed.filter(({ name }) => !name.includes(REPLACEMENT));
  const entries: FolderEntry[] = plain.map((entry) => ({ name: entry.name, kind: kindOf(entry), utf8: true }));
  for (const bytes of names) {
    const name = bytes.toString();
    if (!name.includes(REPLACEMENT)) continue;
    const utf8 = isUtf8(bytes);
    const stat = utf8 ? await systemDisk.lstat(join(folder, name)) : null;
    if (stat || !utf8) entries.push({ name, kind: stat?.kind ?? "other", utf8 });
  }
  return entries;
}

/** Whether a folder could not be made because it is there. */
function isFolder(error: unknown, path: string): boolean {
  return (error as NodeJS.ErrnoException).code === "EEXIST" && fs.statSync(path).isDirectory();
}

export const systemDisk: Disk = {
  stat: (path) => nullIfMissing("read", path, async () => toStat(await fs.promises.stat(path, { bigint: true }))),
  lstat: (path) => nullIfMissing("read", path, async () => toStat(await fs.promises.lstat(path, { bigint: true }))),
  realpath: (path) => nullIfMissing("resolve", path, () => fs.promises.realpath(path)),
  readLink: (path) => diskCall("read", path, () => fs.promises.readlink(path)),
  list: (folder) =>
    diskCall("list", folder, async () => {
      const entries = await fs.promises.readdir(folder, { withFileTypes: true });
      if (entries.some(({ name }) => name.includes(REPLACEMENT))) return untangle(folder, entries);
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry), utf8: true }));
    }),
  makeFolder: (path) =>
    diskCall("make the folder", path, async () => {
      try {
        return (await fs.promises.mkdir(path, { recursive: true })) ?? null;
      } catch (cause) {
        const obstacle = fileAbove(path);
        throw obstacle === null
          ? cause
          : new DiskError("exists", path, `${obstacle}: a file is in its place`, { cause });
      }
    }),
  checkWritable: (folder) =>
    diskCall("write to the folder", folder, () => fs.promises.access(folder, fs.constants.W_OK | fs.constants.X_OK)),
  makeSubfolder: (path) =>
    diskCall("make the folder", path, async () => {
      try {
        await fs.promises.mkdir(path);
      } catch (error) {
        if (!isFolder(error, path)) throw error;
      }
    }),
  remove: (path) => diskCall("remove", path, () => fs.promises.unlink(path)),
  async removeFolder(path) {
    try {
      await fs.promises.rmdir(path);
      return true;
    } catch {
      return false;
    }
  },
  rename: (from, to) => diskCall("rename to", to, () => fs.promises.rename(from, to)),
  linkFd: async (fd, to) => linkFd(fd, to),
  link: (from, to) => diskCall("link", to, () => fs.promises.link(from, to)),
  renameNoReplace: async (from, to) => renameNoReplace(from, to),
  open: (path, mode) => diskCall("open", path, () => call<number>((done) => fs.open(path, FLAGS[mode], 0o666, done))),
  async openDirect(fd) {
    const unit = libc()?.directIoUnit(fd) ?? 0;
    if (unit === 0 || DIRECT_UNIT % unit !== 0) return null;
    try {
      // Not by its name, which may be another file's by now.
      const flags = fs.constants.O_WRONLY | fs.constants.O_DIRECT;
      return await call<number>((done) => fs.open(descriptorPath(fd), flags, done));
    } catch {
      return null;
    }
  },
  fstat: (fd) =>
    diskCall("read", fd, async () =>
      toStat(await call<fs.BigIntStats>((done) => fs.fstat(fd, { bigint: true }, done))),
    ),
  read: (fd, buffer, position) => {
    checkPosition(position);
    return diskCall("read", fd, () => readAll(fd, buffer, position));
  },
  isCached(fd, position, length) {
    checkPosition(position);
    return libc()?.isCached(fd, position, length) ?? false;
  },
  hasHole(fd, position, length) {
    checkPosition(position);
    const hole = libc()?.nextHole(fd, position) ?? null;
    return hole === null || hole < position + length;
  },
  watchWriters,
  write: (fd, bytes, position) => {
    checkPosition(position);
    return diskCall("write", fd, () => writeAll(fd, bytes, position));
  },
  zeroRange: (fd, position, length) => {
    checkPosition(position);
    return diskCall("write", fd, () => zeroRange(fd, position, length));
  },
  truncate: (fd, size) =>
    diskCall("resize", fd, () => call<void>((done) => fs.ftruncate(fd, size, (error) => done(error)))),
  freeBytes: (folder) =>
    diskCall("read", folder, async () => {
      const { bavail, bsize } = await fs.promises.statfs(folder);
      return bavail * bsize;
    }),
  totalBytes: (folder) =>
    diskCall("read", folder, async () => {
      const { blocks, bsize } = await fs.promises.statfs(folder);
      return blocks * bsize;
    }),
  sync: (fd) => diskCall("sync", fd, () => call<void>((done) => fs.fsync(fd, (error) => done(error)))),
  close: (fd) => diskCall("close", fd, () => call<void>((done) => fs.close(fd, (error) => done(error ?? null)))),
  async syncFolder(path) {
    const fd = await systemDisk.open(path, "read");
    try {
      await systemDisk.sync(fd);
    } finally {
      await systemDisk.close(fd);
    }
  },
  setModified,
  lock,
  hasWriters: (fd) => libc()?.hasWriters(fd) ?? null,
  watch(folder, { changed, limited }) {
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
  },
  takesAnyName: (folder) => diskCall("read", folder, () => takesAnyName(folder)),
  mountPoints,
  bootId,
  diskSequence: diskSequence,
  processStart,
};

async function readAll(fd: number, buffer: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const from = done;
    const count = await call<number>((settle) =>
      fs.read(fd, buffer, from, buffer.length - from, position + from, settle),
    );
    if (count === 0) break;
    done += count;
  }
  return done;
}

async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const from = done;
    done += await call<number>((settle) => fs.write(fd, bytes, from, bytes.length - from, position + from, settle));
  }
}

export const systemBlockingDisk: BlockingDisk = {
  lstat(path) {
    const stat = diskCallSync("read", path, () => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }));
    return stat ? toStat(stat) : null;
  },
  realpath: (path) => nullIfMissingSync("resolve", path, () => fs.realpathSync(path)),
  makeSubfolder: (path) =>
    diskCallSync("make the folder", path, () => {
      try {
        fs.mkdirSync(path);
      } catch (error) {
        if (!isFolder(error, path)) throw error;
      }
    }),
  checkWritable: (folder) =>
    diskCallSync("write to the folder", folder, () => fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK)),
  renameNoReplace,
  linkFd,
  openTmpfile(folder) {
    if (process.platform !== "linux") return null;
    try {
      return fs.openSync(folder, O_TMPFILE | fs.constants.O_RDWR);
    } catch {
      return null;
    }
  },
  open: (path, mode) => diskCallSync("open", path, () => fs.openSync(path, FLAGS[mode])),
  fstat: (fd) => diskCallSync("read", fd, () => toStat(fs.fstatSync(fd, { bigint: true }))),
  read(fd, buffer, position) {
    checkPosition(position);
    return diskCallSync("read", fd, () => {
      let done = 0;
      while (done < buffer.length) {
        const count = fs.readSync(fd, buffer, done, buffer.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    });
  },
  holes(fd, position, length) {
    checkPosition(position);
    return holes(fd, position, length);
  },
  write(fd, bytes, position) {
    checkPosition(position);
    diskCallSync("write", fd, () => {
      let done = 0;
      // A short write comes before ENOSPC does, so only the loop's end means that all is written.
      while (done < bytes.length) done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
    });
  },
  truncate: (fd, size) => diskCallSync("resize", fd, () => fs.ftruncateSync(fd, size)),
  allocate(fd, position, length) {
    try {
      const { size, blocks } = fs.fstatSync(fd);
      const { bavail, bsize } = fs.statfsSync(descriptorPath(fd));
      // What there is, when it is too little, is left to others.
      if (Math.min(length, size - blocks * BLOCK) <= bavail * bsize) libc()?.allocate(fd, position, length);
    } catch {
      // It goes without, and a write tells what is the matter.
    }
  },
  clone: (from, to) => libc()?.clone(from, to) ?? "unsupported",
  setModified,
  punchHole: (fd, position, length) => libc()?.punchHole(fd, position, length) ?? false,
  writeQueue: openWriteQueue,
  hasWriters: (fd) => libc()?.hasWriters(fd) ?? null,
  syncfs: (fd) =>
    diskCallSync("sync", fd, () => {
      if (!libc()?.syncfs(fd)) fs.fsyncSync(fd);
    }),
  startWriteback: (fd, position, length) => libc()?.startWriteback(fd, position, length),
  close: (fd) => diskCallSync("close", fd, () => fs.closeSync(fd)),
};
