import { fail } from "../errors.ts";
import * as bytesOf from "../file-system/file-bytes.ts";
import { fileSystemOf, type SimFileSystem } from "../file-system/file-system.ts";
import { type Entry, type Inode, lastPathOf, pathOf, type SimFile, type SimFolder } from "../file-system/inodes.ts";

/** What an open file may be used for. `direct`: written past the page cache, in whole units. */
export type Access = "read" | "update" | "direct";

/** Bytes: what is written directly starts and ends at multiples of it. */
const DIRECT_UNIT = 4096;

/** An open file, which a descriptor stands for. Everything throws {@link SystemError}. */
export class OpenFile {
  readonly fs: SimFileSystem;
  private closed = false;
  /** How often its disk had lost its power when it was opened. */
  private readonly life: number;

  constructor(
    readonly inode: Inode,
    /** The name by which it was opened; null for a file that was made without one. */
    readonly entry: Entry | null,
    readonly access: Access,
    /** Where a file without a name was made. */
    readonly madeIn: SimFolder | null = null,
  ) {
    this.fs = fileSystemOf(inode);
    this.life = this.fs.powerLosses;
    inode.opened += 1;
    if (inode.kind === "file" && access !== "read") inode.writers += 1;
  }

  /** The same file, open once more. */
  again(access: Access): OpenFile {
    return new OpenFile(this.inode, this.entry, access, this.madeIn);
  }

  /** As the kernel shows it. */
  get path(): string {
    if (this.entry) return pathOf(this.entry);
    const folder = this.madeIn?.entry ? lastPathOf(this.madeIn.entry) : "";
    return `${folder}/#${this.inode.number} (deleted)`;
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  /** Whether its disk was pulled out since it was opened: all that is left to do is to close it. */
  get isLost(): boolean {
    return this.life !== this.fs.powerLosses;
  }

  /** The file; throws for a folder. */
  get file(): SimFile {
    if (this.isLost) fail("EIO");
    return this.inode.kind === "file" ? this.inode : fail("EISDIR");
  }

  read(position: number, into: Uint8Array): number {
    return this.forReading.content.read(position, into);
  }

  /** To be read only: it may be the memory of the file. */
  slice(position: number, length: number): Uint8Array {
    return this.forReading.content.slice(position, length);
  }

  /** `constant`: nobody ever changes the bytes. */
  write(position: number, bytes: Uint8Array, constant = false): void {
    if (this.access === "direct" && (position % DIRECT_UNIT !== 0 || bytes.length % DIRECT_UNIT !== 0)) fail("EINVAL");
    bytesOf.write(this.fs, this.forWriting("EBADF"), this.entry, position, bytes, constant);
  }

  resize(size: number): void {
    bytesOf.resize(this.fs, this.forWriting("EINVAL"), this.entry, size);
  }

  punch(position: number, length: number): boolean {
    if (this.access === "read" || this.inode.kind !== "file" || this.isLost) return false;
    return bytesOf.punch(this.fs, this.forWriting("EBADF"), this.entry, position, length);
  }

  reserve(position: number, length: number): void {
    if (this.access !== "read" && !this.isLost) bytesOf.reserve(this.fs, this.file, position, length);
  }

  /** Where the first byte is, from a position on, that is in a hole, or in none; null where the system does not say. */
  next(kind: "hole" | "data", position: number): number | null {
    const { content } = this.inode.kind === "file" ? this.inode : { content: null };
    if (!content || position >= content.size) return null;
    if (this.fs.features.holes) return content.next(kind, position);
    return kind === "hole" ? content.size : position;
  }

  setModified(mtimeNs: bigint): boolean {
    if (this.fs.readOnly || this.isLost) return false;
    bytesOf.setModified(this.fs, this.inode, this.entry, mtimeNs);
    return true;
  }

  /** Brings the file's bytes, or the folder's names, to the disk. */
  sync(): void {
    if (this.isLost) fail("EIO");
    if (this.inode.kind === "file") bytesOf.sync(this.fs, this.inode);
    else if (this.inode.kind === "folder") this.fs.names.sync(this.inode);
  }

  /** Brings everything that was written to its file system to the disk. */
  syncFileSystem(): void {
    if (this.isLost) fail("EIO");
    bytesOf.syncAll(this.fs);
  }

  lock(): "taken" | "held" {
    const { inode } = this;
    if (inode.lockedBy !== null && inode.lockedBy !== this) return "held";
    inode.lockedBy = this;
    return "taken";
  }

  /** The lock of a byte beyond the end, which only a descriptor for writing gets. */
  lockBeyondEnd(): "taken" | "held" | "unsupported" {
    const { inode } = this;
    if (this.access === "read") return "unsupported";
    if (inode.byteLockedBy !== null && inode.byteLockedBy !== this) return "held";
    inode.byteLockedBy = this;
    return "taken";
  }

  /** To be called once. */
  close(): void {
    const { inode } = this;
    if (this.closed) fail("EBADF");
    this.closed = true;
    if (this.isLost) return;
    inode.opened -= 1;
    if (inode.lockedBy === this) inode.lockedBy = null;
    if (inode.byteLockedBy === this) inode.byteLockedBy = null;
    if (inode.kind === "file" && this.access !== "read") {
      inode.writers -= 1;
      inode.writersClosed += 1;
    }
    this.fs.release(inode);
  }

  private get forReading(): SimFile {
    return this.access === "direct" ? fail("EBADF") : this.file;
  }

  private forWriting(refusal: "EBADF" | "EINVAL"): SimFile {
    return this.access === "read" ? fail(refusal) : this.file;
  }
}
