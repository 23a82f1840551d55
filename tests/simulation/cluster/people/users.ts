import { parentOf } from "../../../../src/platform/disk/names.ts";
import { SystemError } from "../../world/disk/errors.ts";
import type { UserWriter } from "../../world/disk/machine/user-files.ts";
import type { Simulation } from "../../world/simulation.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";
import { idOf } from "./content.ts";
import { Contents } from "./contents.ts";
import { LeftFolders } from "./left-folders.ts";
import { type SharedFiles, SharedFolders } from "./shared-files.ts";
import { VersionHistory } from "./version-history.ts";

/** A file that a person has open and is writing over: what it has is neither the old content nor the new one. */
export interface Unfinished {
  readonly secondary: SimSecondary;
  readonly name: string;
  /** Of what it has while it is open. */
  readonly id: string;
  readonly writer: UserWriter;
}

/** How a person puts bytes in the place of a file. */
export type PutWay =
  /** Writes over it, and cuts it to its new length. */
  | "in place"
  /** Writes another file beside it, under a name that is not shared, and renames that. */
  | "by rename";

/** People who work in the shared folders. What they do is recorded. */
export class Users {
  readonly contents: Contents;
  readonly versions: VersionHistory;
  readonly leftFolders = new LeftFolders();
  /** Files that somebody is writing over just now. */
  readonly unfinished = new Set<Unfinished>();
  private readonly folders: SharedFolders;

  constructor(sim: Simulation, secondaries: readonly SimSecondary[]) {
    this.contents = new Contents(sim);
    this.folders = new SharedFolders(secondaries);
    this.versions = new VersionHistory(sim, this.folders);
  }

  /** The shared folder of a secondary, as people see it. */
  filesOf(secondary: SimSecondary): SharedFiles {
    return this.folders.of(secondary);
  }

  /** Bytes that nobody has had before. */
  newContent(size: number): Uint8Array {
    return this.contents.make(size);
  }

  /** Puts a content under a name: a version that must not be lost. */
  put(secondary: SimSecondary, name: string, bytes: Uint8Array, way: PutWay): void {
    const files = this.filesOf(secondary);
    if (!files.canHold(name)) return;
    const before = files.idOf(name);
    const id = this.contents.learn(bytes, true);
    const done = this.attempt(secondary, name, () => {
      if (way === "by rename") files.replace(name, bytes);
      else files.write(name, bytes);
    });
    if (done) this.versions.put(secondary, name, id, before);
  }

  /** A file has a content for the moment that nobody means to keep: a step on the way to another one. */
  passThrough(secondary: SimSecondary, name: string, bytes: Uint8Array): void {
    const files = this.filesOf(secondary);
    if (!files.canHold(name)) return;
    const before = files.idOf(name);
    const id = this.contents.learn(bytes, false);
    if (!this.attempt(secondary, name, () => files.write(name, bytes))) return;
    this.versions.pass(secondary, name, id, before);
  }

  /** Writes half of a content over a file of the same length and keeps it open. The result writes the rest and closes it. */
  beginWritingOver(secondary: SimSecondary, name: string, bytes: Uint8Array): () => void {
    const files = this.filesOf(secondary);
    const [before, half] = [files.idOf(name), bytes.length >> 1];
    if (before === null || files.read(name)?.length !== bytes.length || secondary.machine.isOff) return () => {};
    let writer: UserWriter | undefined;
    const done = this.attempt(secondary, name, () => {
      writer = files.overwriter(name);
      writer.write(bytes.subarray(0, half));
    });
    if (!writer || !done) return () => writer?.close();
    const open = writer;
    const one = { secondary, name, id: this.contents.learn(files.read(name) ?? bytes, false), writer: open };
    this.versions.pass(secondary, name, one.id, before);
    this.unfinished.add(one);
    return () => {
      this.unfinished.delete(one);
      const isOwn = open.file !== null && files.idOf(name) === one.id;
      if (isOwn && this.attempt(secondary, name, () => open.write(bytes.subarray(half))))
        this.versions.put(secondary, name, this.contents.learn(bytes, true), one.id);
      open.close();
    };
  }

