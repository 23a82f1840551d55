import type { Content } from "./content.ts";
import type { UnsyncedChanges } from "./unsynced-changes.ts";

/** What an inode knows of the file system that it is on. */
export interface Volume {
  readonly device: bigint;
  readonly root: SimFolder;
  /** The folder that it is mounted on; null for the machine's first one, and for one that is not mounted. */
  readonly mountedOn: SimFolder | null;
}

/** A name in a folder. A rename moves it, so who has it open follows. */
export class Entry {
  /** Whether the name was removed, or given to another file. */
  gone = false;

  constructor(
    public name: string,
    /** Null for the root of a file system. */
    public folder: SimFolder | null,
    readonly inode: Inode,
  ) {}
}

interface Times {
  mtimeNs: bigint;
  ctimeNs: bigint;
}

interface InodeFields extends Times {
  readonly volume: Volume;
  number: number;
  /** Names that it has, and whether it ever had one. */
  links: number;
  wasNamed: boolean;
  /** Open descriptors. */
  opened: number;
  /** The open files that have its lock, and that of the byte beyond its end. */
  lockedBy: object | null;
  byteLockedBy: object | null;
}

export interface SimFile extends InodeFields {
  readonly kind: "file";
  content: Content;
  readonly unsynced: UnsyncedChanges;
  /** Open descriptors by which it can be written to, and how many such ones were closed. */
  writers: number;
  writersClosed: number;
}

export interface SimFolder extends InodeFields {
  readonly kind: "folder";
  readonly entries: Map<string, Entry>;
  /** What its names stand for on the disk itself, as opposed to in memory. */
  readonly durable: Map<string, Inode>;
  /** Its own name. */
  entry: Entry | null;
  /** The root of the file system that is mounted on it. */
  cover: SimFolder | null;
  /** Whether something may be made and removed in it. */
  writable: boolean;
}

export interface SimLink extends InodeFields {
  readonly kind: "link";
  readonly target: string;
}

export type Inode = SimFile | SimFolder | SimLink;

/** The absolute path of a name, as the kernel shows it for an open file; that of a removed one says so. */
export function pathOf(entry: Entry): string {
  return entry.gone ? `${lastPathOf(entry)} (deleted)` : lastPathOf(entry);
}

/** The absolute path that a name has, or had when it was removed. */
export function lastPathOf(entry: Entry): string {
  const parts: string[] = [];
  for (let at: Entry | null = entry; at; ) {
    if (at.folder) {
      parts.push(at.name);
      at = at.folder.entry;
    } else at = at.inode.volume.mountedOn?.entry ?? null;
  }
  return `/${parts.reverse().join("/")}`;
}
