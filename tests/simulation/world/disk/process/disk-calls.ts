import {
  type CloneResult,
  type Disk,
  DiskError,
  type FileStat,
  type FolderEntry,
  type LockResult,
  type OpenMode,
  type WriteWatch,
} from "../../../../../src/platform/disk/disk.ts";
import { toDiskError } from "../../../../../src/platform/disk/disk-errors.ts";
import { checkPosition } from "../../../../../src/platform/disk/shared-calls.ts";
import { fail, SystemError } from "../errors.ts";
import { PAGE_BYTES } from "../file-system/content.ts";
import * as bytesOf from "../file-system/file-bytes.ts";
import type { Inode } from "../file-system/inodes.ts";
import type { Actor } from "../machine/actor.ts";
import type { MachineDisk } from "../machine/machine-disk.ts";
import { OpenFile } from "../machine/open-file.ts";
import { Descriptors } from "./descriptors.ts";

/** Bytes that stat shows for a folder. */
const FOLDER_BYTES = 4096;
/** Where a process finds its own open files. */
const OWN_FILES = "/proc/self/fd/";
/** Most holes in one answer. */
const MAX_HOLES = 1024;

type Sync<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : Methods[Name];
};

function toStat(inode: Inode): FileStat {
  const { kind, mtimeNs, ctimeNs, volume, number } = inode;
  const own =
    kind === "file"
      ? { size: inode.content.size, allocated: inode.content.held * PAGE_BYTES }
      : {
          size: kind === "folder" ? FOLDER_BYTES : inode.target.length,
          allocated: kind === "folder" ? FOLDER_BYTES : 0,
        };
  return { kind, mtimeNs, ctimeNs, inode: BigInt(number), device: volume.device, ...own };
}

/** What the disk does for a process: everything at once, and with the errors of {@link Disk}. */
export class DiskCalls implements Omit<Sync<Disk>, "watch" | "isCached" | "mountPoints"> {
  readonly descriptors = new Descriptors();

  constructor(
    readonly machine: MachineDisk,
    private readonly actor: Actor,
  ) {}

  stat(path: string): FileStat | null {
    return this.call("read", path, () => this.statOf(path, true));
  }

  lstat(path: string): FileStat | null {
    return this.call("read", path, () => this.statOf(path, false));
  }

  realpath(path: string): string | null {
    return this.call("resolve", path, () => this.machine.calls.realpath(path));
  }

  readLink(path: string): string {
    return this.call("read", path, () => this.machine.calls.readLink(path));
  }

  list(folder: string): FolderEntry[] {
    return this.call("list", folder, () => {
      this.checkLimit();
      return this.machine.calls.list(folder);
    });
  }

  makeFolder(path: string): string | null {
    return this.call("make the folder", path, () => {
      try {
        return this.machine.calls.makeFolders(path);
      } catch (cause) {
        const obstacle = this.fileAbove(path);
        if (obstacle === null) throw cause;
        throw new DiskError("exists", path, `${obstacle}: a file is in its place`, { cause });
      }
    });
  }

  makeSubfolder(path: string): void {
    return this.call("make the folder", path, () => {
      const there = this.machine.calls.lookUp(path, true);
      if (there?.inode.kind !== "folder") this.machine.calls.makeFolder(path);
    });
  }

  checkWritable(folder: string): void {
    return this.call("write to the folder", folder, () => this.machine.calls.checkChangeable(folder));
  }

  remove(path: string): void {
    return this.call("remove", path, () => this.machine.calls.unlink(path));
  }

