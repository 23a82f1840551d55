import type { Disk } from "../../platform/disk/disk.ts";
import type { KeptFile } from "../../protocol/messages/kept.ts";
import { KeptFolder } from "./kept-folder.ts";

/** A folder of kept files, and the work folder that it is in. */
export interface Home {
  readonly workshop: string;
  readonly folder: KeptFolder;
}

/**
 * The folders of kept files: one on each file system that the shared folder reaches into, since only there a file can be
 * renamed to. Nearly always there is one.
 */
export class Homes {
  private readonly byPath = new Map<string, Home>();
  /** Files that are not in the first home. */
  private readonly elsewhere = new Map<number, Home>();

  private constructor(
    private readonly disk: Disk,
    private readonly share: string,
    readonly main: Home,
  ) {
    this.byPath.set(main.workshop, main);
  }

  /** `share`: the real path of the shared folder; `workshop`: how work folders are called. Throws DiskError. */
  static async open(disk: Disk, share: string, workshop: string): Promise<Homes> {
    const path = `${share}/${workshop}`;
    const main = { workshop: path, folder: new KeptFolder(disk, share, path) };
    await main.folder.open();
    const homes = new Homes(disk, share, main);
    for (const mount of await disk.mountPoints()) {
      if (!mount.startsWith(`${share}/`)) continue;
      const beyond = `${mount}/${workshop}`;
      const stat = await disk.lstat(`${beyond}/kept`);
      if (stat?.kind === "folder") await homes.at(beyond);
    }
    return homes;
  }

  all(): Iterable<Home> {
    return this.byPath.values();
  }

  /** The one in a work folder; it is made. Throws DiskError. */
  async at(workshop: string): Promise<Home> {
    const known = this.byPath.get(workshop);
    if (known) return known;
    const home = { workshop, folder: new KeptFolder(this.disk, this.share, workshop) };
    await home.folder.open();
    this.byPath.set(workshop, home);
    return home;
  }

  of({ serial }: Pick<KeptFile, "serial">): Home {
    return this.elsewhere.get(serial) ?? this.main;
  }

  moveIn({ serial }: KeptFile, home: Home): void {
    if (home !== this.main) this.elsewhere.set(serial, home);
  }

  moveOut({ serial }: KeptFile): void {
    this.elsewhere.delete(serial);
  }
}
