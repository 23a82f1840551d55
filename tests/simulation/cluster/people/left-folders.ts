import type { SimSecondary } from "../servers/sim-secondary.ts";

/**
 * Folders that people have left behind in shared folders: they have deleted or moved away a file of it, or the system
 * refused to put one into a folder that they had made.
 */
export class LeftFolders {
  private readonly paths = new Map<SimSecondary, Set<string>>();

  add(secondary: SimSecondary, folder: string): void {
    const paths = this.paths.get(secondary) ?? new Set();
    this.paths.set(secondary, paths.add(folder));
  }

  /** A folder has another name now, and so have those in it. */
  renamed(secondary: SimSecondary, from: string, to: string): void {
    for (const path of this.paths.get(secondary) ?? [])
      if (isWithin(path, from)) this.add(secondary, `${to}${path.slice(from.length)}`);
  }

  /** Whether people have left the folder behind, or one that is in it. */
  has(secondary: SimSecondary, folder: string): boolean {
    return [...(this.paths.get(secondary) ?? [])].some((path) => isWithin(path, folder));
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