  removeFolder(path: string): boolean {
    try {
      this.call("remove", path, () => this.machine.calls.removeFolder(path));
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }

  rename(from: string, to: string): void {
    return this.call("rename to", to, () => this.machine.calls.rename(from, to, true));
  }

  renameNoReplace(from: string, to: string): void {
    return this.call("rename to", to, () => this.machine.calls.rename(from, to, false));
  }

  linkFd(fd: number, to: string): void {
    return this.call("make", to, () => this.machine.calls.linkFile(this.descriptors.get(fd), to));
  }

  link(from: string, to: string): void {
    return this.call("link", to, () => this.machine.calls.link(from, to));
  }

  open(path: string, mode: OpenMode): number {
    return this.call("open", path, () => {
      this.checkLimit();
      const file = path.startsWith(OWN_FILES) ? this.openAgain(path) : this.machine.calls.open(path, mode);
      return this.descriptors.add(file);
    });
  }

  openTmpfile(folder: string): number | null {
    return this.call("make", folder, () => {
      if (this.isAtLimit()) return null;
      const file = this.machine.calls.openTmpfile(folder);
      return file && this.descriptors.add(file);
    });
  }

  openDirect(fd: number): number | null {
    return this.call("open", fd, () => {
      const { inode, entry, fs } = this.descriptors.get(fd);
      if (!fs.features.direct || fs.readOnly || inode.kind !== "file" || this.isAtLimit()) return null;
      return this.descriptors.add(new OpenFile(inode, entry, "direct"));
    });
  }

  fstat(fd: number): FileStat {
    return this.call("read", fd, () => toStat(this.descriptors.get(fd).inode));
  }

  read(fd: number, buffer: Uint8Array, position: number): number {
    checkPosition(position);
    return this.call("read", fd, () => {
      const { faults } = this.machine;
      const file = this.descriptors.get(fd);
      if (faults.fails("read", () => file.path)) fail("EIO");
      const count = file.read(position, buffer);
      faults.flip(buffer.subarray(0, count), () => file.path);
      return count;
    });
  }

  write(fd: number, bytes: Uint8Array, position: number): void {
    checkPosition(position);
    return this.call("write", fd, () => this.fileToChange(fd).write(position, bytes));
  }

  /** Like write, to a file that the process may have closed meanwhile; whether all of it is written. */
  writeTo(file: OpenFile, bytes: Uint8Array, position: number): boolean {
    try {
      this.call("write", file.path, () => {
        this.checkWrites(file);
        file.write(position, bytes);
      });
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }

  hasHole(fd: number, position: number, length: number): boolean {
    checkPosition(position);
    const hole = this.descriptors.get(fd).next("hole", position);
    return hole === null || hole < position + length;
  }

  holes(fd: number, position: number, length: number): readonly (readonly [number, number])[] {
    checkPosition(position);
    const end = position + length;
    const file = this.descriptors.get(fd);
    const found: [number, number][] = [];
    const first = file.next("hole", position) ?? end;
    if (first < end) file.sync();
    for (let hole = first; hole < end && found.length < MAX_HOLES; ) {
      const { size } = file.file.content;
      const data = file.next("data", hole) ?? size;
      if (data <= hole) break;
      found.push([hole, Math.min(data, end) - hole]);
      hole = file.next("hole", data) ?? end;
    }
    return found;
  }

  zeroRange(fd: number, position: number, length: number): void {
    checkPosition(position);
    return this.call("write", fd, () => {
      const file = this.fileToChange(fd);
      if (!file.punch(position, length)) file.write(position, new Uint8Array(length));
    });
  }

  punchHole(fd: number, position: number, length: number): boolean {
    return this.descriptors.get(fd).punch(position, length);
  }

  truncate(fd: number, size: number): void {
    return this.call("resize", fd, () => this.fileToChange(fd).resize(size));
  }

  allocate(fd: number, position: number, length: number): void {
    this.descriptors.get(fd).reserve(position, length);
  }

  clone(from: number, to: number): CloneResult {
    const [source, target] = [this.descriptors.get(from), this.descriptors.get(to)];
    if (!source.fs.features.clones) return "unsupported";
    if (source.fs !== target.fs || source.inode.kind !== "file" || target.access === "read") return "failed";
    if (target.fs.readOnly) return "failed";
    this.machine.as(this.actor, () => bytesOf.clone(source.fs, source.file, target.file, target.entry));
    return "cloned";
  }

  freeBytes(folder: string): number {
    return this.call("read", folder, () => this.machine.calls.fileSystem(folder).freeBytes);
  }

  totalBytes(folder: string): number {
    return this.call("read", folder, () => this.machine.calls.fileSystem(folder).features.capacity);
  }

  takesAnyName(folder: string): boolean {
    return this.call("read", folder, () => this.machine.calls.fileSystem(folder).features.anyName);
  }

  sync(fd: number): void {
    return this.call("sync", fd, () => this.fileToChange(fd).sync());
  }

  syncfs(fd: number): void {
    return this.call("sync", fd, () => bytesOf.syncAll(this.fileToChange(fd).fs));
  }

  syncFolder(path: string): void {
    const fd = this.open(path, "read");
    try {
      this.sync(fd);
    } finally {
      this.close(fd);
    }
  }

  close(fd: number): void {
    return this.call("close", fd, () => this.descriptors.close(fd));
  }

  setModified(fd: number, modified: number): boolean {
    if (!Number.isSafeInteger(modified) || modified < 0) throw new RangeError(`not a time: ${modified}`);
    return this.descriptors.get(fd).setModified(BigInt(modified) * 1000n);
  }

  lock(fd: number): LockResult {
    const file = this.descriptors.get(fd);
    return file.fs.features.locks ? file.lock() : "unsupported";
  }

  hasWriters(fd: number): boolean | null {
    const { fs, file } = this.descriptors.get(fd);
    return fs.features.leases ? file.writers > 0 : null;
  }

  watchWriters(fd: number): WriteWatch | null {
    if (this.machine.faults.watchLimit !== null) {
      this.machine.faults.count("watch limit");
      return null;
    }
    const { file } = this.descriptors.get(fd);
    const before = file.writersClosed;
    return { noticed: () => file.writersClosed > before, stop() {} };
  }

  bootId(): string {
    return this.machine.bootId;
  }

  diskSequence(device: bigint): string {
    return this.machine.diskSequence(device);
  }

  processStart(pid: number): string | null {
    return this.machine.processes.get(pid) ?? null;
  }

  private statOf(path: string, follow: boolean): FileStat | null {
    const entry = this.machine.calls.lookUp(path, follow);
    return entry && toStat(entry.inode);
  }

  /** An open file that this process has, opened once more to be read, whatever its name is by now. */
  private openAgain(path: string): OpenFile {
    const { inode, entry } = this.descriptors.get(Number(path.slice(OWN_FILES.length)));
    return new OpenFile(inode, entry, "read");
  }

  private fileToChange(fd: number): OpenFile {
    const file = this.descriptors.get(fd);
    this.checkWrites(file);
    return file;
  }

  private checkWrites(file: OpenFile): void {
    if (this.machine.faults.fails("write", () => file.path)) fail("EIO");
  }

  private isAtLimit(): boolean {
    const { faults } = this.machine;
    if (this.descriptors.count < faults.descriptorLimit) return false;
    faults.count("descriptor limit");
    return true;
  }

  private checkLimit(): void {
    if (this.descriptors.count >= this.machine.faults.descriptorLimit) fail("EMFILE");
  }

  private fileAbove(path: string): string | null {
    const there = this.machine.calls.lookUp(path, true);
    if (there) return there.inode.kind === "folder" ? null : path;
    const above = path.slice(0, path.lastIndexOf("/"));
    return above === "" ? null : this.fileAbove(above);
  }

  /** Does something in the name of the process. What the system refuses becomes a {@link DiskError}. */
  private call<T>(action: string, subject: string | number, work: () => T): T {
    const { machine } = this;
    const { acting } = machine;
    machine.acting = this.actor;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      machine.faults.countError(error.code);
      throw toDiskError(action, typeof subject === "string" ? subject : this.pathOf(subject), error);
    } finally {
      machine.acting = acting;
    }
  }

  private pathOf(fd: number): string {
    try {
      return this.descriptors.get(fd).path;
    } catch {
      return `descriptor ${fd}`;
    }
  }
}
