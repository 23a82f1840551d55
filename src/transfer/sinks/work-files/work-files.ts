import { basename, join } from "node:path";
import type { Bounds, Reach } from "../../../platform/disk/disk.ts";
import { hash, hex } from "../../../platform/hash.ts";

/** What a download works with until it is whole, all in the folder of the finished file. */
export interface WorkFiles {
  /** The finished file. */
  readonly path: string;
  /** Where it grows, and which of its pieces are there. */
  readonly part: string;
  readonly journal: string;
  /** Says which process is downloading, where the file system has no locks. */
  readonly lock: string;
  /** How their folder may be reached. */
  readonly reach: Reach;
  /** The folder above theirs that is made first, however it is reached; null: there is none. */
  readonly base: string | null;
}

/** The folder that a download must not leave, as its user calls it, and where it is. */
export interface Confinement {
  readonly base: string;
  readonly bounds: Bounds;
}

const WORK_NAME = /^\.redes-[0-9a-f]{32}\.(part|journal|lock)$/;
/** Hexadecimal digits of the hash of a file's name. */
const NAME_HASH_DIGITS = 32;

/**
 * The work files of a download to a path. Their names are hidden ones, which no file of a catalogue has, and {@link isWorkName}
 * keeps other downloads from being put there. They are as long for a long name as for a short one.
 */
export function workFilesFor(path: string, confinement: Confinement | null = null): WorkFiles {
  const digest = hex(hash(Buffer.from(basename(path)))).slice(0, NAME_HASH_DIGITS);
  // Not by join(), which drops `link/..`: that may be another folder.
  const stem = `${path.slice(0, path.lastIndexOf("/") + 1)}.redes-${digest}`;
  return {
    path,
    part: `${stem}.part`,
    journal: `${stem}.journal`,
    lock: `${stem}.lock`,
    reach: confinement?.bounds ?? "any",
    base: confinement?.base ?? null,
  };
}

/** Whether a path has the name of a work file, so that no download may go there. */
export function isWorkName(path: string): boolean {
  return WORK_NAME.test(basename(path));
}

/** The work files of a copy of a version, in a folder that is there for nothing else. */
export function stagingFilesFor(folder: string, id: string): WorkFiles {
  const path = join(folder, id);
  const journal = `${path}.part.journal`;
  return { path, part: `${path}.part`, journal, lock: `${path}.lock`, reach: "real", base: null };
}
