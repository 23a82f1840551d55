import fs from "node:fs";
import type { BlockingDisk, Disk, FileStat, FolderEntry, LastCheck } from "../../../src/platform/disk/disk.ts";
import { diskCallSync, nullIfMissing } from "../../../src/platform/disk/disk-errors.ts";
import { kindOf, linkFd, toStat } from "../../../src/platform/disk/shared-calls.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";

/** A function whose result comes in a later microtask. */
function soon<Args extends unknown[], Result>(work: (...args: Args) => Result): (...args: Args) => Promise<Result> {
  return async (...args) => work(...args);
}

function statAt(path: string, follow: boolean): FileStat | null {
  const stat = follow ? fs.statSync : fs.lstatSync;
  try {
    return diskCallSync("read", path, () => toStat(stat(path, { bigint: true })));
  } catch (error) {
    return nullIfMissing(error);
  }
}

/** Reading and writing names. */
const names = {
  stat: soon((path: string) => statAt(path, true)),
  lstat: soon((path: string) => statAt(path, false)),
  realpath: soon(systemBlockingDisk.realpath),
  readLink: soon((path: string) => diskCallSync("read", path, () => fs.readlinkSync(path))),
  list: soon((folder: string) => diskCallSync("list", folder, () => entriesOf(folder))),
  makeFolder: soon((path: string) =>
    diskCallSync("make the folder", path, () => fs.mkdirSync(path, { recursive: true }) ?? null),
  ),
  makeSubfolder: soon(systemBlockingDisk.makeSubfolder),
  checkWritable: soon(systemBlockingDisk.checkWritable),
  remove: soon((path: string) => diskCallSync("remove", path, () => fs.unlinkSync(path))),
  removeIf: soon((path: string, isRight: LastCheck) => {
    if (!isRight(systemBlockingDisk.lstat(path))) return false;
    diskCallSync("remove", path, () => fs.unlinkSync(path));
    return true;
  }),
  removeFolder: soon(removeFolder),
  rename: soon((from: string, to: string) => diskCallSync("rename to", to, () => fs.renameSync(from, to))),
  renameIf: soon((from: string, to: string, isRight: LastCheck) => {
    if (!isRight(systemBlockingDisk.lstat(to))) return false;
    diskCallSync("rename to", to, () => fs.renameSync(from, to));
    return true;
  }),
  renameNoReplace: soon((from: string, to: string) => systemBlockingDisk.renameNoReplace(from, to)),
  link: soon((from: string, to: string) => diskCallSync("link", to, () => fs.linkSync(from, to))),
} satisfies Partial<Disk>;

/** By what a machine tells that it was started again. */
export type BootIdentity = Pick<Disk, "bootId" | "diskSequence">;

/** The boot after the power loss: another one than that of the recording. */
const NEXT_BOOT: BootIdentity = { bootId: soon(() => "the next boot"), diskSequence: soon(() => "1") };

/** What is asked about file systems, and about the machine. */
const machine = {
  freeBytes: soon((folder: string) => roomOf(folder, ({ bavail, bsize }) => bavail * bsize)),
  totalBytes: soon((folder: string) => roomOf(folder, ({ blocks, bsize }) => blocks * bsize)),
  acceptsAnyName: soon(() => true),
  mountPoints: soon(() => []),
  processId: process.pid,
  processStart: soon(() => null),
} satisfies Partial<Disk>;

/** What the system's disk does at once. All else of a disk is done here: a call that is made later would never end. */
const { isCached, fstatNow, hasHole, nextHole, watchWriters, setModified, lock, lockBeyondEnd, hasWriters } =
  systemDisk;
const immediate = { isCached, fstatNow, hasHole, nextHole, watchWriters, setModified, lock, lockBeyondEnd, hasWriters };

function entriesOf(folder: string): FolderEntry[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry), utf8: true }));
}

function removeFolder(path: string): boolean {
  try {
    fs.rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * The real disk after a power loss, for simulated processes: every call is done at once, so that simulated time need not
 * wait for it. The machine was started again: its boot is another one than that of the recording. No more power is lost, so
 * nothing is made durable, which would take most of the time.
 */
export class ImmediateDisk implements Disposable {
  private readonly opened = new Set<number>();
  /** For threads. */
  readonly blocking: BlockingDisk = {
    ...systemBlockingDisk,
    open: (path, mode) => this.keep(systemBlockingDisk.open(path, mode)),
    openTmpfile: (folder) => this.keepSome(systemBlockingDisk.openTmpfile(folder)),
    close: (fd) => this.close(fd),
    syncfs() {},
    startWriteback() {},
    writeQueue: () => null,
  };
  readonly disk: Disk;

  constructor(boot: BootIdentity = NEXT_BOOT) {
    this.disk = {
      ...immediate,
      ...names,
      ...machine,
      ...boot,
      open: soon(this.blocking.open),
      openDirect: soon(() => null),
      fstat: soon(systemBlockingDisk.fstat),
      read: soon(systemBlockingDisk.read),
      write: soon(systemBlockingDisk.write),
      zeroRange: soon((fd, position, length) => {
        const punched = systemBlockingDisk.punchHole(fd, position, length);
        if (!punched) systemBlockingDisk.write(fd, new Uint8Array(length), position);
      }),
      truncate: soon(systemBlockingDisk.truncate),
      sync: soon(() => {}),
      syncFolder: soon(() => {}),
      linkFd: soon(linkFd),
      close: soon((fd) => this.close(fd)),
      watch: () => () => {},
    };
  }

  /** Closes what processes have left open that are gone. */
  [Symbol.dispose](): void {
    for (const fd of this.opened) fs.closeSync(fd);
    this.opened.clear();
  }

  private keep(fd: number): number {
    this.opened.add(fd);
    return fd;
  }

  private keepSome(fd: number | null): number | null {
    return fd === null ? null : this.keep(fd);
  }

  private close(fd: number): void {
    this.opened.delete(fd);
    systemBlockingDisk.close(fd);
  }
}

function roomOf(folder: string, count: (stat: fs.StatsFs) => number): number {
  return diskCallSync("read", folder, () => count(fs.statfsSync(folder)));
}
