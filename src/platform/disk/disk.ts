import type { Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { Spot } from "./reach/anchor.ts";

/** What is known of a file without reading it. Times in nanoseconds since 1970, sizes in bytes. */
export interface FileStat {
  kind: "file" | "folder" | "link" | "other";
  size: number;
  mtimeNs: bigint;
  ctimeNs: bigint;
  inode: bigint;
  /** Of the file system; not the same after it was mounted anew. */
  device: bigint;
  /** Bytes that it takes on the disk: fewer than its size where it has holes, or is compressed. */
  allocated: number;
}

/** The identity of a file, whatever its name and content. */
export type FileId = Readonly<Pick<FileStat, "inode" | "device">>;

export function sameFile(left: FileId, right: FileId): boolean {
  return left.inode === right.inode && left.device === right.device;
}

/** Bytes: what is written directly starts and ends at multiples of it, in the file as in memory. */
export const DIRECT_UNIT = 4096;

export interface FolderEntry {
  name: string;
  kind: FileStat["kind"];
  /** False where the bytes of the name are not UTF-8: no path leads there, and `name` is only for people. */
  utf8: boolean;
}

/** Which limit of the system keeps folders from being watched: the number of watches, or of those who watch. */
export type WatchLimit = "watches" | "instances";

export interface Watcher {
  /** `path` is relative to the watched folder; null when only a scan can find out what has changed. */
  changed(path: string | null): void;
  /** Called once or more when some folders, at any depth, are not watched. The others go on being watched. */
  limited(limit: WatchLimit): void;
}

export type OpenMode =
  /** An existing file, to be read. */
  | "read"
  /** The same, unless it is a link. */
  | "read-no-link"
  /** The same, to be read and written. */
  | "change"
  /** Read and write; made when absent, kept when present. A link is not followed, a pipe not waited for. */
  | "update"
  /** Read and write; must not exist yet. */
  | "create";

/**
 * Where a file must be, whatever links its path has: in `folder`, a real path, and not in a folder of the name `except`
 * within it.
 */
export interface Bounds {
  readonly folder: string;
  readonly except: string | null;
}

/**
 * How the folders of the paths of an operation may be reached: `real`, through no link; by links that stay within bounds,
 * whose folder is one of them; or where they are at a certain spot. What comes into their place while the operation runs is
 * like what was there before: for a link `link` is thrown, for another disk or folder `away`, and nothing is done.
 */
export type Reach = "any" | "real" | Bounds | Spot;

/** Why a disk operation failed, from the system's error number. */
export type DiskFailure =
  | "missing"
  | "exists"
  | "full"
  | "readonly"
  | "denied"
  | "folder"
  | "link"
  | "limit"
  /** Longer than a file may be here. */
  | "too-large"
  /** The name is none that this file system can hold. */
  | "name"
  /** It is on another file system. */
  | "device"
  /** What was meant is not in its place: another disk or folder is there. */
  | "away"
  | "other";

/** What came of {@link BlockingDisk.clone}. `unsupported`: the file system cannot do it for any file; `failed`: not for these. */
export type CloneResult = "cloned" | "unsupported" | "failed";

/** What came of asking for a lock. `unsupported`: the file system, or the machine, has none. */
export type LockResult = "taken" | "held" | "unsupported";

export class DiskError extends SentenceError {
  constructor(
    readonly failure: DiskFailure,
    readonly path: string,
    told: Told,
    options?: ErrorOptions,
  ) {
    super(told, options);
  }
}

/** Whether what is at a path, if anything, may go now. */
export type LastCheck = (there: FileStat | null) => boolean;

/**
 * The only way to the file system. Open files are descriptors, shared by all threads of the process. Everything throws
 * {@link DiskError}; reads and writes give the number of bytes done, which may be short at the end of the file only.
 */
export interface Disk {
  stat(path: string): Promise<FileStat | null>;
  /** Like stat, of a link itself. */
  lstat(path: string): Promise<FileStat | null>;
  realpath(path: string): Promise<string | null>;
  /** What a symbolic link says. */
  readLink(path: string): Promise<string>;
  list(folder: string): Promise<FolderEntry[]>;
  /** Makes a folder and those above it; gives the topmost one that it made, or null when all were there. */
  makeFolder(path: string): Promise<string | null>;
  /** Makes a folder in one that must be there, so that nothing is made in the place of a disk that is not. */
  makeSubfolder(path: string, reach?: Reach): Promise<void>;
  /** Throws what this process would get that makes or removes something in a folder: `denied` or `readonly`. */
  checkWritable(folder: string): Promise<void>;
  remove(path: string, reach?: Reach): Promise<void>;
  /** Removes what is right by a last check, after which nothing else is waited for; says whether it did. */
  removeIf(path: string, isRight: LastCheck, reach?: Reach): Promise<boolean>;
  /** Removes a folder when it is empty; says whether it is gone. */
  removeFolder(path: string, reach?: Reach): Promise<boolean>;
  rename(from: string, to: string, reach?: Reach): Promise<void>;
  /** Renames where what is at `to` is right by a last check, after which nothing else is waited for; says whether it did. */
  renameIf(from: string, to: string, isRight: LastCheck, reach?: Reach): Promise<boolean>;
  /** Renames unless `to` exists, in which case it throws `exists`. */
  renameNoReplace(from: string, to: string, reach?: Reach): Promise<void>;
  /** Gives an open file that has no name one, unless it exists, in which case it throws `exists`. */
  linkFd(fd: number, to: string, reach?: Reach): Promise<void>;
  /** A second name for a file (a hard link), which must be free. Throws where the file system has none. */
  link(from: string, to: string, reach?: Reach): Promise<void>;
  /** The reach is that of the file itself, too: `link` is thrown where it lies beyond. */
  open(path: string, mode: OpenMode, reach?: Reach): Promise<number>;
  /**
   * A second descriptor of an open file that writes past the page cache: from the program's memory straight to the disk,
   * in units of {@link DIRECT_UNIT}. Null where the file system cannot.
   */
  openDirect(fd: number): Promise<number | null>;
  fstat(fd: number): Promise<FileStat>;
  /** The same at once: of a file whose bytes are in memory, for which no disk is waited for. */
  fstatNow(fd: number): FileStat;
  read(fd: number, buffer: Uint8Array, position: number): Promise<number>;
  /** Whether all of `length` bytes are in memory now, so that reading them waits for no disk. False when unknown. */
  isCached(fd: number, position: number, length: number): boolean;
  /** Whether part of these bytes, within the file's size, was never written, or given back. True when unknown. */
  hasHole(fd: number, position: number, length: number): boolean;
  /** Where the first bytes at or after a position are that were never written, or given back; the file's end where none are. Null when unknown. */
  nextHole(fd: number, position: number): number | null;
  /** Begins to notice writers of an open file, from its own descriptors apart while they stay open. Null where that cannot be. */
  watchWriters(fd: number): WriteWatch | null;
  write(fd: number, bytes: Uint8Array, position: number): Promise<void>;
  /** Makes bytes read as zeros, as a hole that takes no room where the file system can. Within the file's size. */
  zeroRange(fd: number, position: number, length: number): Promise<void>;
  /** Sets the length of a file; what it is longer by is a hole. */
  truncate(fd: number, size: number): Promise<void>;
  /** Bytes that a user may still write to the file system of a folder. */
  freeBytes(folder: string): Promise<number>;
  /** Whether the file system of a folder is of a kind that accepts every name: all bytes but `/` and 0, different by case. */
  acceptsAnyName(folder: string): Promise<boolean>;
  /** Where file systems are mounted. Empty where the system does not say. */
  mountPoints(): Promise<string[]>;
  /** Bytes of the whole file system of a folder. */
  totalBytes(folder: string): Promise<number>;
  sync(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  /** Makes the folder's own changes (a rename, a new file) survive a power loss. */
  syncFolder(path: string, reach?: Reach): Promise<void>;
  /** Sets the modification time of an open file, in microseconds since 1970; false where that is refused. */
  setModified(fd: number, modified: number): boolean;
  /** Asks for the exclusive lock of an open file, which its close or the end of the process releases. Does not wait. */
  lock(fd: number): LockResult;
  /**
   * The same for a byte far beyond any file's end. Where a lock keeps other descriptors from the bytes that it covers, as on
   * SMB, the file can still be read and written through all of them. It knows nothing of {@link Disk.lock}.
   */
  lockBeyondEnd(fd: number): LockResult;
  /** Whether some process has this file, open here with mode "read", open for writing. Null where the system does not say. */
  hasWriters(fd: number): boolean | null;
  /** Watches a folder and all beneath it, but for what is beneath `except`, a folder right in it. Returns how to stop. */
  watch(folder: string, watcher: Watcher, except: string): () => void;
  /** An id that the kernel makes at each start; null where there is none. Rejects with DiskError when too much is open for asking. */
  bootId(): Promise<string | null>;
  /** An id of how a disk was attached to the machine, by a file's device: another one once it was pulled out. "" where unknown. */
  diskSequence(device: bigint): Promise<string>;
  /** The number by which this machine knows this process. */
  readonly processId: number;
  /**
   * When a process of this machine began, in the kernel's own units since the boot; null when there is none, "" when there
   * is one and the system does not say. Rejects with DiskError when too much is open for asking.
   */
  processStart(pid: number): Promise<string | null>;
}

/** Tells whether somebody else may have written to a file. */
export interface WriteWatch {
  /** Whether a descriptor by which it could be written to was closed since the watch began. */
  noticed(): boolean;
  /** To be called once. */
  stop(): void;
}

/** Direct writes that go on while their thread does something else. */
export interface WriteQueue {
  /** Writes that have begun and whose `done` was not called. */
  readonly pending: number;
  /**
   * Begins to write through a descriptor of {@link Disk.openDirect}; says whether it could. The bytes must stay as they
   * are until `done` is called, which says whether all of them are written. It does not use the queue.
   */
  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean;
  /**
   * Calls `done` of the writes that have ended. With `wait`, and while any are pending, that is one at least.
   */
  reap(wait: boolean): void;
}

/** An open folder. */
export interface FolderHandle {
  /** Leads to the folder, whatever has its name by now. */
  readonly path: string;
  /** Its descriptor; null where the system has none of folders. */
  readonly fd: number | null;
  /** To be called once. */
  release(): void;
}

/** The same methods, which return when they are done. */
type Blocking<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : Methods[Name];
};

type MethodsOfBoth = Pick<
  Disk,
  | "lstat"
  | "realpath"
  | "makeSubfolder"
  | "removeFolder"
  | "checkWritable"
  | "renameNoReplace"
  | "open"
  | "fstat"
  | "read"
  | "write"
  | "truncate"
  | "setModified"
  | "hasWriters"
  | "close"
>;

/** The blocking operations, for threads that have nothing else to do. Same errors as {@link Disk}. */
export interface BlockingDisk extends Blocking<MethodsOfBoth> {
  /** Whether an open file is in a state, as `sameContent` says. It leaves no garbage, for who asks very often. */
  isUnchanged(fd: number, state: Pick<FileStat, "size" | "mtimeNs" | "inode">): boolean;
  /** Opens a folder that is reached through no link, at a spot if one is given. Null where a link is on the way. */
  openFolder(path: string, spot?: Spot): FolderHandle | null;
  /** Gives an open file that has no name one in a folder. Throws `exists` when it is taken. */
  linkFd(fd: number, folder: FolderHandle, name: string): void;
  /**
   * Makes a file without a name on the file system of a folder, for reading and writing. It is gone with its descriptor
   * unless it gets a name. Null where there are no such files, or the folder is reached through a link.
   */
  openTmpfile(folder: string): number | null;
  /**
   * Where there are holes in a part of a file, as [position, length] in order: these read as zeros. None where that
   * cannot be told. Brings what was written to the disk first where there are any: until then some file systems do not know.
   */
  holes(fd: number, position: number, length: number): readonly (readonly [number, number])[];
  /** Takes room on the disk, where there is as much, for bytes within a file's size: then direct writes need not wait for each other. */
  allocate(fd: number, position: number, length: number): void;
  /** Makes an empty file share all that another holds, until either is changed, where the file system can. */
  clone(from: number, to: number): CloneResult;
  /** Gives back the room of bytes that read as zeros from then on; says whether the file system can. */
  punchHole(fd: number, position: number, length: number): boolean;
  /** A new queue; null where the system has none. */
  writeQueue(): WriteQueue | null;
  /** Flushes everything written to the file system that holds `fd`: one call for many small files. */
  syncfs(fd: number): void;
  /**
   * Begins to bring bytes that were written to the disk, and does not wait until they are there: a later flush finds
   * less to do. An error is thrown by the later one. Does nothing where the system cannot.
   */
  startWriteback(fd: number, position: number, length: number): void;
}
