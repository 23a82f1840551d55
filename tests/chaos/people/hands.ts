import fs from "node:fs";
import path from "node:path";
import { isNoRoom } from "../world/small-disk.ts";
import { type Digest, digestOf } from "./content.ts";
import type { Replaced } from "./history.ts";

/** What a person's change of a file made of what. */
export interface Written {
  readonly version: Digest;
  readonly replaced: Replaced;
  /** Whether the version is where the name leads: else the program has moved the file while it was written. */
  readonly inPlace: boolean;
}

/** Puts content under a name by a rename, as editors do. Throws where there is no room. */
export function replaceByRename(folder: string, name: string, content: Uint8Array): Written {
  const target = path.join(folder, name);
  const draft = path.join(path.dirname(target), `.draft-${path.basename(target)}`);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  try {
    fs.writeFileSync(draft, content);
    const before = openIfThere(target);
    try {
      fs.renameSync(draft, target);
      return { version: digestOf(content), replaced: before === null ? "nothing" : gone(before), inPlace: true };
    } finally {
      if (before !== null) fs.closeSync(before);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/**
 * Opens a file, changes it and closes it. `edit` gets its descriptor and what is in it; where there is no room it may
 * leave any part of its change. Null where there is no such file.
 */
export function editInPlace(
  folder: string,
  name: string,
  edit: (fd: number, content: Uint8Array) => void,
): Written | null {
  const target = path.join(folder, name);
  const fd = openIfThere(target, "r+");
  if (fd === null) return null;
  try {
    const before = readAll(fd);
    try {
      edit(fd, before);
    } catch (error) {
      if (!isNoRoom(error)) throw error;
    }
    const version = digestOf(readAll(fd));
    return { version, replaced: { version: digestOf(before) }, inPlace: isAt(fd, target) };
  } finally {
    fs.closeSync(fd);
  }
}

/** Deletes a file from one folder. Gives the version that it was: null where there was none, or it was replaced just then. */
export function deleteFile(folder: string, name: string): Digest | null {
  const target = path.join(folder, name);
  const fd = openIfThere(target);
  if (fd === null) return null;
  try {
    fs.rmSync(target, { force: true });
    const replaced = gone(fd);
    return typeof replaced === "object" ? replaced.version : null;
  } finally {
    fs.closeSync(fd);
  }
}

/** Renames a file to a name that nothing has. Gives the version that it is: null where there was none. */
export function renameFile(folder: string, from: string, to: string): Digest | null {
  const target = path.join(folder, to);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  try {
    fs.renameSync(path.join(folder, from), target);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  return digestOf(fs.readFileSync(target));
}

/** The version of an open file that was replaced or deleted; unknown where somebody else was faster. */
function gone(fd: number): Replaced {
  return fs.fstatSync(fd).nlink === 0 ? { version: digestOf(readAll(fd)) } : "unknown";
}

function isAt(fd: number, target: string): boolean {
  const found = fs.statSync(target, { throwIfNoEntry: false });
  return found?.ino === fs.fstatSync(fd).ino;
}

function readAll(fd: number): Uint8Array {
  const content = new Uint8Array(fs.fstatSync(fd).size);
  fs.readSync(fd, content, 0, content.length, 0);
  return content;
}

function openIfThere(target: string, flags = "r"): number | null {
  try {
    return fs.openSync(target, flags);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether an operation failed because the program had removed a file or a folder just then. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
