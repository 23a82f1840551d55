import fs from "node:fs";
import { lock, lockBeyondEnd } from "../linux/file-lock.ts";
import { nextHole } from "../linux/file-space.ts";
import { directIoUnit, setModified } from "../linux/file-status.ts";
import { hasWriters, watchWriters } from "../linux/file-writers.ts";
import { descriptorPath } from "../linux/libc.ts";
import { acceptsAnyName, mountPoints } from "../linux/mounts.ts";
import { isCached } from "../linux/page-cache.ts";
import { renameNoReplace } from "../linux/rename.ts";
import { bootId, diskSequence, processStart } from "../process/process-identity.ts";
import { MIB } from "../units.ts";
import { DIRECT_UNIT, type Disk, type LastCheck } from "./disk.ts";
import { diskCall, nullIfMissing } from "./disk-errors.ts";
import { list, makeFolder, makeSubfolder, watch } from "./folders.ts";
import { promisified, readFully, writeFully } from "./full-io.ts";
import { zeroRange } from "./holes.ts";
import { inFolder, open } from "./reach/reach.ts";
import { checkPosition, fstatSync, linkFd, O_PATH, toStat } from "./shared-calls.ts";

const DIRECT_FLAGS = fs.constants.O_WRONLY | fs.constants.O_DIRECT;

/** Bytes on the disk from which on the system may need a while to free a file. */
const MIN_SLOW_BYTES = 64 * MIB;

/** Reading and writing names: nothing of them needs an open file. */
const byPath = {
  stat: (path) =>
    diskCall("read", path, async () => toStat(await fs.promises.stat(path, { bigint: true }))).catch(nullIfMissing),
  lstat: (path) =>
    diskCall("read", path, async () => toStat(await fs.promises.lstat(path, { bigint: true }))).catch(nullIfMissing),
  realpath: (path) => diskCall("resolve", path, () => fs.promises.realpath(path)).catch(nullIfMissing),
  readLink: (path) => diskCall("read", path, () => fs.promises.readlink(path)),
  list: (folder) => diskCall("list", folder, () => list(folder)),
  makeFolder: (path) => diskCall("make the folder", path, () => makeFolder(path)),
  makeSubfolder: (path, reach) => diskCall("make the folder", path, () => inFolder(path, reach, makeSubfolder)),
  checkWritable: (folder) =>
    diskCall("write to the folder", folder, () => fs.promises.access(folder, fs.constants.W_OK | fs.constants.X_OK)),
  remove: (path, reach) => diskCall("remove", path, () => inFolder(path, reach, (place) => fs.promises.unlink(place))),
  removeIf: (path, isRight, reach) =>
    diskCall("remove", path, () =>
      inFolder(path, reach, (place) => afterLastCheck(place, isRight, () => fs.unlinkSync(place))),
    ),
  removeFolder: (path, reach) =>
    inFolder(path, reach, (place) => fs.promises.rmdir(place)).then(
      () => true,
      () => false,
    ),
  rename: (from, to, reach) =>
    diskCall("rename to", to, () =>
      inFolder(from, reach, (source) => inFolder(to, reach, (target) => fs.promises.rename(source, target))),
    ),
  // One system call, which this thread waits for: Bun has no asynchronous one.
  renameNoReplace: (from, to, reach) =>
    diskCall("rename to", to, () =>
      inFolder(from, reach, (source) => inFolder(to, reach, async (target) => renameNoReplace(source, target))),
    ),
  renameIf: (from, to, isRight, reach) =>
    diskCall("rename to", to, () =>
      inFolder(from, reach, (source) =>
        inFolder(to, reach, (target) => afterLastCheck(target, isRight, () => fs.renameSync(source, target))),
      ),
    ),
  link: (from, to, reach) =>
    diskCall("link", to, () =>
      inFolder(from, reach, (source) => inFolder(to, reach, (target) => fs.promises.link(source, target))),
    ),
  open: (path, mode, reach) => diskCall("open", path, () => open(path, mode, reach)),
  async syncFolder(path, reach) {
    const fd = await systemDisk.open(path, "read", reach);
    try {
      await systemDisk.sync(fd);
    } finally {
      await systemDisk.close(fd);
    }
  },
  watch,
} satisfies Partial<Disk>;

