import type { FolderEntry, OpenMode } from "../../../../../src/platform/disk/disk.ts";
import { fail } from "../errors.ts";
import { fileSystemOf, type SimFileSystem } from "../file-system/file-system.ts";
import { type Entry, type Inode, pathOf, type SimFolder } from "../file-system/inodes.ts";
import { OpenFile } from "./open-file.ts";
import { find, type Place } from "./paths.ts";

/** What the kernel of a machine does by paths, for its processes as for its users. Everything throws {@link SystemError}. */
export class SystemCalls {
  constructor(private readonly root: SimFolder) {}

  /** What is at a path; null where nothing is. */
  lookUp(path: string, follow: boolean): Entry | null {
    const place = find(this.root, path, follow);
    if (place === "ENOENT" || place === "ENOTDIR") return null;
    if (typeof place === "string" || place.tooLong) return fail(typeof place === "string" ? place : "ENAMETOOLONG");
    return place.entry;
  }

  /** Of what a path leads to through links; null where that is nothing. */
  kindAt(path: string): Inode["kind"] | null {
    const place = find(this.root, path, true);
    return typeof place === "string" ? null : (place.entry?.inode.kind ?? null);
  }

  realpath(path: string): string | null {
    const entry = this.lookUp(path, true);
    return entry && pathOf(entry);
  }

  readLink(path: string): string {
    const { inode } = this.existing(path, false);
    return inode.kind === "link" ? inode.target : fail("EINVAL");
  }

  list(path: string): FolderEntry[] {
    return [...this.folder(path).entries.values()].map(({ name, inode }) => {
      const utf8 = name.isWellFormed();
      return { name: utf8 ? name : name.toWellFormed(), kind: utf8 ? inode.kind : "other", utf8 };
    });
  }

  makeFolder(path: string): void {
    const { folder, name, entry } = this.place(path, false);
    if (entry) fail("EEXIST");
    fileSystemOf(folder).makeFolder(folder, name);
  }

  /** Makes a folder and those above it; gives the topmost one that it made, or null when all were there. */
  makeFolders(path: string): string | null {
    const place = find(this.root, path, false);
    if (place === "ENOENT") {
      const above = path.slice(0, path.lastIndexOf("/"));
      const topmost = this.isThere(above) ? null : this.makeFolders(above);
      this.makeFolder(path);
      return topmost ?? path;
    }
    if (typeof place !== "string" && place.entry) return this.kindAt(path) === "folder" ? null : fail("EEXIST");
    this.makeFolder(path);
    return path;
  }

  /** Throws what keeps this machine's processes from changing names in a folder. */
  checkChangeable(path: string): void {
    const { inode } = this.existing(path, true);
    const fs = fileSystemOf(inode);
    if (inode.kind === "folder") fs.checkChangeable(inode);
    else fail("EACCES");
  }

  makeLink(path: string, target: string): void {
    const { folder, name } = this.place(path, false);
    fileSystemOf(folder).makeLink(folder, name, target);
  }

  unlink(path: string): void {
    const { folder, entry } = this.place(path, false);
    if (!entry) return fail("ENOENT");
    if (entry.folder === null) fail("EISDIR");
    fileSystemOf(folder).unlink(entry, folder);
  }

  removeFolder(path: string): void {
    const { folder, entry } = this.place(path, false);
    if (!entry) return fail("ENOENT");
    if (entry.folder === null) fail("EBUSY");
    fileSystemOf(folder).removeFolder(entry, folder);
  }

  rename(from: string, to: string, replace: boolean): void {
    const source = this.parentPlace(from, false);
    const target = this.parentPlace(to, false);
    const { entry } = source;
    if (source.tooLong) fail("ENAMETOOLONG");
    if (!entry) return fail("ENOENT");
    if (target.tooLong) fail("ENAMETOOLONG");
    if (entry.folder === null || target.name === "") fail("EBUSY");
    if (source.folder.volume !== target.folder.volume) fail("EXDEV");
    if (target.entry && !replace) fail("EEXIST");
    fileSystemOf(entry.inode).rename(entry, source.folder, target.folder, target.name);
  }

  link(from: string, to: string): void {
    const { inode } = this.existing(from, false);
    this.giveName(inode, to);
  }

  /** A name for an open file that has none, or one more. */
  linkFile({ inode }: OpenFile, to: string): void {
    this.giveName(inode, to, inode.links > 0 || !inode.wasNamed);
  }

  /** Makes a folder in one that must be there, unless it is there itself. */
  makeSubfolder(path: string): void {
    if (this.lookUp(path, true)?.inode.kind === "folder") return;
    const { entry } = this.place(path, false);
    if (entry?.inode.kind === "link") this.existing(path, true);
    this.makeFolder(path);
  }

  open(path: string, mode: OpenMode): OpenFile {
    const { folder, name, entry } = this.place(path, mode === "read");
    if (mode === "create" && entry) return fail("EEXIST");
    if (!entry) {
      if (mode !== "update" && mode !== "create") return fail("ENOENT");
      const made = fileSystemOf(folder).makeFile(folder, name);
      return new OpenFile(made.inode, made, "update");
    }
    const { inode } = entry;
    if (inode.kind === "link") return fail("ELOOP");
    if (mode === "read" || mode === "read-no-link") return new OpenFile(inode, entry, "read");
    if (inode.kind === "folder") return fail("EISDIR");
    fileSystemOf(inode).checkWritable();
    return new OpenFile(inode, entry, "update");
  }

  /** A file without a name on the file system of a folder; null where there are no such files. */
  openTmpfile(path: string): OpenFile | null {
    if (this.kindAt(path) !== "folder") return null;
    const found = this.folder(path);
    const fs = fileSystemOf(found);
    if (!fs.features.tmpfiles || fs.readOnly || !found.writable) return null;
    return new OpenFile(fs.newFile(), null, "update", found);
  }

  fileSystem(path: string): SimFileSystem {
    return fileSystemOf(this.existing(path, true).inode);
  }

  folder(path: string): SimFolder {
    const { inode } = this.existing(path, true);
    return inode.kind === "folder" ? inode : fail("ENOTDIR");
  }

  existing(path: string, follow: boolean): Entry {
    return this.place(path, follow).entry ?? fail("ENOENT");
  }

  /** Whether something has this name, also a link that leads nowhere. */
  private isThere(path: string): boolean {
    const place = find(this.root, path, false);
    return typeof place !== "string" && place.entry !== null;
  }

  /** `linkable`: whether the file has a name, or was made without one. */
  private giveName(inode: Inode, to: string, linkable = true): void {
    const { folder, name, entry } = this.place(to, false);
    if (entry) return fail("EEXIST");
    if (inode.volume !== folder.volume) return fail("EXDEV");
    if (inode.kind === "folder") return fail("EPERM");
    if (!linkable) fail("ENOENT");
    const fs = fileSystemOf(inode);
    if (!fs.features.hardLinks && inode.links > 0) return fail("EPERM");
    fs.addName(inode, folder, name);
  }

  /** Where a path leads, though its last name may be too long. */
  private parentPlace(path: string, follow: boolean): Place {
    const place = find(this.root, path, follow);
    return typeof place === "string" ? fail(place) : place;
  }

  private place(path: string, follow: boolean): Place {
    const place = this.parentPlace(path, follow);
    return place.tooLong ? fail("ENAMETOOLONG") : place;
  }
}
