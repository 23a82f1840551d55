import type { Simulation } from "../../simulation.ts";
import { fail } from "../errors.ts";
import { Content, PAGE_BYTES, pagesFor } from "./content.ts";
import { type FileSystemEvents, NO_EVENTS } from "./events.ts";
import { Entry, type Inode, pathOf, type SimFile, type SimFolder, type SimLink, type Volume } from "./inodes.ts";
import { UnsyncedChanges } from "./unsynced-changes.ts";
import { UnsyncedNames } from "./unsynced-names.ts";

/** What one kind of file system can do, and another cannot. */
export interface FileSystemFeatures {
  /** Bytes of all of it. */
  readonly capacity: number;
  /** Whether the number of a file that is gone is given to the next new one. */
  readonly reusesInodes: boolean;
  /** Milliseconds of the steps in which files' times go on: two changes within one step have the same time. */
  readonly timeStepMs: number;
  readonly direct: boolean;
  readonly clones: boolean;
  readonly holes: boolean;
  readonly tmpfiles: boolean;
  readonly hardLinks: boolean;
  readonly locks: boolean;
  readonly leases: boolean;
  /** Whether it takes every name: all bytes but `/` and 0. */
  readonly anyName: boolean;
}

const EXT4: FileSystemFeatures = {
  capacity: 2 ** 30,
  reusesInodes: true,
  timeStepMs: 4,
  direct: true,
  clones: false,
  holes: true,
  tmpfiles: true,
  hardLinks: true,
  locks: true,
  leases: true,
  anyName: true,
};

/** Where a file system is in use. */
export interface Attachment {
  readonly mountedOn: SimFolder | null;
  readonly device: bigint;
  readonly events: FileSystemEvents;
  /** Nanoseconds since 1970, by the clock of the machine. */
  readonly wallNs: (stepMs: number) => bigint;
}

