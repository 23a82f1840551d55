import fs from "node:fs";
import { openWriteQueue } from "../linux/aio.ts";
import { allocate, clone, punchHole } from "../linux/file-space.ts";
import { setModified } from "../linux/file-status.ts";
import { hasWriters } from "../linux/file-writers.ts";
import { descriptorPath } from "../linux/libc.ts";
import { openReal } from "../linux/open-real.ts";
import { startWriteback, syncfs } from "../linux/page-cache.ts";
import * as linux from "../linux/rename.ts";
import type { BlockingDisk } from "./disk.ts";
import { diskCallSync, nullIfMissing } from "./disk-errors.ts";
import { readFullySync, writeFullySync } from "./full-io.ts";
import { holes } from "./holes.ts";
import { inRealFolderSync, openFolder, openSync } from "./reach/reach.ts";
import {
  checkPosition,
  fstatSync,
  isExistingFolder,
  isUnchanged,
  linkFd,
  STAT_BLOCK_BYTES,
  toStat,
} from "./shared-calls.ts";

/** From <fcntl.h> of Linux, the same on every architecture but for the part that O_DIRECTORY is. */
const O_TMPFILE = 0o20000000 | fs.constants.O_DIRECTORY;

function makeSubfolder(path: string): void {
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (!isExistingFolder(error, path)) throw error;
  }
}

/** The disk of this machine, for threads that may wait for it. */
export const systemBlockingDisk: BlockingDisk = {
  lstat(path) {
    try {
      // An exception for each of thousands of new names would take longer than the call.
      const stat = diskCallSync("read", path, () => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }));
      return stat ? toStat(stat) : null;
    } catch (error) {
      return nullIfMissing(error);
    }
  },
  realpath(path) {
    try {
      return diskCallSync("resolve", path, () => fs.realpathSync(path));
    } catch (error) {
      return nullIfMissing(error);
    }
  },
  makeSubfolder: (path, reach = "any") =>
    diskCallSync("make the folder", path, () =>
      reach === "any" ? makeSubfolder(path) : inRealFolderSync(path, makeSubfolder, reach),
    ),
  removeFolder(path, reach = "any") {
    try {
      if (reach === "any") fs.rmdirSync(path);
      else inRealFolderSync(path, fs.rmdirSync, reach);
      return true;
    } catch {
      return false;
    }
  },
  checkWritable: (folder) =>
    diskCallSync("write to the folder", folder, () => fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK)),
  renameNoReplace: (from, to) => diskCallSync("rename to", to, () => linux.renameNoReplace(from, to)),
  openFolder: openFolder,
  linkFd: (fd, { path, fd: folder }, name) =>
    folder === null
      ? linkFd(fd, `${path}/${name}`)
      : diskCallSync("make", `${path}/${name}`, () => linux.linkFd(fd, name, folder)),
  openTmpfile(folder) {
    if (process.platform !== "linux") return null;
    const flags = O_TMPFILE | fs.constants.O_RDWR;
    try {
      return openReal(folder, flags) ?? inRealFolderSync(`${folder}/.`, (place) => fs.openSync(place, flags));
    } catch {
      return null;
    }
  },
  open: (path, mode, reach) => diskCallSync("open", path, () => openSync(path, mode, reach)),
  fstat: fstatSync,
  isUnchanged,
  read(fd, buffer, position) {
    checkPosition(position);
    try {
      // Of thousands of blocks a second, the function that may be called again would be garbage for each.
      return readFullySync(fd, buffer, position);
    } catch {
      return diskCallSync("read", fd, () => readFullySync(fd, buffer, position));
    }
  },
  holes(fd, position, length) {
    checkPosition(position);
    return holes(fd, position, length);
  },
  write(fd, bytes, position) {
    checkPosition(position);
    diskCallSync("write", fd, () => writeFullySync(fd, bytes, position));
  },
  truncate: (fd, size) => diskCallSync("resize", fd, () => fs.ftruncateSync(fd, size)),
  allocate(fd, position, length) {
    try {
      const { size, blocks } = fs.fstatSync(fd);
      const { bavail, bsize } = fs.statfsSync(descriptorPath(fd));
      // What there is, when it is too little, is left to others.
      if (Math.min(length, size - blocks * STAT_BLOCK_BYTES) <= bavail * bsize) allocate(fd, position, length);
    } catch {
      // The file works without it, and a write throws what is the matter.
    }
  },
  clone,
  setModified,
  punchHole,
  writeQueue: openWriteQueue,
  hasWriters,
  syncfs: (fd) =>
    diskCallSync("sync", fd, () => {
      if (!syncfs(fd)) fs.fsyncSync(fd);
    }),
  startWriteback,
  close: (fd) => diskCallSync("close", fd, () => fs.closeSync(fd)),
};
