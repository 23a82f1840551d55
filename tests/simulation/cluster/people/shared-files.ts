import { STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import type { UserWriter } from "../../world/disk/machine/user-files.ts";
import type { SeededRandom } from "../../world/random.ts";
import { SHARED_FOLDER, type SimSecondary } from "../servers/sim-secondary.ts";
import { idOfContent } from "./content.ts";

/** Beside a file that is to be put in one step: the program does not share it. */
const UNSHARED_NAME = ".being-written";
const KEPT_FOLDER = `${STAGING_FOLDER}/kept`;

/**
 * The files in the shared folder of a secondary, as people see them. Names are relative to it. What changes them throws
 * SystemError where the system refuses.
 */
export class SharedFiles {
  constructor(private readonly secondary: SimSecondary) {}

  read(name: string): Uint8Array | null {
    return this.isPresent ? this.hands.read(pathOf(name)) : null;
  }

  /** The id of a file's content; null where no file has the name. */
  idOf(name: string): string | null {
    const file = this.isPresent ? this.hands.file(pathOf(name)) : null;
    return file && idOfContent(file.content);
  }

  /** Nanoseconds since 1970; null where no file has the name. */
  modifiedNs(name: string): bigint | null {
    return (this.isPresent ? this.hands.file(pathOf(name)) : null)?.mtimeNs ?? null;
  }

  isFolder(name: string): boolean {
    return this.kindOf(name) === "folder";
  }

  /** Whether a file can have the name: no file is where one of its folders is to be, and no folder where it is to be. */
  canHold(name: string): boolean {
    if (!this.isPresent || this.isFolder(name)) return false;
    for (let end = name.indexOf("/"); end >= 0; end = name.indexOf("/", end + 1)) {
      const kind = this.kindOf(name.slice(0, end));
      if (kind !== null && kind !== "folder") return false;
    }
    return true;
  }

  /** The id of each file that is shared, by its name. */
  all(): ReadonlyMap<string, string> {
    return this.idsUnder("", (path) => !path.split("/").some((part) => part.startsWith(".")));
  }

  /** The ids of all kept files, by their paths beneath the folder of kept files. */
  kept(): ReadonlyMap<string, string> {
    return this.isFolder(KEPT_FOLDER) ? this.idsUnder(KEPT_FOLDER, () => true) : new Map();
  }

  /** Whether some file here has the content. */
  holds(id: string): boolean {
    for (const held of this.all().values()) if (held === id) return true;
    return false;
  }

  write(name: string, bytes: Uint8Array): void {
    this.makeFolderOf(name);
    this.hands.write(pathOf(name), bytes);
  }

  /** Opens a file that is there, to write over its bytes. */
  overwriter(name: string): UserWriter {
    return this.hands.overwriter(pathOf(name));
  }

  /** Puts a file in one step, which replaces what is there. It survives a power loss at once. */
  replace(name: string, bytes: Uint8Array): void {
    this.makeFolderOf(name);
    this.hands.write(pathOf(UNSHARED_NAME), bytes);
    this.hands.rename(pathOf(UNSHARED_NAME), pathOf(name));
    this.hands.sync(SHARED_FOLDER);
  }

  /** Deletes a file, or a folder with whatever is in it. */
  delete(name: string): void {
    this.hands.delete(pathOf(name));
  }

  rename(from: string, to: string): void {
    this.makeFolderOf(to);
    this.hands.rename(pathOf(from), pathOf(to));
  }

  flipBit(name: string, random: SeededRandom): boolean {
    return this.isPresent && this.hands.flipBit(pathOf(name), random);
  }

  private get isPresent(): boolean {
    return this.secondary.isMounted;
  }

  private get hands() {
    return this.secondary.machine.disk.user;
  }

  private kindOf(name: string): "file" | "folder" | "link" | null {
    if (!this.isPresent) return null;
    return this.secondary.machine.disk.calls.lookUp(pathOf(name), false)?.inode.kind ?? null;
  }

  private idsUnder(folder: string, wanted: (path: string) => boolean): ReadonlyMap<string, string> {
    const ids = new Map<string, string>();
    if (!this.isPresent) return ids;
    const root = folder === "" ? SHARED_FOLDER : pathOf(folder);
    for (const { path, kind } of this.hands.list(root)) {
      const file = kind === "file" && wanted(path) ? this.hands.file(`${root}/${path}`) : null;
      if (file) ids.set(path, idOfContent(file.content));
    }
    return ids;
  }

  private makeFolderOf(name: string): void {
    const end = name.lastIndexOf("/");
    if (end > 0) this.hands.makeFolder(pathOf(name.slice(0, end)));
  }
}

/** The shared folders of all secondaries, as people see them. */
export class SharedFolders {
  private readonly folders: ReadonlyMap<SimSecondary, SharedFiles>;

  constructor(secondaries: readonly SimSecondary[]) {
    this.folders = new Map(secondaries.map((secondary) => [secondary, new SharedFiles(secondary)]));
  }

  of(secondary: SimSecondary): SharedFiles {
    const files = this.folders.get(secondary);
    if (!files) throw new Error(`secondary ${secondary.number} is of another cluster`);
    return files;
  }

  /** Whether a file with this content has one of the names at some secondary. */
  hasSomewhere(names: readonly string[], id: string): boolean {
    return [...this.folders.values()].some((files) => names.some((name) => files.idOf(name) === id));
  }
}

function pathOf(name: string): string {
  return `${SHARED_FOLDER}/${name}`;
}
