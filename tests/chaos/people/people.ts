import type { World } from "../world/world.ts";
import type { FolderContents } from "./folder-contents.ts";
import type { Written } from "./hands.ts";
import { type History, originalName } from "./history.ts";

/** Files that nobody touches: a client that cannot get one of them has met a fault, and nothing else. */
export const STEADY = "steady";
/** Most names that people have files under at one time, so that the disks suffice. */
const MOST_FILES = 40;

/** Those who change the shared folders, and what they know. */
export class People {
  /** Names that somebody is at work on: others leave them alone. */
  readonly busy = new Set<string>();
  private fresh = 0;

  constructor(
    readonly world: World,
    readonly history: History,
    readonly contents: FolderContents,
  ) {}

  /** A name that nothing has had; null when there are files enough. */
  freshName(): string | null {
    const there = [...this.history.records.values()].filter(({ presence }) => presence !== "removed");
    if (there.length >= MOST_FILES) return null;
    this.fresh += 1;
    return `folder${this.fresh % 4}/file${this.fresh}.bin`;
  }

  /** One of the files that people change; `choice` is from 0 to 1. Null where there is none. */
  choose(secondary: number, choice: number): string | null {
    // Nobody edits a conflict file, so that its version is there as long as the file is.
    return this.pick(secondary, choice, (name) => originalName(name) === name);
  }

  /** One of all files, conflict files too. */
  chooseAny(secondary: number, choice: number): string | null {
    return this.pick(secondary, choice, () => true);
  }

  /** The files of a secondary's disk, wherever that is now. */
  folder(secondary: number): string {
    return this.world.disk(secondary).backing;
  }

  /** Puts into the history what a person wrote. */
  wrote(name: string, { version, replaced, inPlace }: Written): void {
    if (inPlace) this.history.wrote(name, version, replaced);
    else this.history.wroteAside(name, version);
  }

  /** Whether another folder has this version under this name. */
  isElsewhere(secondary: number, name: string, version: string): boolean {
    const others = this.world.disks.filter(({ number }) => number !== secondary);
    return others.some(({ backing }) => this.contents.file(backing, name)?.digest === version);
  }

  private pick(secondary: number, choice: number, wanted: (name: string) => boolean): string | null {
    const names = [...this.contents.read(this.folder(secondary)).keys()];
    const free = names.filter((name) => wanted(name) && !name.startsWith(STEADY) && !this.busy.has(name)).sort();
    return free[Math.floor(choice * free.length)] ?? null;
  }
}
