import { basename } from "node:path";
import type { Fingerprint } from "../../platform/content-state.ts";
import { type Disk, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { sameFingerprint } from "./fingerprint.ts";
import { CHANGED, type Obstacle, obstacleIn, UNSETTLED } from "./obstacle.ts";
import type { SharedFolder } from "./shared-folder.ts";

/** What stands where a folder or a file should be, for people. */
const KINDS: Readonly<Record<FileStat["kind"], Sentence>> = {
  file: say("a file"),
  folder: say("a folder"),
  link: say("a symbolic link"),
  other: say("a pipe, socket or device"),
};

/** What is recorded of the files of the folder. */
interface KnownFiles {
  latest(name: string): Fingerprint | undefined;
}

/** Finds out, before anything is fetched, what would keep a file from getting its name. */
export class NameCheck {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly records: KnownFiles;

  constructor(deps: { disk: Disk; sharedFolder: SharedFolder; records: KnownFiles }) {
    this.disk = deps.disk;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
  }

  /** What is in the way of a name; null when nothing is. */
  async obstacleTo(name: string): Promise<Obstacle | null> {
    try {
      if (!this.sharedFolder.allows(name)) {
        return lasting(this.sharedFolder.exclusion(name) ?? say("its name is not shared here"));
      }
      return (await this.checkFolders(name)) ?? (await this.checkName(name));
    } catch (error) {
      return obstacleIn(error);
    }
  }

  /** The path of the innermost folder of a name that is there. Throws DiskError. */
  async nearestFolder(name: string): Promise<string> {
    let folder = parentOf(name);
    while (folder !== "" && (await this.disk.lstat(this.sharedFolder.pathOf(folder)))?.kind !== "folder") {
      folder = parentOf(folder);
    }
    return this.sharedFolder.pathOf(folder);
  }

  private async checkFolders(name: string): Promise<Obstacle | null> {
    const segments = name.split("/").slice(0, -1);
    // Asked of each of many files, a list of every folder would take long where no name is found by another one.
    const acceptsAnyName = segments.length === 0 || (await this.disk.acceptsAnyName(this.sharedFolder.pathOf("")));
    let folder = "";
    for (const segment of segments) {
      const next = folder === "" ? segment : `${folder}/${segment}`;
      const stat = await this.disk.lstat(this.sharedFolder.pathOf(next));
      if (!stat) break;
      if (stat.kind !== "folder") {
        const what = KINDS[stat.kind];
        return lasting(say("{what} stands here in the place of the folder {folder}", { what, folder: next }));
      }
      if (!acceptsAnyName && !(await this.isListed(next)))
        return lasting(
          say("the disk here does not tell the name of the folder {folder} from that of another one", { folder: next }),
        );
      folder = next;
    }
    await this.disk.checkWritable(this.sharedFolder.pathOf(folder));
    return null;
  }

  private async checkName(name: string): Promise<Obstacle | null> {
    const path = this.sharedFolder.pathOf(name);
    // Also tells whether the disk can hold a name of this length.
    const stat = await this.disk.lstat(path);
    if (!stat) return null;
    const known = this.records.latest(name);
    const status = await this.sharedFolder.statEntry(name);
    if (status.kind !== "file") return lasting(say("{what} stands here in its place", { what: KINDS[stat.kind] }));
    if (known && sameFingerprint(known, status.stat)) return null;
    if (!known && !(await this.isListed(name))) {
      return lasting(say("the disk here does not tell its name from that of another file"));
    }
    if (!(await this.isReadable(path))) return lasting(say("a file stands here in its place that cannot be read"));
    return known ? CHANGED : UNSETTLED;
  }

  /** Whether the folder has exactly this name: some file systems find a file by other ones too. */
  private async isListed(name: string): Promise<boolean> {
    const entries = await this.disk.list(this.sharedFolder.pathOf(parentOf(name)));
    const last = basename(name);
    return entries.some((entry) => entry.name === last);
  }

  private async isReadable(path: string): Promise<boolean> {
    try {
      await this.disk.close(await this.disk.open(path, "read", this.sharedFolder.bounds));
      return true;
    } catch (error) {
      if (error instanceof DiskError && error.failure === "denied") return false;
      throw error;
    }
  }
}

function lasting(reason: Told): Obstacle {
  return { reason, lasting: true };
}