  /** Deletes a file from one folder. */
  delete(secondary: SimSecondary, name: string): void {
    const files = this.filesOf(secondary);
    const id = files.idOf(name);
    if (id === null) return;
    if (this.attempt(secondary, name, () => files.delete(name))) this.takenAway(secondary, name, id);
  }

  /** Deletes a folder with all that is in it. */
  deleteFolder(secondary: SimSecondary, name: string): void {
    const files = this.filesOf(secondary);
    if (!files.isFolder(name)) return;
    for (const inside of files.all().keys()) if (inside.startsWith(`${name}/`)) this.delete(secondary, inside);
    this.attempt(secondary, name, () => files.delete(name));
  }

  /** Deletes a folder that people have left behind without a file in it: it keeps a file from its place. */
  clearLeft(secondary: SimSecondary, name: string): void {
    const files = this.filesOf(secondary);
    if (!this.leftFolders.has(secondary, name) || !files.isFolder(name)) return;
    if ([...files.all().keys()].some((key) => key.startsWith(`${name}/`))) return;
    this.attempt(secondary, name, () => files.delete(name));
  }

  /** Renames a file in one folder; what has the new name is replaced. */
  rename(secondary: SimSecondary, from: string, to: string): void {
    const files = this.filesOf(secondary);
    const id = files.idOf(from);
    if (id === null || from === to || !files.canHold(to)) return;
    const before = files.idOf(to);
    if (!this.attempt(secondary, to, () => files.rename(from, to))) return;
    this.versions.put(secondary, to, id, before);
    this.takenAway(secondary, from, id);
  }

  /** Renames a folder in one shared folder, where there is none of the new name. */
  renameFolder(secondary: SimSecondary, from: string, to: string): void {
    const files = this.filesOf(secondary);
    if (!files.isFolder(from) || from === to || to.startsWith(`${from}/`)) return;
    if (files.isFolder(to) || !files.canHold(to) || files.idOf(to) !== null) return;
    const inside = [...files.all()].filter(([name]) => name.startsWith(`${from}/`));
    if (!this.attempt(secondary, to, () => files.rename(from, to))) return;
    this.leftFolders.renamed(secondary, from, to);
    for (const [name, id] of inside) {
      this.versions.put(secondary, `${to}${name.slice(from.length)}`, id, null);
      this.takenAway(secondary, name, id);
    }
  }

  /** Somebody puts a file back from a backup. */
  putBack(secondary: SimSecondary, name: string): void {
    const id = this.filesOf(secondary).idOf(name);
    const content = id === null ? undefined : this.contents.known.get(this.versions.intendedId(id));
    if (content) this.put(secondary, name, content.bytes, "by rename");
  }

  private takenAway(secondary: SimSecondary, name: string, id: string): void {
    this.versions.gone(secondary, name, id);
    this.leftFolders.add(secondary, parentOf(name));
  }

  /** Does what a person does; false where the system refuses, which may have left anything under the name. */
  private attempt(secondary: SimSecondary, name: string, work: () => void): boolean {
    if (secondary.machine.isOff) return false;
    const files = this.filesOf(secondary);
    const before = files.idOf(name);
    const missing = foldersOf(name).filter((folder) => !files.isFolder(folder));
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const bytes = files.read(name);
      if (bytes && idOf(bytes) !== before)
        this.versions.pass(secondary, name, this.contents.learn(bytes, false), before);
      if (before !== null && bytes === null) this.versions.excuseUnlessElsewhere(name, before);
      for (const folder of missing) if (files.isFolder(folder)) this.leftFolders.add(secondary, folder);
      return false;
    }
  }
}

/** The folders that a file of this name is in, the innermost first. */
function foldersOf(name: string): string[] {
  const parent = parentOf(name);
  return parent === "" ? [] : [parent, ...foldersOf(parent)];
}
