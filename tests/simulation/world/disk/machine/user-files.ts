import type { SeededRandom } from "../../random.ts";
import { PAGE_BYTES } from "../file-system/content.ts";
import * as bytesOf from "../file-system/file-bytes.ts";
import { fileSystemOf } from "../file-system/file-system.ts";
import type { SimFile } from "../file-system/inodes.ts";
import { USER } from "./actor.ts";
import type { MachineDisk } from "./machine-disk.ts";
import type { OpenFile } from "./open-file.ts";

/** Something in a folder tree. `path`: relative to the folder that was asked for. `size` in bytes. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  readonly size: number;
}

/** A file that a program has open for writing, and writes in steps. */
export interface UserWriter {
  /** Goes on behind what it wrote last. */
  write(bytes: Uint8Array): void;
  close(): void;
  /** The file; null once it is closed, or its machine has lost its power. */
  readonly file: SimFile | null;
}

/**
 * What users and foreign programs do, at once. Throws {@link SystemError} where the system refuses. Bytes that they write
 * belong to the file from then on: nobody may change them.
 */
export class UserFiles {
  private readonly open = new Set<OpenFile>();

  constructor(private readonly machine: MachineDisk) {}

  /** Writes a file whole: over the bytes of the one that is there, if any. Does not sync. */
  write(path: string, bytes: Uint8Array): void {
    const writer = this.writer(path);
    try {
      writer.write(bytes);
    } finally {
      writer.close();
    }
  }

  /** Opens a file for writing, with no bytes at first; it is made where it is not there. */
  writer(path: string, kept = 0): UserWriter {
    const file = this.as(() => this.machine.calls.open(path, "update"));
    if (file.file.content.size > kept) this.change(file, () => file.resize(kept));
    return this.writerOf(file, kept);
  }

  /** Opens a file for writing over its bytes from the first one on; those that are not written over stay. */
  overwriter(path: string): UserWriter {
    return this.writerOf(
      this.as(() => this.machine.calls.open(path, "update")),
      0,
    );
  }

  /** Writes a new file beside the one of this name and renames it, as careful programs do. `synced`: syncs it before. */
  replace(path: string, bytes: Uint8Array, synced = false): void {
    const beside = `${path}.new~`;
    this.write(beside, bytes);
    if (synced) bytesOf.sync(...this.fileAt(beside));
    this.rename(beside, path);
  }

  append(path: string, bytes: Uint8Array): void {
    const writer = this.writer(path, this.size(path) ?? 0);
    try {
      writer.write(bytes);
    } finally {
      writer.close();
    }
  }

  truncate(path: string, size: number): void {
    const file = this.as(() => this.machine.calls.open(path, "update"));
    this.change(file, () => file.resize(size));
    this.as(() => file.close());
  }

  /** Writes in the middle of a file that is there. */
  overwrite(path: string, position: number, bytes: Uint8Array): void {
    const file = this.as(() => this.machine.calls.open(path, "update"));
    this.change(file, () => file.write(position, bytes, true));
    this.as(() => file.close());
  }

  /** Deletes a file, a link, or a folder with all that is in it. */
  delete(path: string): void {
    const { inode } = this.machine.calls.existing(path, false);
    if (inode.kind !== "folder") return this.as(() => this.machine.calls.unlink(path));
    for (const name of [...inode.entries.keys()]) this.delete(`${path}/${name}`);
    this.as(() => this.machine.calls.removeFolder(path));
  }

  /** Of a file or a folder; replaces what is at the new name. */
  rename(from: string, to: string): void {
    this.as(() => this.machine.calls.rename(from, to, true));
  }

  /** Makes a folder and those above it. */
  makeFolder(path: string): void {
    this.as(() => this.machine.calls.makeFolders(path));
  }

  /** A symbolic link. */
  makeLink(path: string, target: string): void {
    this.as(() => this.machine.calls.makeLink(path, target));
  }

