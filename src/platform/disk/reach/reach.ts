import fs from "node:fs";
import { basename, dirname } from "node:path";
import { say } from "../../../sentences/sentence.ts";
import { descriptorPath } from "../../linux/libc.ts";
import { openReal } from "../../linux/open-real.ts";
import { DiskError, type FolderHandle, type OpenMode, type Reach } from "../disk.ts";
import { diskCallSync } from "../disk-errors.ts";
import { promisified } from "../full-io.ts";
import { isWithin } from "../names.ts";
import { O_PATH, OPEN_FLAGS } from "../shared-calls.ts";
import { isSpot, type Spot } from "./anchor.ts";
import { checkSpot, checkSpotSync } from "./spot-check.ts";

/**
 * See {@link Reach}. A folder is opened, and held while something is done in it through its descriptor: its path is checked
 * after that, so that whoever replaces it by a link comes too early, and is seen, or too late.
 */

const FOLDER_FLAGS = O_PATH | fs.constants.O_DIRECTORY;
/** Those that make a file. They follow no link in its own place. */
const MAKING: ReadonlySet<OpenMode> = new Set(["update", "create"]);

/** Whether open folders can be asked where they are. */
const TELLS_PLACES = process.platform === "linux";

/** Whether nothing is to be checked of an open folder. */
function isAnywhere(reach: Reach): reach is "any" {
  return reach === "any" || !TELLS_PLACES;
}

/**
 * Does something at a path whose folder must be within reach: `work` gets a path through the open folder. Rejects with
 * DiskError `link` or `away`, or the system's error.
 */
export async function inFolder<T>(path: string, reach: Reach = "any", work: (place: string) => Promise<T>): Promise<T> {
  const spot = isSpot(reach) ? reach : null;
  if (isAnywhere(reach)) {
    if (spot) await checkSpot(dirname(path), spot, null);
    return work(path);
  }
  const folder = await promisified<number>((done) => fs.open(dirname(path), FOLDER_FLAGS, done)).catch(
    async (error) => {
      // In the place of a disk that is gone there is no such folder.
      if (spot) await checkSpot(dirname(path), spot, null);
      throw error;
    },
  );
  try {
    const real = await fs.promises.readlink(descriptorPath(folder));
    checkReach(path, `${real}/${basename(path)}`, reach);
    if (spot) await checkSpot(dirname(path), spot, descriptorPath(folder));
    return await work(`${descriptorPath(folder)}/${basename(path)}`);
  } finally {
    await promisified<void>((done) => fs.close(folder, (error) => done(error ?? null)));
  }
}

/** See {@link Disk.open}. Rejects with DiskError `link` or `away`, or the system's error. */
export async function open(path: string, mode: OpenMode, reach: Reach = "any"): Promise<number> {
  if (reach === "any") return openAt(path, mode);
  if (isSpot(reach)) return inFolder(path, reach, (place) => openAt(place, notByLink(mode)));
  if (MAKING.has(mode) || isAnywhere(reach)) return inFolder(path, reach, (place) => openAt(place, mode));
  const fd = await openAt(path, mode);
  try {
    checkReach(path, await fs.promises.readlink(descriptorPath(fd)), reach);
    return fd;
  } catch (error) {
    fs.close(fd);
    throw error;
  }
}

/** A link at the end of a path may lead away from the spot where it is. */
function notByLink(mode: OpenMode): OpenMode {
  return mode === "read" ? "read-no-link" : mode;
}

function openAt(path: string, mode: OpenMode): Promise<number> {
  return promisified<number>((done) => fs.open(path, OPEN_FLAGS[mode], 0o666, done));
}

/** The same, blocking. Throws where a file is to be made that is reached through any link. */
export function openSync(path: string, mode: OpenMode, reach: Reach = "any"): number {
  const flags = OPEN_FLAGS[isSpot(reach) ? notByLink(mode) : mode];
  if (isSpot(reach)) return inRealFolderSync(path, (place) => fs.openSync(place, flags), reach);
  if (isAnywhere(reach)) return fs.openSync(path, flags);
  // One system call: this opens many small files.
  const real = reach === "real" || isWithin(path, reach) ? openReal(path, flags) : null;
  if (real !== null) return real;
  if (MAKING.has(mode)) return makeSync(path, flags, reach);
  const fd = fs.openSync(path, flags);
  try {
    checkReach(path, fs.readlinkSync(descriptorPath(fd)), reach);
    return fd;
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

function makeSync(path: string, flags: number, reach: Exclude<Reach, "any" | Spot>): number {
  checkReach(path, path, reach);
  return inRealFolderSync(path, (place) => fs.openSync(place, flags));
}

/**
 * Like {@link inFolder}, blocking, where the folder must be a real one whatever the reach. Throws DiskError, or the system's
 * error.
 */
export function inRealFolderSync<T>(path: string, work: (place: string) => T, reach: Reach = "real"): T {
  const folder = openFolder(dirname(path), isSpot(reach) ? reach : undefined);
  if (folder === null) throw linkOnTheWay(path);
  try {
    return work(`${folder.path}/${basename(path)}`);
  } finally {
    folder.release();
  }
}

/** `real`: where something is that was reached by a path. Throws DiskError. */
function checkReach(path: string, real: string, reach: Exclude<Reach, "any">): void {
  const isReal = reach === "real" || isSpot(reach);
  if (isReal && real !== path) throw linkOnTheWay(path);
  if (isReal || real === reach.folder || isWithin(real, reach)) return;
  throw new DiskError(
    "link",
    path,
    say("cannot reach {path}: a link on the way leads out of {folder}; remove it", { path, folder: reach.folder }),
  );
}

function linkOnTheWay(path: string): DiskError {
  return new DiskError("link", path, say("cannot reach {path}: a folder on the way is a symbolic link", { path }));
}

/** See {@link BlockingDisk.openFolder}. */
export function openFolder(path: string, spot?: Spot): FolderHandle | null {
  if (!TELLS_PLACES) {
    if (spot) checkSpotSync(path, spot, null);
    return { path, fd: null, release() {} };
  }
  return diskCallSync("open", path, () => openChecked(path, spot));
}

/** Throws DiskError `away`, or the system's error. Null where a link is on the way. */
function openChecked(path: string, spot: Spot | undefined): FolderHandle | null {
  const folder = openDescriptor(path, spot);
  let isChecked = false;
  try {
    const place = descriptorPath(folder);
    if (fs.readlinkSync(place) !== path) return null;
    if (spot) checkSpotSync(path, spot, place);
    isChecked = true;
    return { path: place, fd: folder, release: () => fs.closeSync(folder) };
  } finally {
    if (!isChecked) fs.closeSync(folder);
  }
}

function openDescriptor(path: string, spot: Spot | undefined): number {
  try {
    return fs.openSync(path, FOLDER_FLAGS);
  } catch (error) {
    if (spot) checkSpotSync(path, spot, null);
    throw error;
  }
}