/** Bytes of the longest name. */
const MAX_NAME_BYTES = 255;
/** Characters of a name that has no more bytes than that, whatever they are. */
const SURELY_SHORT = 85;
/** Of what a file system without `anyName` refuses. */
const REFUSED_NAME = /[<>:"|?*\\]/;

/**
 * The disk of a machine, apart from it: it outlives power losses, and can be mounted elsewhere. What is in memory only is
 * lost in a power loss. It knows folders and names in them; paths are the machine's.
 */
export class SimFileSystem implements Volume {
  readonly features: FileSystemFeatures;
  readonly root: SimFolder;
  readonly names = new UnsyncedNames();
  /** Pages in use. */
  used = 0;
  capacity: number;
  readOnly = false;
  attachment: Attachment | null = null;
  /** Files with bytes that are not on the disk itself. */
  readonly unsyncedFiles = new Set<SimFile>();
  private lastNumber = 1;
  private freeNumbers: number[] = [];

  constructor(
    readonly sim: Simulation,
    features: Partial<FileSystemFeatures> = {},
  ) {
    this.features = { ...EXT4, ...features };
    this.capacity = this.features.capacity;
    this.root = this.newFolder();
    this.root.entry = new Entry("", null, this.root);
  }

  get device(): bigint {
    return this.attachment?.device ?? 0n;
  }

  get mountedOn(): SimFolder | null {
    return this.attachment?.mountedOn ?? null;
  }

  get events(): FileSystemEvents {
    return this.attachment?.events ?? NO_EVENTS;
  }

  get nowNs(): bigint {
    return this.attachment?.wallNs(this.features.timeStepMs) ?? 0n;
  }

  /** Bytes that may still be written. */
  get freeBytes(): number {
    return Math.max(0, Math.floor(this.capacity / PAGE_BYTES) - this.used) * PAGE_BYTES;
  }

  /** A file without a name. */
  newFile(): SimFile {
    const now = this.nowNs;
    return {
      kind: "file",
      ...this.newInode(now),
      content: new Content(),
      unsynced: new UnsyncedChanges(now),
      writers: 0,
      writersClosed: 0,
      lockedBy: null,
    };
  }

  makeFile(folder: SimFolder, name: string): Entry {
    this.checkNew(folder, name);
    const entry = this.put(folder, name, this.newFile());
    this.names.add(this.sim.now, [{ folder, name, inode: entry.inode }]);
    return entry;
  }

  makeFolder(folder: SimFolder, name: string): Entry {
    this.checkNew(folder, name);
    const made = this.newFolder();
    made.entry = this.put(folder, name, made);
    this.names.add(this.sim.now, [{ folder, name, inode: made }], made);
    return made.entry;
  }

  makeLink(folder: SimFolder, name: string, target: string): Entry {
    this.checkNew(folder, name);
    const link: SimLink = { kind: "link", ...this.newInode(this.nowNs), target };
    this.names.add(this.sim.now, [{ folder, name, inode: link }]);
    return this.put(folder, name, link);
  }

  /** Gives a file one more name. */
  addName(inode: SimFile | SimLink, folder: SimFolder, name: string): void {
    this.checkNew(folder, name);
    const entry = this.put(folder, name, inode);
    inode.ctimeNs = this.nowNs;
    this.names.add(this.sim.now, [{ folder, name, inode }]);
    this.events.placed(entry, null);
  }

  /** Removes a name that is no folder's. */
  unlink(entry: Entry, folder: SimFolder): void {
    this.checkChangeable(folder);
    if (entry.inode.kind === "folder") fail("EISDIR");
    this.names.add(this.sim.now, [{ folder, name: entry.name, inode: null }]);
    this.take(entry, folder, "removed");
  }

  /** Removes an empty folder. */
  removeFolder(entry: Entry, folder: SimFolder): void {
    const { inode } = entry;
    if (inode.kind !== "folder") fail("ENOTDIR");
    this.checkChangeable(folder);
    if (inode.entries.size > 0) fail("ENOTEMPTY");
    this.names.add(this.sim.now, [{ folder, name: entry.name, inode: null }]);
    this.take(entry, folder, "removed");
  }

  /** Moves a name, in the place of what is at the new one. */
  rename(entry: Entry, from: SimFolder, to: SimFolder, name: string): void {
    const { inode } = entry;
    const replaced = to.entries.get(name);
    this.checkChangeable(from);
    this.checkChangeable(to);
    this.checkName(name);
    if (inode.kind === "folder") checkNotInside(inode, to);
    if (replaced?.inode === inode) return;
    if (replaced) checkReplaceable(inode, replaced.inode);
    const before = pathOf(entry);
    const { now } = this.sim;
    this.names.add(now, [
      { folder: from, name: entry.name, inode: null },
      { folder: to, name, inode },
    ]);
    if (replaced) this.take(replaced, to, "replaced");
    from.entries.delete(entry.name);
    this.touchFolder(from, entry.name);
    entry.name = name;
    entry.folder = to;
    to.entries.set(name, entry);
    inode.ctimeNs = this.nowNs;
    this.touchFolder(to, name);
    this.events.placed(entry, before);
  }

  /** Gives back what nobody has open and has no name. */
  release(inode: Inode): void {
    if (inode.links > 0 || inode.opened > 0) return;
    if (inode.kind === "file") {
      this.used -= inode.content.held;
      this.unsyncedFiles.delete(inode);
    }
    if (this.features.reusesInodes) this.freeNumbers.push(inode.number);
  }

  /** After a power loss: the pages and the numbers in use are those of these inodes alone. */
  recount(inodes: Iterable<Inode>): void {
    const numbers = new Set<number>();
    this.used = 0;
    for (const inode of inodes) {
      // Its number was given to a new file, and the loss has left both.
      if (numbers.has(inode.number)) inode.number = this.nextNumber();
      numbers.add(inode.number);
      if (inode.kind === "file") this.used += inode.content.held;
    }
    this.freeNumbers = [];
    if (!this.features.reusesInodes) return;
    for (let number = this.lastNumber; number > 1; number--) if (!numbers.has(number)) this.freeNumbers.push(number);
  }

  /** Pages that a write or a reservation may still take. */
  get freePages(): number {
    return Math.max(0, pagesFor(this.capacity) - this.used);
  }

  checkWritable(): void {
    if (this.readOnly) fail("EROFS");
  }

  /** Throws what whoever adds or removes a name in a folder gets. */
  checkChangeable(folder: SimFolder): void {
    this.checkWritable();
    if (!folder.writable) fail("EACCES");
  }

  private checkNew(folder: SimFolder, name: string): void {
    if (folder.entries.has(name)) fail("EEXIST");
    this.checkName(name);
    this.checkChangeable(folder);
    if (folder.entry?.gone) fail("ENOENT");
  }

  private checkName(name: string): void {
    if (name.length > SURELY_SHORT && Buffer.byteLength(name) > MAX_NAME_BYTES) fail("ENAMETOOLONG");
    if (!this.features.anyName && REFUSED_NAME.test(name)) fail("EINVAL");
  }

  private put(folder: SimFolder, name: string, inode: Inode): Entry {
    const entry = new Entry(name, folder, inode);
    folder.entries.set(name, entry);
    inode.links += 1;
    this.touchFolder(folder, name);
    return entry;
  }

  private take(entry: Entry, folder: SimFolder, cause: "removed" | "replaced"): void {
    const { inode } = entry;
    if (inode.kind === "file" && inode.links === 1) this.events.contentLost(inode, inode.content, entry, cause);
    folder.entries.delete(entry.name);
    entry.gone = true;
    inode.links -= 1;
    inode.ctimeNs = this.nowNs;
    this.touchFolder(folder, entry.name);
    this.release(inode);
  }

  private touchFolder(folder: SimFolder, name: string): void {
    folder.mtimeNs = this.nowNs;
    folder.ctimeNs = folder.mtimeNs;
    this.events.changed(folder, name);
  }

  private newFolder(): SimFolder {
    return {
      kind: "folder",
      ...this.newInode(this.nowNs),
      entries: new Map(),
      durable: new Map(),
      entry: null,
      cover: null,
      writable: true,
    };
  }

  private newInode(now: bigint) {
    const number = this.freeNumbers.pop() ?? this.nextNumber();
    return { volume: this as Volume, number, links: 0, opened: 0, mtimeNs: now, ctimeNs: now };
  }

  private nextNumber(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }
}

function checkReplaceable(inode: Inode, replaced: Inode): void {
  if (replaced.kind !== "folder") {
    if (inode.kind === "folder") fail("ENOTDIR");
    return;
  }
  if (inode.kind !== "folder") fail("EISDIR");
  if (replaced.cover) fail("EBUSY");
  if (replaced.entries.size > 0) fail("ENOTEMPTY");
}

/** A folder cannot be moved into itself. */
function checkNotInside(folder: SimFolder, to: SimFolder): void {
  for (let at: SimFolder | null = to; at; at = at.entry?.folder ?? null) if (at === folder) fail("EINVAL");
}

/** The file system that an inode is on: nothing else makes any. */
export function fileSystemOf({ volume }: Inode): SimFileSystem {
  if (volume instanceof SimFileSystem) return volume;
  throw new Error("an inode of no file system");
}