  hardLink(from: string, to: string): void {
    this.as(() => this.machine.calls.link(from, to));
  }

  /** A copy of a file with its modification time, as `cp -p` makes it. */
  copy(from: string, to: string): void {
    const [, file] = this.fileAt(from);
    this.write(to, file.content.bytes());
    this.setModified(to, file.mtimeNs);
  }

  isFolder(path: string): boolean {
    return this.machine.calls.lookUp(path, true)?.inode.kind === "folder";
  }

  /** The bytes of a file; null where there is none. */
  read(path: string): Uint8Array | null {
    return this.file(path)?.content.bytes() ?? null;
  }

  size(path: string): number | null {
    return this.file(path)?.content.size ?? null;
  }

  /** The file at a path, through links; null where there is none. */
  file(path: string): SimFile | null {
    const inode = this.machine.calls.lookUp(path, true)?.inode;
    return inode?.kind === "file" ? inode : null;
  }

  /** All that is in a folder, at any depth, each folder before what is in it. */
  list(folder: string): TreeEntry[] {
    const found: TreeEntry[] = [];
    const visit = (path: string, prefix: string) => {
      for (const { name, inode } of this.machine.calls.folder(path).entries.values()) {
        const size = inode.kind === "file" ? inode.content.size : 0;
        found.push({ path: prefix + name, kind: inode.kind, size });
        if (inode.kind === "folder") visit(`${path}/${name}`, `${prefix}${name}/`);
      }
    };
    visit(folder, "");
    return found;
  }

  setModified(path: string, mtimeNs: bigint): void {
    const entry = this.machine.calls.existing(path, true);
    bytesOf.setModified(fileSystemOf(entry.inode), entry.inode, entry, mtimeNs);
  }

  /** Takes away the right to make, remove and rename what is in a folder. Returns how to give it back. */
  protect(path: string): () => void {
    const folder = this.machine.calls.folder(path);
    folder.writable = false;
    return () => {
      folder.writable = true;
    };
  }

  /** Flips a bit of a file on the disk itself: nothing of the file tells that. False where it has no bytes. */
  flipBit(path: string, random: SeededRandom): boolean {
    const file = this.file(path);
    if (!file || file.content.size === 0) return false;
    const at = random.below(file.content.size);
    const number = Math.floor(at / PAGE_BYTES);
    const start = number * PAGE_BYTES;
    const bytes = file.content.slice(start, PAGE_BYTES).slice();
    bytes[at - start] = (bytes[at - start] ?? 0) ^ (1 << random.below(8));
    const held = file.content.held;
    file.content.setPage(number, { start, bytes });
    fileSystemOf(file).used += file.content.held - held;
    file.unsynced.damaged(file.content);
    this.machine.faults.count("flipped at rest");
    return true;
  }

  /** Brings everything that users wrote to the disk of a path. */
  sync(path: string): void {
    bytesOf.syncAll(this.machine.calls.fileSystem(path));
  }

  /** All programs of users end. */
  letGo(): void {
    for (const file of this.open) file.close();
    this.open.clear();
  }

  private fileAt(path: string) {
    const { inode } = this.machine.calls.existing(path, true);
    if (inode.kind !== "file") throw new Error(`${path} is no file`);
    return [fileSystemOf(inode), inode] as const;
  }

  private writerOf(file: OpenFile, start: number): UserWriter {
    const { open } = this;
    let position = start;
    open.add(file);
    return {
      write: (bytes) => {
        if (!open.has(file)) return;
        this.change(file, () => file.write(position, bytes, true));
        position += bytes.length;
      },
      close: () => {
        if (open.delete(file)) this.as(() => file.close());
      },
      get file() {
        return open.has(file) && !file.isLost ? file.file : null;
      },
    };
  }

  private change(file: OpenFile, work: () => void): void {
    this.as(() => {
      work();
      this.machine.changed(file);
    });
  }

  private as<T>(work: () => T): T {
    return this.machine.as(USER, work);
  }
}
