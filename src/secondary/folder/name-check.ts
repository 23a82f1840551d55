import { basename } from "node:path";
import { type Disk, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import type { Ledger } from "../index/file-index.ts";
import { sameStamp } from "../index/file-record.ts";
import { CHANGED, type Obstacle, obstacleIn, UNSETTLED } from "./obstacle.ts";
import { parentOf, type Sight } from "./shared-folder.ts";

/** What stands where a folder or a file should be, for people. */
const KINDS: Readonly<Record<FileStat["kind"], string>> = {
  file: "a file",
  folder: "a folder",
  link: "a symbolic link",
  other: "a pipe, socket or device",
};

/** Finds out, before anything is fetched, what would keep a file from getting its name. */
export class NameCheck {
  private readonly disk: Disk;
  private readonly sight: Sight;
  private readonly ledger: Ledger;

  constructor(deps: { disk: Disk; sight: Sight; ledger: Ledger }) {
    this.disk = deps.disk;
    this.sight = deps.sight;
    this.ledger = deps.ledger;
  }

  /** What is in the way of a name; null when nothing is. */
  async obstacleTo(name: string): Promise<Obstacle | null> {
    try {
      if (!this.sight.allows(name)) {
        return lasting(this.sight.exclusion(name) ?? "its name is not shared here");
      }
      return (await this.inFolders(name)) ?? (await this.inPlace(name));
    } catch (error) {
      return obstacleIn(error);
    }
  }

  /** The path of the innermost folder of a name that is there. Throws DiskError. */
  async nearestFolder(name: string): Promise<string> {
    let folder = parentOf(name);
    while (folder !== "" && (await this.disk.lstat(this.sight.pathOf(folder)))?.kind !== "folder") {
      folder = parentOf(folder);
    }
    return this.sight.pathOf(folder);
  }

  private async inFolders(name: string): Promise<Obstacle | null> {
    const segments = name.split("/").slice(0, -1);
    let folder = "";
    for (const segment of segments) {
      const next = folder === "" ? segment : `${folder}/${segment}`;
      const stat = await this.disk.lstat(this.sight.pathOf(next));
      if (!stat) break;
      if (stat.kind !== "folder") return lasting(`${KINDS[stat.kind]} stands here in the place of the folder ${next}`);
      folder = next;
    }
    await this.disk.checkWritable(this.sight.pathOf(folder));
    return null;
  }

  private async inPlace(name: string): Promise<Obstacle | null> {
    const path = this.sight.pathOf(name);
    // Also tells whether the disk can hold a name of this length.
    const stat = await this.disk.lstat(path);
    if (!stat) return null;
    const known = this.ledger.known(name);
    const sighting = await this.sight.entry(name);
    if (sighting.kind !== "file") return lasting(`${KINDS[stat.kind]} stands here in its place`);
    if (known && sameStamp(known, sighting.stat)) return null;
    if (!known && !(await this.isListed(name))) {
      return lasting("the disk here does not tell its name from that of another file");
    }
    if (!(await this.isReadable(path))) return lasting("a file stands here in its place that cannot be read");
    return known ? CHANGED : UNSETTLED;
  }

  /** Whether the folder has exactly this name: some file systems find a file by other ones too. */
  private async isListed(name: string): Promise<boolean> {
    const entries = await this.disk.list(this.sight.pathOf(parentOf(name)));
    const last = basename(name);
    return entries.some((entry) => entry.name === last);
  }

  private async isReadable(path: string): Promise<boolean> {
    try {
      await this.disk.close(await this.disk.open(path, "read"));
      return true;
    } catch (error) {
      if (error instanceof DiskError && error.failure === "denied") return false;
      throw error;
    }
  }
}

function lasting(reason: string): Obstacle {
  return { reason, lasting: true };
}
