import { dirname, join } from "node:path";
import pLimit from "p-limit";
import type { Clock } from "../../../platform/clock.ts";
import { type Disk, DiskError } from "../../../platform/disk/disk.ts";
import { STAGING_FOLDER } from "../../folder/marker.ts";

/** The subfolder of a staging folder in which files are made to learn whether the file system accepts their names. */
const TRIAL_FOLDER = "names";
/** Milliseconds for which a list of mount points is used again: one list serves the many small files of a second or two. */
const MOUNTS_MAX_AGE_MS = 2000;
/** Names that some file systems do not accept because of a character in them or at the end of a part. */
const UNPORTABLE = /[^\x20-\x7e]|[\\:*?"<>|]|[. ](?:\/|$)/;
/** Bytes that a part of a name may have on every file system: most take 255, eCryptfs takes 143. */
const MAX_PORTABLE_BYTES = 143;

export interface StagingFoldersDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  /** The path of the shared folder, without links. */
  root(): string;
  /** Removes what an earlier run left in a staging folder. Rejects with DiskError. */
  clean(folder: string): Promise<void>;
}

/**
 * The folders in which copies grow until they get their names, each named `.redes`. A file can only be renamed within
 * its file system, so each file system that is mounted within the shared folder has a staging folder at its top.
 */
export class StagingFolders {
  /** By staging folder: settled once it is cleaned. */
  private readonly cleaned = new Map<string, Promise<void>>();
  private readonly anyNameAccepted = new Map<string, boolean>();
  /** One trial at a time: each makes the same folder and removes it. */
  private readonly trials = pLimit(1);
  private mounts: { readonly at: number; readonly paths: Promise<ReadonlySet<string>> } | null = null;

  constructor(private readonly deps: StagingFoldersDeps) {}

  /** The staging folder of the shared folder itself. */
  get main(): string {
    return join(this.deps.root(), STAGING_FOLDER);
  }

  /** Where staging folders may be: on each file system that is mounted within the shared folder. Rejects with DiskError. */
  async all(): Promise<string[]> {
    const root = this.deps.root();
    const within = [...(await this.mountPoints())].filter((path) => path.startsWith(`${root}/`));
    return [root, ...within].map((top) => join(top, STAGING_FOLDER));
  }

  /** Whether the shared folder is on one file system, as the list of mount points says, and that tells all names apart. */
  async isPlain(): Promise<boolean> {
    return (await this.isSingle()) && (await this.acceptsAnyName(this.main));
  }

  /** Whether no file system is mounted within the shared folder, as the list of mount points says. */
  async isSingle(): Promise<boolean> {
    const root = this.deps.root();
    for (const path of await this.mountPoints()) if (path.startsWith(`${root}/`)) return false;
    return true;
  }

  /** Whether the file system of the shared folder is known to accept a name. */
  acceptsName(name: string): boolean {
    if (longParts(name).length > 0) return false;
    return !UNPORTABLE.test(name) || this.anyNameAccepted.get(this.main) === true;
  }

  /** The staging folder for files of `folder`, a path without symbolic links; it is made. Throws DiskError. */
  async folderFor(folder: string): Promise<string> {
    const root = this.deps.root();
    let top = folder;
    let device = await this.deviceOf(top);
    while (top !== root && top.length > root.length) {
      const above = await this.deviceOf(dirname(top));
      if (device !== above || (await this.isMountedOn(top))) break;
      top = dirname(top);
      device = above;
    }
    const staging = join(top, STAGING_FOLDER);
    if (top !== root) await this.open(staging, device);
    return staging;
  }

  /** Whether a part of the same file system is mounted on a folder; that of a disk that was taken away is one as well. */
  private async isMountedOn(folder: string): Promise<boolean> {
    if (!(await this.mountPoints()).has(folder)) return false;
    this.mounts = null;
    return (await this.mountPoints()).has(folder);
  }

  /** Learns, by making files where it must, whether the file system of a staging folder accepts all parts of a name. Throws DiskError. */
  async probeName(staging: string, name: string): Promise<void> {
    // Where a folder of the name is not there yet, no question about the whole name tells that a part is too long.
    for (const part of longParts(name)) await this.deps.disk.lstat(join(staging, part));
    if (!UNPORTABLE.test(name) || (await this.acceptsAnyName(staging))) return;
    await this.trials(() => this.tryName(join(staging, TRIAL_FOLDER), name));
  }

  /** Makes a file of each part of a name that may not be accepted, in a folder for that; nothing is left. */
  private async tryName(folder: string, name: string): Promise<void> {
    const { disk } = this.deps;
    await disk.makeSubfolder(folder, "real");
    try {
      for (const segment of name.split("/").filter((one) => UNPORTABLE.test(one))) {
        const path = join(folder, segment);
        await disk.close(await this.create(path));
        await disk.remove(path, "real");
      }
    } finally {
      await disk.removeFolder(folder, "real");
    }
  }

  private async create(path: string): Promise<number> {
    const { disk } = this.deps;
    try {
      return await disk.open(path, "update", "real");
    } catch (error) {
      // Some file systems do not say that the name is the cause.
      if (!(error instanceof DiskError) || error.failure !== "other") throw error;
      throw new DiskError("name", path, `the disk here cannot hold a name like ${JSON.stringify(path)}`, {
        cause: error,
      });
    }
  }

  private async acceptsAnyName(staging: string): Promise<boolean> {
    const known = this.anyNameAccepted.get(staging);
    if (known !== undefined) return known;
    const isAccepted = await this.deps.disk.acceptsAnyName(staging);
    this.anyNameAccepted.set(staging, isAccepted);
    return isAccepted;
  }

  /** Makes a staging folder on a file system, and once in each run removes what earlier runs left there. */
  private async open(staging: string, device: bigint | null): Promise<void> {
    await this.deps.disk.makeSubfolder(staging, { anchor: null, device });
    const cleaned = this.cleaned.get(staging) ?? this.deps.clean(staging);
    this.cleaned.set(staging, cleaned);
    try {
      await cleaned;
    } catch (error) {
      if (this.cleaned.get(staging) === cleaned) this.cleaned.delete(staging);
      throw error;
    }
  }

  private async deviceOf(path: string): Promise<bigint | null> {
    return (await this.deps.disk.stat(path))?.device ?? null;
  }

  private mountPoints(): Promise<ReadonlySet<string>> {
    const now = this.deps.clock.now();
    if (!this.mounts || now - this.mounts.at >= MOUNTS_MAX_AGE_MS) {
      this.mounts = { at: now, paths: this.deps.disk.mountPoints().then((paths) => new Set(paths)) };
    }
    return this.mounts.paths;
  }
}

function longParts(name: string): string[] {
  const isLong = (part: string) => Buffer.byteLength(part) > MAX_PORTABLE_BYTES;
  return isLong(name) ? name.split("/").filter(isLong) : [];
}
