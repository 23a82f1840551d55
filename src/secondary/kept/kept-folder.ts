import { dirname } from "node:path";
import pMap, { pMapSkip } from "p-map";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { ignoreMissing } from "../../platform/disk/disk-errors.ts";
import { makeDurableFolder } from "../../platform/disk/durable-folder.ts";
import type { KeptFile } from "../../protocol/messages/kept.ts";
import { isName } from "../../protocol/name.ts";
import { formatLabel, type Label, parseLabel } from "./label.ts";

type FileLabel = Omit<KeptFile, "size">;

/** Folders listed at once: each list waits for a thread of the pool. */
const MAX_CONCURRENT_LISTS = 32;

/**
 * The folder of kept files: for each one a folder that says when, why and which version, and in it the file under its
 * name. People may read it and remove files by hand. Nothing is reached through a link, and what is not in
 * this shape is left alone. Everything throws DiskError.
 */
export class KeptFolder {
  private readonly disk: Disk;
  private readonly share: string;
  private readonly root: string;

  /** `share`: the real path of the shared folder; `staging`: the path of a staging folder in it. */
  constructor(disk: Disk, share: string, staging: string) {
    this.disk = disk;
    this.share = share;
    this.root = `${staging}/kept`;
  }

  /** Makes the folder when there is none, in the staging folder. Throws when something else is in its place. */
  async open(): Promise<void> {
    await makeDurableFolder(this.disk, this.root, async (path) => {
      await this.disk.makeSubfolder(path, "real");
      return null;
    });
    if ((await this.disk.realpath(this.root)) === this.root) return;
    const text = `${this.root} is a link or behind one: files that leave the shared folder are kept there, so it must be a real folder`;
    throw new DiskError("denied", this.root, text);
  }

  pathOf(file: FileLabel): string {
    return `${this.root}/${formatLabel(file)}/${file.name}`;
  }

  /** All kept files, in the order of their serial numbers, and the highest number of any folder, be it empty. */
  async read(): Promise<{ readonly files: KeptFile[]; readonly last: number }> {
    const labels = (await this.disk.list(this.root))
      .flatMap(({ name, kind }) => (kind === "folder" ? (parseLabel(name) ?? []) : []))
      .sort((left, right) => left.serial - right.serial);
    const fileOf = async (label: Label) => (await this.fileOf(label)) ?? pMapSkip;
    const files = await pMap(labels, fileOf, { concurrency: MAX_CONCURRENT_LISTS });
    return { files, last: labels.at(-1)?.serial ?? 0 };
  }

  /** Makes the folders for a file. */
  async makeFolders(file: FileLabel): Promise<void> {
    const folders: string[] = [];
    for (let path = dirname(this.pathOf(file)); path !== this.root; path = dirname(path)) folders.unshift(path);
    for (const folder of folders) await this.disk.makeSubfolder(folder, "real");
  }

  /** Makes the place of a file survive a power loss, or that it is gone: it may be deleted before this, or meanwhile. */
  async sync(file: FileLabel): Promise<void> {
    for (let path = dirname(this.pathOf(file)); path !== this.root; path = dirname(path)) {
      await this.disk.syncFolder(path, "real").catch(ignoreMissing);
    }
    await this.disk.syncFolder(this.root, "real");
  }

  /** Removes a file, and the folders that were made for it. */
  async remove(file: FileLabel): Promise<void> {
    try {
      await this.disk.remove(this.pathOf(file), "real");
    } catch (error) {
      // Somebody has put a link to other files in the place of a folder.
      if (error instanceof DiskError && error.failure === "link") return;
      ignoreMissing(error);
    }
    await this.removeEmptyFolders(file);
  }

  /** Removes the folders that were made for a file which is not there any more. */
  removeEmptyFolders(file: FileLabel): Promise<void> {
    return this.removeEmpty(dirname(this.pathOf(file)));
  }

  /** The file in a folder; null when there is none, or something that is not from here. */
  private async fileOf(label: Label): Promise<KeptFile | null> {
    const name = await this.nameIn(`${this.root}/${formatLabel(label)}`);
    if (name === null) return null;
    const stat = await this.disk.lstat(this.pathOf({ ...label, name }));
    if (stat?.kind !== "file") return null;
    const file = { ...label, name, size: stat.size };
    const shared = await this.disk.lstat(`${this.share}/${name}`);
    if (shared?.inode !== stat.inode) return file;
    // This process was killed between the two steps of a replacement: the file is still in the shared folder.
    await this.remove(file);
    return null;
  }

  /**
   * The name of the one file somewhere in a folder; null when there is none. Folders that are empty then are removed.
   */
  private async nameIn(folder: string): Promise<string | null> {
    for (let path = folder; ; ) {
      const [entry, ...others] = await this.disk.list(path);
      if (!entry) {
        await this.removeEmpty(path);
        return null;
      }
      path = `${path}/${entry.name}`;
      const name = path.slice(folder.length + 1);
      // Somebody has put something of their own there, and must remove the kept file by hand too.
      if (others.length > 0 || !isName(name)) return null;
      if (entry.kind !== "folder") return entry.kind === "file" ? name : null;
    }
  }

  /** Removes an empty folder, and those around it that are empty then. */
  private async removeEmpty(innermost: string): Promise<void> {
    let path = innermost;
    while (path !== this.root && (await this.disk.removeFolder(path, "real"))) path = dirname(path);
  }
}
