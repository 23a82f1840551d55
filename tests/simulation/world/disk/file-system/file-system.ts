import type { Simulation } from "../../simulation.ts";
import { fail } from "../errors.ts";
import { Content, PAGE_BYTES, pagesFor } from "./content.ts";
import { type FileSystemEvents, NO_EVENTS } from "./events.ts";
import { EXT4, type FileSystemFeatures } from "./features.ts";
import { InodeNumbers } from "./inode-numbers.ts";
import { Entry, type Inode, pathOf, type SimFile, type SimFolder, type SimLink, type Volume } from "./inodes.ts";
import { UnsyncedChanges } from "./unsynced-changes.ts";
import { UnsyncedNames } from "./unsynced-names.ts";

/** Where a file system is in use. */
export interface Attachment {
  readonly mountedOn: SimFolder | null;
  readonly device: bigint;
  readonly events: FileSystemEvents;
  /** Nanoseconds since 1970, by the clock of the machine. */
  readonly wallNs: (stepMs: number) => bigint;
}

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
  private readonly numbers: InodeNumbers;
  /** Pages in use. */
  used = 0;
  capacity: number;
  readOnly = false;
  attachment: Attachment | null = null;
  /** Times that it lost its power: what was open before is open no more. */
  powerLosses = 0;
  /** Files with bytes that are not on the disk itself. */
  readonly unsyncedFiles = new Set<SimFile>();

  constructor(
    readonly sim: Simulation,
    features: Partial<FileSystemFeatures> = {},
  ) {
    this.features = { ...EXT4, ...features };
    this.numbers = new InodeNumbers(this.features.reusesInodes);
    this.capacity = this.features.capacity;
    this.root = this.newFolder();
    this.root.entry = new Entry("", null, this.root);
    // It is there without a name: nobody else gets its number when somebody closes it.
    this.root.links = 1;
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

  /** Nanoseconds in which times are stored: a clock in steps of milliseconds does not limit them, one in seconds does. */
  get storedTimeNs(): bigint {
    const { timeStepMs } = this.features;
    return timeStepMs < 1000 ? 1n : BigInt(timeStepMs) * 1_000_000n;
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
      unsynced: new UnsyncedChanges({ mtimeNs: now, ctimeNs: now }),
      writers: 0,
      writersClosed: 0,
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
    if (isWithin(to, inode)) fail("EINVAL");
    if (replaced && isWithin(from, replaced.inode)) fail("ENOTEMPTY");
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
    this.numbers.giveBack(inode.number);
  }

  /** After a power loss: the pages and the numbers in use are those of these inodes alone. */
  recount(inodes: Iterable<Inode>): void {
    const numbers = new Set<number>();
    this.used = 0;
    for (const inode of inodes) {
      // Its number was given to a new file, and the loss has left both.
      if (numbers.has(inode.number)) inode.number = this.numbers.fresh();
      numbers.add(inode.number);
      if (inode.kind === "file") this.used += inode.content.held;
    }
    this.numbers.restrict(numbers);
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
    if (!this.features.anyName && REFUSED_NAME.test(name)) fail("EINVAL");
  }

  private put(folder: SimFolder, name: string, inode: Inode): Entry {
    const entry = new Entry(name, folder, inode);
    folder.entries.set(name, entry);
    inode.links += 1;
    inode.wasNamed = true;
    this.events.made(entry);
    this.touchFolder(folder, name);
    return entry;
  }

  private take(entry: Entry, folder: SimFolder, cause: "removed" | "replaced"): void {
    const { inode } = entry;
    this.events.taken(entry, cause);
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
    return {
      volume: this as Volume,
      number: this.numbers.take(),
      links: 0,
      wasNamed: false,
      opened: 0,
      lockedBy: null,
      byteLockedBy: null,
      mtimeNs: now,
      ctimeNs: now,
    };
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

/** Whether a folder is another one, or in it at any depth. */
function isWithin(folder: SimFolder, other: Inode): boolean {
  if (other.kind !== "folder") return false;
  for (let at: SimFolder | null = folder; at; at = at.entry?.folder ?? null) if (at === other) return true;
  return false;
}

/** The file system that an inode is on: nothing else makes any. */
export function fileSystemOf({ volume }: Inode): SimFileSystem {
  if (volume instanceof SimFileSystem) return volume;
  throw new Error("an inode of no file system");
}
