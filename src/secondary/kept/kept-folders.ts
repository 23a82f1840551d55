import type { Disk } from "../../platform/disk/disk.ts";
import type { KeptFile } from "../../protocol/messages/kept.ts";
import { KeptFolder } from "./kept-folder.ts";

/** A folder of kept files, and the staging folder that holds it. */
export interface KeptLocation {
  readonly staging: string;
  readonly folder: KeptFolder;
}

/**
 * The folders of kept files: one on each file system within the shared folder, since a file can only be renamed within
 * its file system. Nearly always there is one.
 */
export class KeptFolders {
  private readonly byPath = new Map<string, KeptLocation>();
  /** Files that are not in the main location. */
  private readonly elsewhere = new Map<number, KeptLocation>();

  private constructor(
    private readonly disk: Disk,
    private readonly share: string,
    readonly main: KeptLocation,
  ) {
    this.byPath.set(main.staging, main);
  }

  /** `share`: the real path of the shared folder; `stagingName`: the name of each staging folder. Throws DiskError. */
  static async open(disk: Disk, share: string, stagingName: string): Promise<KeptFolders> {
    const path = `${share}/${stagingName}`;
    const main = { staging: path, folder: new KeptFolder(disk, share, path) };
    await main.folder.open();
    const folders = new KeptFolders(disk, share, main);
    for (const mount of await disk.mountPoints()) {
      if (!mount.startsWith(`${share}/`)) continue;
      const beyond = `${mount}/${stagingName}`;
      const stat = await disk.lstat(`${beyond}/kept`);
      if (stat?.kind === "folder") await folders.openAt(beyond);
    }
    return folders;
  }

  all(): Iterable<KeptLocation> {
    return this.byPath.values();
  }

  /** The location in a staging folder, which is made. Throws DiskError. */
  async openAt(staging: string): Promise<KeptLocation> {
    const known = this.byPath.get(staging);
    if (known) return known;
    const location = { staging, folder: new KeptFolder(this.disk, this.share, staging) };
    await location.folder.open();
    this.byPath.set(staging, location);
    return location;
  }

  locationOf({ serial }: Pick<KeptFile, "serial">): KeptLocation {
    return this.elsewhere.get(serial) ?? this.main;
  }

  add({ serial }: KeptFile, location: KeptLocation): void {
    if (location !== this.main) this.elsewhere.set(serial, location);
  }

  delete({ serial }: KeptFile): void {
    this.elsewhere.delete(serial);
  }
}