/** What is done with an open file. */
const byDescriptor = {
  // As renameNoReplace.
  linkFd: (fd, to, reach) => diskCall("make", to, () => inFolder(to, reach, async (place) => linkFd(fd, place))),
  async openDirect(fd) {
    const unit = directIoUnit(fd);
    if (unit === 0 || DIRECT_UNIT % unit !== 0) return null;
    try {
      // Not by its name, which may be another file's by now.
      return await promisified<number>((done) => fs.open(descriptorPath(fd), DIRECT_FLAGS, done));
    } catch {
      return null;
    }
  },
  fstat: (fd) =>
    diskCall("read", fd, async () =>
      toStat(await promisified<fs.BigIntStats>((done) => fs.fstat(fd, { bigint: true }, done))),
    ),
  fstatNow: fstatSync,
  read: (fd, buffer, position) => {
    checkPosition(position);
    return diskCall("read", fd, () => readFully(fd, buffer, position));
  },
  isCached(fd, position, length) {
    checkPosition(position);
    return isCached(fd, position, length);
  },
  hasHole(fd, position, length) {
    checkPosition(position);
    const hole = nextHole(fd, position);
    return hole === null || hole < position + length;
  },
  nextHole(fd, position) {
    checkPosition(position);
    return nextHole(fd, position);
  },
  watchWriters,
  write: (fd, bytes, position) => {
    checkPosition(position);
    return diskCall("write", fd, () => writeFully(fd, bytes, position));
  },
  zeroRange: (fd, position, length) => {
    checkPosition(position);
    return diskCall("write", fd, () => zeroRange(fd, position, length));
  },
  truncate: (fd, size) =>
    diskCall("resize", fd, () => promisified<void>((done) => fs.ftruncate(fd, size, (error) => done(error)))),
  sync: (fd) => diskCall("sync", fd, () => promisified<void>((done) => fs.fsync(fd, (error) => done(error)))),
  close: (fd) => diskCall("close", fd, () => promisified<void>((done) => fs.close(fd, (error) => done(error ?? null)))),
  setModified,
  lock,
  lockBeyondEnd,
  hasWriters,
} satisfies Partial<Disk>;

/** What is asked about file systems, and about this machine. */
const bySystem = {
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
  acceptsAnyName: (folder) => diskCall("read", folder, () => acceptsAnyName(folder)),
  mountPoints,
  bootId,
  diskSequence,
  processId: process.pid,
  processStart,
} satisfies Partial<Disk>;

/** The disk of this machine. */
export const systemDisk: Disk = { ...byPath, ...byDescriptor, ...bySystem };

/**
 * Does what takes a name from a file, if that file is right; says whether it did. The look and the change are two system
 * calls in a row: no system has one for both. Somebody who puts another file there has microseconds for it, and not
 * the time in which a thread of the pool is waited for. Throws the system's error.
 */
async function afterLastCheck(place: string, isRight: LastCheck, change: () => void): Promise<boolean> {
  const stat = fs.lstatSync(place, { bigint: true, throwIfNoEntry: false });
  const there = stat ? toStat(stat) : null;
  if (!isRight(there)) return false;
  const isSlow = process.platform === "linux" && there !== null && there.allocated >= MIN_SLOW_BYTES;
  // As long as it is open it is not freed, and it is closed by another thread.
  const held = isSlow ? fs.openSync(place, O_PATH | fs.constants.O_NOFOLLOW) : null;
  try {
    change();
    return true;
  } finally {
    if (held !== null) await promisified<void>((done) => fs.close(held, (error) => done(error ?? null)));
  }
}
