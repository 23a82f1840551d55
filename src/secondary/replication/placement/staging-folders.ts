import { dirname, join } from "node:path";
import type { Clock } from "../../../platform/clock.ts";
import { type Disk, DiskError } from "../../../platform/disk/disk.ts";

/** The hidden folder in which files are staged, at the top of each file system that the shared folder reaches into. */
const FOLDER = ".redes";
/** Where it is tried whether a file system can hold a name, in a staging folder. */
const TRIAL_FOLDER = "names";
/** Milliseconds for which the list of mounted file systems counts. */
const MOUNTS_MAX_AGE_MS = 2000;
/** What some file systems cannot have in a name. */
const UNPORTABLE = /[^\x20-\x7e]|[\\:*?"<>|]|[. ]$/;

export interface StagingFoldersDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  /** The path of the shared folder, without links. */
  root(): string;
  /** Removes what an earlier run left in a staging folder. */
  clean(folder: string): Promise<void>;
}

/**
 * Where copies grow until they get their names: on the file system of the folder in which each is to be, since only
 * there it can be renamed. What is mounted inside of the shared folder has a staging folder of its own.
 */
export class StagingFolders {
  private readonly opened = new Map<string, Promise<void>>();
  private readonly anyNameAccepted = new Map<string, boolean>();
  private mounts: { readonly at: number; readonly paths: Promise<ReadonlySet<string>> } | null = null;

  constructor(private readonly deps: StagingFoldersDeps) {}

  /** The staging folder of the shared folder itself. */
  get main(): string {
    return join(this.deps.root(), FOLDER);
  }

  /** Whether all of the shared folder is one file system, as far as can be told from what is mounted. */
  async isSingle(): Promise<boolean> {
    const root = this.deps.root();
    for (const path of await this.mountPoints()) if (path.startsWith(`${root}/`)) return false;
    return true;
  }

  /** Whether the file system of the shared folder is known to be able to hold a name that is not too long. */
  acceptsName(name: string): boolean {
    return this.anyNameAccepted.get(this.main) === true || !isUnportable(name);
  }

  /** The staging folder for what is to be in `folder`, a real path; it is made. Throws DiskError. */
  async folderFor(folder: string): Promise<string> {
    const root = this.deps.root();
    const mounts = await this.mountPoints();
    let top = folder;
    while (top !== root && top.length > root.length) {
      if (mounts.has(top) || (await this.deviceOf(top)) !== (await this.deviceOf(dirname(top)))) break;
      top = dirname(top);
    }
    const staging = join(top, FOLDER);
    if (top !== root) await this.open(staging);
    return staging;
  }

  /** Finds out whether the file system of a staging folder can hold all parts of a name. Throws DiskError. */
  async probeName(staging: string, name: string): Promise<void> {
    if (!isUnportable(name) || (await this.acceptsAnyName(staging))) return;
    const { disk } = this.deps;
    const folder = join(staging, TRIAL_FOLDER);
    await disk.makeSubfolder(folder);
    for (const segment of name.split("/").filter((one) => UNPORTABLE.test(one))) {
      const path = join(folder, segment);
      await disk.close(await this.create(path));
      await disk.remove(path);
    }
    await disk.removeFolder(folder);
  }

  private async create(path: string): Promise<number> {
    const { disk } = this.deps;
    try {
      return await disk.open(path, "update");
    } catch (error) {
      // Some say so in general terms only.
      if (!(error instanceof DiskError) || error.failure !== "other") throw error;
      throw new DiskError("name", path, `the disk here cannot hold a name like ${JSON.stringify(path)}`, {
        cause: error,
      });
    }
  }

  private async acceptsAnyName(staging: string): Promise<boolean> {
    const known = this.anyNameAccepted.get(staging);
    if (known !== undefined) return known;
    const takes = await this.deps.disk.takesAnyName(staging);
    this.anyNameAccepted.set(staging, takes);
    return takes;
  }

  /** Makes a staging folder, and once in each run removes what earlier ones left. */
  private async open(staging: string): Promise<void> {
    await this.deps.disk.makeSubfolder(staging);
    const opened = this.opened.get(staging) ?? this.deps.clean(staging);
    this.opened.set(staging, opened);
    try {
      await opened;
    } catch (error) {
      if (this.opened.get(staging) === opened) this.opened.delete(staging);
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

function isUnportable(name: string): boolean {
  return name.split("/").some((segment) => UNPORTABLE.test(segment));
}
