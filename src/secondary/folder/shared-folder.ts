import type { Clock } from "../../platform/clock.ts";
import type { Fingerprint } from "../../platform/content-state.ts";
import { type Bounds, type Disk, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import { isWithin, parentOf, pathOf } from "../../platform/disk/names.ts";
import type { Anchor, Spot } from "../../platform/disk/reach/anchor.ts";
import type { Log } from "../../platform/log/log.ts";
import { nameFault } from "../../protocol/name.ts";
import { controlFilesOf, fileOfControl, isPartialName } from "../../protocol/names/partial-names.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { FolderGuard } from "./folder-guard.ts";
import { IgnoreRules, RULES_FILE, type RulesChange } from "./ignore-rules.ts";

/** Warnings already given are remembered up to this many names. */
const MAX_REMEMBERED_WARNINGS = 10_000;

/** What stands under a path of the shared folder. */
export type PathStatus =
  | { readonly kind: "file"; readonly stat: FileStat }
  | { readonly kind: "folder" }
  /** Something that is not shared: a link that leads outside, a socket. */
  | { readonly kind: "excluded" }
  | { readonly kind: "nothing" };

const NOTHING: PathStatus = { kind: "nothing" };
const EXCLUDED: PathStatus = { kind: "excluded" };
const FOLDER: PathStatus = { kind: "folder" };

type SharedFolderGuard = Pick<
  FolderGuard,
  | "root"
  | "bounds"
  | "anchor"
  | "reach"
  | "checkPresent"
  | "requirePresent"
  | "refreshNestedDisks"
  | "missingDiskAbove"
  | "sharedBy"
>;

/** The shared folder, and what of it may be shared. Throws DiskError where the disk refuses. */
export class SharedFolder {
  private readonly disk: Disk;
  private readonly log: Log;
  private readonly guard: SharedFolderGuard;
  private readonly rules: IgnoreRules;
  private readonly warned = new Set<string>();
  /** Files that another program has not finished: its control file was seen in the same folder. */
  private readonly withControlFile = new Set<string>();
  /** Folders that another secondary shares, and its number. */
  private readonly sharedByOthers = new Map<string, number>();

  constructor(deps: { disk: Disk; clock: Clock; log: Log; guard: SharedFolderGuard }) {
    this.rules = new IgnoreRules(deps);
    this.disk = deps.disk;
    this.log = deps.log;
    this.guard = deps.guard;
  }

  /** Whether the shared folder is there right now, and no other one in its place. */
  checkPresent(): Promise<boolean> {
    return this.guard.checkPresent();
  }

  /** Reads the rules of what is not to be shared. Throws DiskError. */
  loadRules(): Promise<void> {
    return this.rules.load(this.pathOf(RULES_FILE));
  }

  /** Reads them anew when they have changed. */
  refreshRules(): Promise<RulesChange> {
    return this.rules.refresh(this.pathOf(RULES_FILE));
  }

  /** Whether other rules are about to apply: what they name must not be shared before. */
  get rulesPending(): boolean {
    return this.rules.pending;
  }

  /** Finds disks that are mounted within the folder, or are not any more. */
  refreshNestedDisks(): Promise<void> {
    return this.guard.refreshNestedDisks();
  }

  /** Throws DiskError when it is not, or when a disk within it is not there on which one of these names lies. */
  async requirePresent(names: readonly string[] = []): Promise<void> {
    await this.guard.requirePresent();
    for (const name of names) {
      const away = this.guard.missingDiskAbove(name);
      if (away !== null) throw new DiskError("missing", this.pathOf(away), diskAway(away));
    }
  }

  pathOf(name: string): string {
    return pathOf(this.guard.root, name);
  }

  /** See {@link FolderGuard.bounds}. */
  get bounds(): Bounds {
    return this.guard.bounds;
  }

  /** See {@link FolderGuard.anchor}. */
  get anchor(): Anchor {
    return this.guard.anchor;
  }

  /** See {@link FolderGuard.reach}. */
  reach(): Spot {
    return this.guard.reach();
  }

  /** What stands at `name`, reached through real folders only: behind a link to a folder there is nothing to share. */
  async inspect(name: string): Promise<PathStatus> {
    const folder = parentOf(name);
    if (folder !== "") {
      const real = await this.disk.realpath(this.pathOf(folder));
      if (real === null) return NOTHING;
      if (real !== this.pathOf(folder)) return EXCLUDED;
    }
    return this.statEntry(name);
  }

  /** The fingerprint of what may be shared under a name; null when there is nothing. */
  async fingerprint(name: string): Promise<Fingerprint | null> {
    const status = await this.inspect(name);
    return status.kind === "file" ? fingerprintOf(status.stat) : null;
  }

  /** Like {@link inspect}, for a name whose folder is known to be a real one. */
  async statEntry(name: string): Promise<PathStatus> {
    const path = this.pathOf(name);
    const stat = await this.disk.lstat(path);
    if (!stat) return NOTHING;
    if (stat.kind === "file") return { kind: "file", stat };
    if (stat.kind === "folder") return FOLDER;
    return stat.kind === "link" ? this.inspectLink(path) : EXCLUDED;
  }

  /** Whether a name may be shared, judged by the name alone. The log warns once of a name that cannot be used. */
  allows(name: string): boolean {
    if (isHidden(name)) return false;
    const fault = nameFault(name);
    if (fault !== null) this.warnBadName(name, fault);
    return fault === null && this.exclusion(name) === null;
  }

  /** Whether there may be something to share in a folder, as far as its name tells. */
  allowsFolder(name: string): boolean {
    if (isHidden(name)) return false;
    const fault = nameFault(name);
    if (fault !== null) this.warnBadName(name, fault);
    return fault === null && !this.rules.matches(`${name}/`);
  }

  /** Why a file of a good name is not shared; null when it is. */
  exclusion(name: string): Told | null {
    if (isPartialName(name)) {
      const file = fileOfControl(name);
      if (file !== null && this.withControlFile.size < MAX_REMEMBERED_WARNINGS) this.withControlFile.add(file);
      return say("it is named like a file that another program has not finished");
    }
    if (this.rules.matches(name)) return say("{rules} excludes it", { rules: RULES_FILE });
    const away = this.guard.missingDiskAbove(name);
    if (away !== null) return diskAway(away);
    for (const [folder, number] of this.sharedByOthers) {
      if (name.startsWith(`${folder}/`))
        return say("secondary {number} shares the folder {folder}", { number, folder });
    }
    return null;
  }

  /** Whether another process shares a folder within this one: that folder would be copied into itself without end. */
  async isSharedByOther(folder: string): Promise<boolean> {
    const number = await this.guard.sharedBy(this.pathOf(folder));
    if (number === null) {
      this.sharedByOthers.delete(folder);
      return false;
    }
    this.sharedByOthers.set(folder, number);
    this.warnOnce(folder, "nested", `${folder} is not shared: secondary ${number} shares that folder by itself`);
    return true;
  }

  /** Whether a control file in the same folder says that another program has not finished the file. */
  async hasControlFile(name: string): Promise<boolean> {
    if (!this.mayHaveControlFile(name)) return false;
    for (const control of controlFilesOf(name)) if (await this.disk.lstat(this.pathOf(control))) return true;
    this.withControlFile.delete(name);
    return false;
  }

  /** Whether one was seen there. */
  mayHaveControlFile(name: string): boolean {
    return this.withControlFile.has(name);
  }

  /** Warns about a name whose bytes are not UTF-8: another file could not be told from this one by its name. */
  warnInvalidUtf8(name: string): void {
    if (!isHidden(name)) this.warnBadName(name, "it is not valid UTF-8");
  }

  private warnBadName(name: string, fault: Told): void {
    this.warnOnce(name, "name", `not shared: the name ${JSON.stringify(name)} cannot be used, ${fault}`);
  }

  /** Logs a warning about a name unless it was given before. */
  warnOnce(name: string, topic: string, message: string, event = "not-shared"): void {
    const key = `${topic}:${name}`;
    if (this.warned.has(key)) return;
    // A full memory is emptied: warning again is better than a set that grows for ever.
    if (this.warned.size >= MAX_REMEMBERED_WARNINGS) this.warned.clear();
    this.warned.add(key);
    this.log.warn(event, message, { name });
  }

  /** Lets a later problem with this name be warned about again. */
  forgetWarning(name: string, topic: string): void {
    this.warned.delete(`${topic}:${name}`);
  }

  private async inspectLink(path: string): Promise<PathStatus> {
    // A loop of links is an error to the system and nothing to share to us.
    const real = await this.disk.realpath(path).catch((error: unknown) => {
      // Too much is open now: that says nothing about the link.
      if (error instanceof DiskError && error.failure === "limit") throw error;
      return null;
    });
    if (real === null || !isWithin(real, this.bounds)) return EXCLUDED;
    const stat = await this.disk.stat(real);
    return stat?.kind === "file" ? { kind: "file", stat } : EXCLUDED;
  }
}

function diskAway(folder: string): Sentence {
  return say("the disk of the folder {folder} is not there", { folder });
}

/** Whether a segment begins with a dot. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name.includes("/.");
}
