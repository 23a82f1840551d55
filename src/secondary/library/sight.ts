import type { Disk, FileStat } from "../../base/disk.ts";
import type { Log } from "../../base/log.ts";
import { nameFault } from "../../protocol/name.ts";
import type { FolderGuard } from "./folder-guard.ts";
import { WORK_FOLDER } from "./marker.ts";
import { type Stamp, stampOf } from "./record.ts";

/** Warnings already given are remembered up to this many names. */
const REMEMBERED_WARNINGS = 10_000;

/** What stands under a path of the shared folder. */
export type Sighting =
  | { readonly kind: "file"; readonly stat: FileStat }
  | { readonly kind: "folder" }
  /** Something that is not shared: a link that leads outside, a socket. */
  | { readonly kind: "barred" }
  | { readonly kind: "nothing" };

const NOTHING: Sighting = { kind: "nothing" };
const BARRED: Sighting = { kind: "barred" };
const FOLDER: Sighting = { kind: "folder" };

/** Tells what of the shared folder may be shared. Throws DiskError where the disk cannot tell. */
export class Sight {
  readonly #disk: Disk;
  readonly #log: Log;
  readonly #guard: FolderGuard;
  readonly #warned = new Set<string>();

  constructor(deps: { disk: Disk; log: Log; guard: FolderGuard }) {
    this.#disk = deps.disk;
    this.#log = deps.log;
    this.#guard = deps.guard;
  }

  /** Whether the shared folder is there right now, and no other one in its place. */
  rootIsThere(): Promise<boolean> {
    return this.#guard.check();
  }

  /** Throws DiskError when it is not. */
  demandRoot(): Promise<void> {
    return this.#guard.demand();
  }

  pathOf(name: string): string {
    const { root } = this.#guard;
    return name === "" ? root : `${root}/${name}`;
  }

  /** What stands at `name`, reached through real folders only: behind a link to a folder there is nothing to share. */
  async look(name: string): Promise<Sighting> {
    const folder = parentOf(name);
    if (folder !== "") {
      const real = await this.#disk.realpath(this.pathOf(folder));
      if (real === null) return NOTHING;
      if (real !== this.pathOf(folder)) return BARRED;
    }
    return this.entry(name);
  }

  /** The stamp of what may be shared under a name; null when there is nothing. */
  async stamp(name: string): Promise<Stamp | null> {
    const sighting = await this.look(name);
    return sighting.kind === "file" ? stampOf(sighting.stat) : null;
  }

  /** Like look, for a name whose folder is known to be a real one. */
  async entry(name: string): Promise<Sighting> {
    const path = this.pathOf(name);
    const stat = await this.#disk.lstat(path);
    if (!stat) return NOTHING;
    if (stat.kind === "file") return { kind: "file", stat };
    if (stat.kind === "folder") return FOLDER;
    return stat.kind === "link" ? this.#follow(path) : BARRED;
  }

  /** Whether a name may be shared, as far as the name tells. A visible one that may not is warned about once. */
  allows(name: string): boolean {
    if (isHidden(name)) return false;
    const fault = nameFault(name);
    if (fault === null) return true;
    this.#refuseName(name, fault);
    return false;
  }

  /** Warns about a name whose bytes are not UTF-8: another file could not be told from this one by its name. */
  refuseGarbled(name: string): void {
    if (!isHidden(name)) this.#refuseName(name, "it is not valid UTF-8");
  }

  #refuseName(name: string, fault: string): void {
    this.warnOnce(name, "name", `not shared: the name ${JSON.stringify(name)} cannot be used, ${fault}`);
  }

  /** Logs a warning about a name unless it was given before. */
  warnOnce(name: string, topic: string, message: string, event = "not-shared"): void {
    const key = `${topic}:${name}`;
    if (this.#warned.has(key)) return;
    // A full memory is emptied: warning again is better than a set that grows for ever.
    if (this.#warned.size >= REMEMBERED_WARNINGS) this.#warned.clear();
    this.#warned.add(key);
    this.#log.warn(event, message, { name });
  }

  /** Lets a later problem with this name be warned about again. */
  forgetWarning(name: string, topic: string): void {
    this.#warned.delete(`${topic}:${name}`);
  }

  async #follow(path: string): Promise<Sighting> {
    // A loop of links is an error to the system and nothing to share to us.
    const real = await this.#disk.realpath(path).catch(() => null);
    const { root } = this.#guard;
    if (!real?.startsWith(`${root}/`)) return BARRED;
    if (real.startsWith(`${root}/${WORK_FOLDER}/`)) return BARRED;
    const stat = await this.#disk.stat(real);
    return stat?.kind === "file" ? { kind: "file", stat } : BARRED;
  }
}

/** The folder part of a name, "" at the top. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Whether a segment begins with a dot. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name.includes("/.");
}
