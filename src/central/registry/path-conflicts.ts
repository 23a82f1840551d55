import { parentFolders } from "../../protocol/names/parent-folders.ts";

/** Names in their order. */
interface SortedNames {
  has(name: string): boolean;
  /** The first one above this. */
  nextHigherKey(name: string): string | undefined;
}

/**
 * Files whose names are folders of other files: `a` and `a/b`. No disk can have both, so the file gives up its name,
 * however old it is and whichever came first: one file is renamed instead of a folder of many, and the order in which the
 * files are announced does not matter. Sans-I/O: reads the catalogue's names, and costs nothing for those without conflict.
 */
export class PathConflicts {
  private readonly fileNames = new Set<string>();

  constructor(private readonly names: SortedNames) {}

  /** Whether the file of a name has to give it up. */
  has(name: string): boolean {
    return this.fileNames.has(name);
  }

  /** A name is in the catalogue now. Gives other names that must be given up because of it. */
  nameAdded(name: string): string[] {
    if (this.isFolder(name)) this.fileNames.add(name);
    const files = parentFolders(name).filter((folder) => this.names.has(folder) && !this.fileNames.has(folder));
    for (const file of files) this.fileNames.add(file);
    return files;
  }

  /** A name is not in the catalogue any more. Gives other names that need not be given up any more. */
  nameRemoved(name: string): string[] {
    this.fileNames.delete(name);
    if (this.fileNames.size === 0) return [];
    const files = parentFolders(name).filter((folder) => this.fileNames.has(folder) && !this.isFolder(folder));
    for (const file of files) this.fileNames.delete(file);
    return files;
  }

  /** Whether there are files in a folder of this name. */
  private isFolder(name: string): boolean {
    const prefix = `${name}/`;
    return this.names.nextHigherKey(prefix)?.startsWith(prefix) ?? false;
  }
}
