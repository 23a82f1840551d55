import {
  type CloneResult,
  DiskError,
  type FileStat,
  type LockResult,
  type WriteWatch,
} from "../../../../../src/platform/disk/disk.ts";
import { checkPosition } from "../../../../../src/platform/disk/shared-calls.ts";
import { fail } from "../errors.ts";
import * as bytesOf from "../file-system/file-bytes.ts";
import type { OpenFile } from "../machine/open-file.ts";
import type { CallContext } from "./call-context.ts";
import { toStat } from "./stat.ts";

/** Most holes in one answer. */
const MAX_HOLES = 1024;

/** What the disk does for a process with its open files: at once, and with the errors of {@link Disk}. */
export class FileCalls {
  constructor(private readonly context: CallContext) {}

  /** `check` throws what keeps a name from being given there. */
  linkFd(fd: number, to: string, check: () => void = () => {}): void {
    return this.context.call("make", to, () => {
      check();
      this.context.machine.calls.linkFile(this.context.descriptors.get(fd), to);
    });
  }

  openDirect(fd: number): number | null {
    return this.context.call("open", fd, () => {
      const file = this.context.descriptors.get(fd);
      const { fs, inode } = file;
      if (!fs.features.direct || fs.readOnly || inode.kind !== "file" || this.context.isAtLimit()) return null;
      return this.context.descriptors.add(file.again("direct"));
    });
  }

  fstat(fd: number): FileStat {
    return this.context.call("read", fd, () => toStat(this.context.descriptors.get(fd).inode));
  }

  read(fd: number, buffer: Uint8Array, position: number): number {
    checkPosition(position);
    if (buffer.length === 0) return 0;
    return this.context.call("read", fd, () => {
      const file = this.fileToRead(fd);
      const count = file.read(position, buffer);
      this.context.machine.faults.flip(buffer.subarray(0, count), () => file.path);
      return count;
    });
  }

  /** So many bytes, fewer at the end of the file only. To be read only: it may be the memory of the file. */
  slice(fd: number, position: number, length: number): Uint8Array {
    checkPosition(position);
    return this.context.call("read", fd, () => {
      const { faults } = this.context.machine;
      const file = this.fileToRead(fd);
      const bytes = file.slice(position, length);
      if (faults.flippedReads === null) return bytes;
      const copy = bytes.slice();
      faults.flip(copy, () => file.path);
      return copy;
    });
  }

  write(fd: number, bytes: Uint8Array, position: number): void {
    checkPosition(position);
    if (bytes.length === 0) return;
    return this.change("write", fd, (file) => file.write(position, bytes));
  }

  /** Like write, to a file that the process may have closed meanwhile; whether all of it is written. */
  writeTo(file: OpenFile, bytes: Uint8Array, position: number): boolean {
    try {
      this.context.call("write", file.path, () => {
        this.context.checkWrites(file);
        file.write(position, bytes);
        this.context.machine.changed(file);
      });
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }

  hasHole(fd: number, position: number, length: number): boolean {
    const hole = this.nextHole(fd, position);
    return hole === null || hole < position + length;
  }

  nextHole(fd: number, position: number): number | null {
    checkPosition(position);
    return this.context.descriptors.get(fd).next("hole", position);
  }

  holes(fd: number, position: number, length: number): readonly (readonly [number, number])[] {
    checkPosition(position);
    const end = position + length;
    const file = this.context.descriptors.get(fd);
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
    if (length <= 0) return;
    return this.change("write", fd, (file) => {
      if (!file.punch(position, length)) file.write(position, new Uint8Array(length));
    });
  }

  punchHole(fd: number, position: number, length: number): boolean {
    const file = this.context.descriptors.get(fd);
    const punched = file.punch(position, length);
    if (punched) this.context.call("write", fd, () => this.context.machine.changed(file));
    return punched;
  }

  truncate(fd: number, size: number): void {
    return this.change("resize", fd, (file) => file.resize(size));
  }

  allocate(fd: number, position: number, length: number): void {
    this.context.descriptors.get(fd).reserve(position, length);
  }

  clone(from: number, to: number): CloneResult {
    const [source, target] = [this.context.descriptors.get(from), this.context.descriptors.get(to)];
    const { fs } = source;
    if (fs !== target.fs || source.access === "direct" || target.access === "read" || fs.readOnly) return "failed";
    if (source.inode.kind !== "file") return "failed";
    if (!fs.features.clones) return "unsupported";
    this.context.call("write", to, () => {
      bytesOf.clone(fs, source.file, target.file, target.entry);
      this.context.machine.changed(target);
    });
    return "cloned";
  }

  sync(fd: number): void {
    return this.context.call("sync", fd, () => this.fileToChange(fd).sync());
  }

  syncfs(fd: number): void {
    return this.context.call("sync", fd, () => this.fileToChange(fd).syncFileSystem());
  }

  close(fd: number): void {
    return this.context.call("close", fd, () => this.context.descriptors.close(fd));
  }

  setModified(fd: number, modified: number): boolean {
    if (!Number.isSafeInteger(modified) || modified < 0) throw new RangeError(`not a time: ${modified}`);
    return this.context.descriptors.get(fd).setModified(BigInt(modified) * 1000n);
  }

  lock(fd: number): LockResult {
    const file = this.context.descriptors.get(fd);
    return file.fs.features.locks ? file.lock() : "unsupported";
  }

  lockBeyondEnd(fd: number): LockResult {
    const file = this.context.descriptors.get(fd);
    return file.fs.features.locks ? file.lockBeyondEnd() : "unsupported";
  }

  hasWriters(fd: number): boolean | null {
    const { fs, inode } = this.context.descriptors.get(fd);
    return fs.features.leases && inode.kind === "file" ? inode.writers > 0 : null;
  }

  watchWriters(fd: number): WriteWatch | null {
    if (this.context.machine.faults.watchLimit !== null) {
      this.context.machine.faults.count("watch limit");
      return null;
    }
    const { inode } = this.context.descriptors.get(fd);
    if (inode.kind !== "file") return null;
    const before = inode.writersClosed;
    // The end of a file that is watched is an event too.
    const isGone = () => inode.links === 0 && inode.opened === 0;
    return { noticed: () => inode.writersClosed > before || isGone(), stop() {} };
  }

  private change(action: "write" | "resize", fd: number, work: (file: OpenFile) => void): void {
    this.context.call(action, fd, () => {
      const file = this.fileToChange(fd);
      work(file);
      this.context.machine.changed(file);
    });
  }

  private fileToRead(fd: number): OpenFile {
    const file = this.context.descriptors.get(fd);
    if (this.context.machine.faults.fails("read", () => file.path)) fail("EIO");
    return file;
  }

  private fileToChange(fd: number): OpenFile {
    const file = this.context.descriptors.get(fd);
    this.context.checkWrites(file);
    return file;
  }
}
