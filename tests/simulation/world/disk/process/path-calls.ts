import {
  DiskError,
  type FileStat,
  type FolderEntry,
  type LastCheck,
  type OpenMode,
  type Reach,
} from "../../../../../src/platform/disk/disk.ts";
import { parentOf } from "../../../../../src/platform/disk/names.ts";
import { isSpot, type Spot, wayUp } from "../../../../../src/platform/disk/reach/anchor.ts";
import { isAway } from "../../../../../src/platform/disk/reach/spot-check.ts";
import type { OpenFile } from "../machine/open-file.ts";
import type { CallContext } from "./call-context.ts";
import { toStat } from "./stat.ts";

/** Where a process finds its own open files. */
const OWN_FILES = "/proc/self/fd/";

/** What the disk does for a process by paths: at once, and with the errors of {@link Disk}. */
export class PathCalls {
  constructor(private readonly context: CallContext) {}

  stat(path: string): FileStat | null {
    return this.context.call("read", path, () => this.statOf(path, true));
  }

  lstat(path: string): FileStat | null {
    return this.context.call("read", path, () => this.statOf(path, false));
  }

  realpath(path: string): string | null {
    return this.context.call("resolve", path, () => this.context.machine.calls.realpath(path));
  }

  readLink(path: string): string {
    return this.context.call("read", path, () => this.context.machine.calls.readLink(path));
  }

  list(folder: string): FolderEntry[] {
    return this.context.call("list", folder, () => {
      this.context.checkLimit();
      return this.context.machine.calls.list(folder);
    });
  }

  makeFolder(path: string): string | null {
    return this.context.call("make the folder", path, () => {
      try {
        return this.context.machine.calls.makeFolders(path);
      } catch (cause) {
        const obstacle = this.fileAbove(path);
        if (obstacle === null) throw cause;
        throw new DiskError("exists", path, `${obstacle}: a file is in its place`, { cause });
      }
    });
  }

  makeSubfolder(path: string, reach?: Reach): void {
    return this.context.call("make the folder", path, () => {
      this.checkReach(path, reach);
      this.context.machine.calls.makeSubfolder(path);
    });
  }

  checkWritable(folder: string): void {
    return this.context.call("write to the folder", folder, () => this.context.machine.calls.checkChangeable(folder));
  }

  remove(path: string, reach?: Reach): void {
    return this.context.call("remove", path, () => {
      this.checkReach(path, reach);
      this.context.machine.calls.unlink(path);
    });
  }

  removeIf(path: string, isRight: LastCheck, reach?: Reach): boolean {
    return this.context.call("remove", path, () => {
      this.checkReach(path, reach);
      if (!isRight(this.statOf(path, false))) return false;
      this.context.machine.calls.unlink(path);
      return true;
    });
  }

  removeFolder(path: string, reach?: Reach): boolean {
    try {
      this.context.call("remove", path, () => {
        this.checkReach(path, reach);
        this.context.machine.calls.removeFolder(path);
      });
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }

  rename(from: string, to: string, reach?: Reach): void {
    return this.context.call("rename to", to, () => {
      this.checkReach(from, reach);
      this.checkReach(to, reach);
      this.context.machine.calls.rename(from, to, true);
    });
  }

  renameIf(from: string, to: string, isRight: LastCheck, reach?: Reach): boolean {
    return this.context.call("rename to", to, () => {
      this.checkReach(from, reach);
      this.checkReach(to, reach);
      if (!isRight(this.statOf(to, false))) return false;
      this.context.machine.calls.rename(from, to, true);
      return true;
    });
  }

  renameNoReplace(from: string, to: string, reach?: Reach): void {
    return this.context.call("rename to", to, () => {
      this.checkReach(from, reach);
      this.checkReach(to, reach);
      this.context.machine.calls.rename(from, to, false);
    });
  }

  link(from: string, to: string, reach?: Reach): void {
    return this.context.call("link", to, () => {
      this.checkReach(from, reach);
      this.checkReach(to, reach);
      this.context.machine.calls.link(from, to);
    });
  }

  /** Whether a folder is reached through no link, and is where it must be. Throws DiskError. */
  holds(folder: string, spot: Spot | undefined): boolean {
    if (this.realpath(folder) !== folder) return false;
    if (spot) this.checkSpot(folder, spot);
    return true;
  }

  open(path: string, mode: OpenMode, reach?: Reach): number {
    return this.context.call("open", path, () => {
      this.context.checkLimit();
      this.checkReach(path, reach);
      const file = path.startsWith(OWN_FILES)
        ? this.ownFile(path).again("read")
        : this.context.machine.calls.open(path, mode);
      if (file.access !== "read") this.context.machine.opened(file);
      return this.context.descriptors.add(file);
    });
  }

  openTmpfile(folder: string): number | null {
    return this.context.call("make", folder, () => {
      if (this.context.isAtLimit()) return null;
      const { calls } = this.context.machine;
      // None is made through a link, nor where there is an error.
      const file = nullIfFailed(() => calls.realpath(folder)) === folder ? calls.openTmpfile(folder) : null;
      return file && this.context.descriptors.add(file);
    });
  }

  freeBytes(folder: string): number {
    return this.context.call("read", folder, () => this.context.machine.calls.fileSystem(folder).freeBytes);
  }

  totalBytes(folder: string): number {
    return this.context.call("read", folder, () => this.context.machine.calls.fileSystem(folder).features.capacity);
  }

  acceptsAnyName(folder: string): boolean {
    return this.context.call("read", folder, () => this.context.machine.calls.fileSystem(folder).features.anyName);
  }

  syncFolder(path: string): void {
    const { context } = this;
    const file = context.call("open", path, () => {
      context.checkLimit();
      return context.machine.calls.open(path, "read");
    });
    try {
      context.call("sync", path, () => {
        context.checkWrites(path);
        file.sync();
      });
    } finally {
      file.close();
    }
  }

  /** Throws DiskError where a path is not at its spot. Links on its way are followed: nobody puts any there. */
  checkReach(path: string, reach: Reach = "any"): void {
    if (isSpot(reach)) this.checkSpot(parentOf(path), reach);
  }

  private checkSpot(folder: string, { anchor, device }: Spot): void {
    const there = anchor && this.statOf(anchor.path, false);
    const isBeneath = !anchor || wayUp(folder, anchor) !== null;
    const isRight = !anchor || (there?.device === anchor.device && there.inode === anchor.inode);
    const isOnDevice = device === null || (this.statOf(folder, false)?.device ?? device) === device;
    if (!isBeneath || !isRight || !isOnDevice) throw isAway(folder);
  }

  private statOf(path: string, follow: boolean): FileStat | null {
    if (follow && path.startsWith(OWN_FILES)) return toStat(this.ownFile(path).inode);
    const entry = this.context.machine.calls.lookUp(path, follow);
    return entry && toStat(entry.inode);
  }

  /** An open file that this process has, whatever its name is by now. */
  private ownFile(path: string): OpenFile {
    return this.context.descriptors.get(Number(path.slice(OWN_FILES.length)));
  }

  /** What is no folder on the way to a folder's path, itself included; null where nothing is in the way. */
  private fileAbove(path: string): string | null {
    const kind = this.context.machine.calls.kindAt(path);
    if (kind) return kind === "folder" ? null : path;
    const above = path.slice(0, path.lastIndexOf("/"));
    return above === "" ? null : this.fileAbove(above);
  }
}

function nullIfFailed<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
