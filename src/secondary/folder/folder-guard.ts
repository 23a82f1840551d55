import { join } from "node:path";
import { type Cancel, type Clock, delay } from "../../platform/clock.ts";
import { type Bounds, DiskError, type FileStat } from "../../platform/disk/disk.ts";
import { type Anchor, beneath, type Spot } from "../../platform/disk/reach/anchor.ts";
import { beatOf } from "../../platform/process/beat.ts";
import { english, say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import {
  type FileLocation,
  FolderOpener,
  type FolderOpenerDeps,
  FolderRefused,
  linkToWork,
  type OpenAttempt,
  type OpenFolder,
  refuseUnwritable,
} from "./folder-opener.ts";
import { MARKER, STAGING_FOLDER } from "./marker.ts";
import { NestedDisks } from "./nested-disks.ts";

/** Milliseconds between searches for a folder that is not there: somebody may wait for it. */
const SEARCH_INTERVAL_MS = 2000;
/**
 * The same between checks of one that is there. Each check wakes threads of a process that may have nothing else to do, and who is
 * about to do something in the folder checks anyway.
 */
const CHECK_INTERVAL_MS = 6000;
/** Milliseconds to wait for a lock, since its process may be ending, and between two tries to get it: nobody notices the tenth of a second. */
const LOCK_WAIT_MS = 3000;
const LOCK_RETRY_INTERVAL_MS = 100;
/** Files of earlier runs that are looked up in a folder, at most, to recognize it: a search is repeated all the time. */
const MAX_SAMPLED_RECORDS = 100;

type Problem = Exclude<OpenAttempt["kind"], "there">;

export interface FolderGuardDeps extends FolderOpenerDeps {
  readonly clock: Clock;
  /** The user says that this folder is to be shared, whatever was shared before. */
  readonly adopt: boolean;
}

/**
 * Knows whether the shared folder is there: the folder that was shared before, not an empty mount point or another disk in
 * its place. Its marker says so, and while it is shared, the device and the inode of both.
 */
export class FolderGuard {
  private readonly deps: FolderGuardDeps;
  private readonly opener: FolderOpener;
  private opened: OpenFolder | null = null;
  /** Where the folder was last. */
  private rootPath: string;
  private lastAnchor: Anchor | null = null;
  private absence: Told = "";
  /** What was said in the log since the folder was there: each once, however often it is looked for. */
  private readonly warned = new Set<Problem>();
  private listener: (there: boolean) => void = () => {};
  private readonly nestedDisks: NestedDisks;
  private nestedListener: () => void = () => {};
  private cancels: readonly Cancel[] = [];
  private checking = false;
  private readonly ended = new AbortController();

  constructor(deps: FolderGuardDeps) {
    this.deps = deps;
    this.opener = new FolderOpener(deps);
    this.nestedDisks = new NestedDisks(deps);
    this.rootPath = deps.folder;
  }

  /** Its real path; where it is not there, the last one. */
  get root(): string {
    return this.rootPath;
  }

  /** Beyond which nothing is shared, even where a link leads there. */
  get bounds(): Bounds {
    return { folder: this.rootPath, except: STAGING_FOLDER };
  }

  /** This very folder, as it was opened last. Throws DiskError where it never was. */
  get anchor(): Anchor {
    if (this.lastAnchor) return this.lastAnchor;
    throw new DiskError("away", this.rootPath, this.absence || say("the shared folder is not open"));
  }

  /** How all must be reached that is made, changed or removed in it. Throws DiskError. */
  reach(): Spot {
    return beneath(this.anchor);
  }

  /** Whether it was there at the last check, six seconds ago at most. */
  get isPresent(): boolean {
    return this.opened !== null;
  }

  /** Why it is not there. */
  get reason(): Told {
    return this.absence;
  }

  /**
   * Opens the folder, and makes it where nothing was shared before. Says whether it is there. Throws
   * {@link FolderRefused} or DiskError.
   */
  async open(): Promise<boolean> {
    const attempt = await this.attempt().catch(refuseUnwritable);
    if (attempt.kind === "refused") {
      throw new FolderRefused(
        say("{reason}; to share it from now on, start once with --adopt-folder", { reason: attempt.reason }),
      );
    }
    if (attempt.kind === "in use") throw new FolderRefused(attempt.reason);
    if (attempt.kind === "missing") this.absence = attempt.reason;
    await this.nestedDisks.load();
    // The user has said that disks which are missing are not waited for.
    if (this.deps.adopt) this.nestedDisks.forget();
    await this.refreshNestedDisks();
    return this.isPresent;
  }

  /** From now on the folder is checked, and searched for while it is not there; `listener` is notified of changes. */
  watch(listener: (there: boolean) => void): void {
    this.listener = listener;
    const meant = "If what was in it is lost for good, start once with --adopt-folder";
    if (!this.isPresent) this.warnOnce("missing", this.absence, `; nothing is shared until it is back. ${meant}`);
    const beat = beatOf(this.deps.clock);
    this.cancels = [
      beat.every(SEARCH_INTERVAL_MS, () => !this.opened && void this.check()),
      beat.every(CHECK_INTERVAL_MS, () => this.opened && void this.check()),
    ];
  }

  /** Asks the disk whether the folder is there right now. */
  async checkPresent(): Promise<boolean> {
    const opened = this.opened;
    if (!opened) return false;
    const lost = await this.problemWith(opened);
    if (lost === null && this.nestedDisks.any) await this.refreshNestedDisks();
    if (lost === null) return this.opened === opened;
    if (this.opened === opened && !this.stopped) this.setLost(opened, lost);
    return false;
  }

  /** Finds disks that are mounted within the folder, or are not any more. */
  async refreshNestedDisks(): Promise<void> {
    const { log } = this.deps;
    const before = this.nestedDisks.missing;
    const opened = this.opened;
    if (!opened || !(await this.nestedDisks.refresh(opened.root))) return;
    const { missing: away } = this.nestedDisks;
    for (const folder of away.filter((one) => !before.includes(one))) {
      const text = `the disk of ${folder} in the shared folder is not there: its files are not given up, and nothing is put in its place`;
      log.warn("disk-missing", text, { folder });
    }
    for (const folder of before.filter((one) => !away.includes(one))) {
      log.info("disk-back", `the disk of ${folder} in the shared folder is there again`, { folder });
    }
    this.nestedListener();
  }

  /** `listener` is notified when a disk within the folder goes or comes back. */
  onNestedDisks(listener: () => void): void {
    this.nestedListener = listener;
  }

  /** The folder whose disk is not there, when a name lies in one; else null. */
  missingDiskAbove(name: string): string | null {
    return this.nestedDisks.missingAbove(name);
  }

  /** Throws DiskError when the folder is not there right now. */
  async requirePresent(): Promise<void> {
    if (await this.checkPresent()) return;
    throw new DiskError("missing", this.rootPath, this.absence || say("the shared folder is not open"));
  }

  /** The number of the secondary that shares the folder at `path` now; null when none does. Throws DiskError. */
  sharedBy(path: string): Promise<number | null> {
    return this.opener.sharedBy(path);
  }

  async stop(): Promise<void> {
    this.ended.abort();
    for (const cancel of this.cancels) cancel();
    const opened = this.opened;
    this.opened = null;
    if (opened) await this.opener.release(opened);
  }

  /** The first time, when a process that is just ending may still have the folder. */
  private async attempt(): Promise<OpenAttempt> {
    const { clock, adopt } = this.deps;
    const until = clock.now() + LOCK_WAIT_MS;
    for (;;) {
      const attempt = await this.opener.open(adopt, Number.POSITIVE_INFINITY);
      if (this.stopped) {
        if (attempt.kind === "there") await this.opener.release(attempt.opened);
        return { kind: "missing", reason: "this secondary was stopped" };
      }
      if (attempt.kind === "there") this.setOpened(attempt.opened);
      if (attempt.kind !== "in use" || clock.now() >= until) return attempt;
      await delay(clock, LOCK_RETRY_INTERVAL_MS, this.ended.signal);
    }
  }

  private get stopped(): boolean {
    return this.ended.signal.aborted;
  }

  private async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    const { opened } = this;
    if (!opened) await this.search();
    else if (this.nestedDisks.any || !(await this.seemsThere(opened))) await this.checkPresent();
    this.checking = false;
  }

  /**
   * Whether what tells the folder from others is in its place, with one question to the disk: nobody is woken more often
   * while nothing happens. Whoever is about to do something in the folder asks for more.
   */
  private async seemsThere({ root, folder, marker }: OpenFolder): Promise<boolean> {
    const path = marker ? join(root, STAGING_FOLDER, MARKER) : root;
    const found = await this.deps.disk.lstat(path).catch(() => null);
    return found !== null && isAt(found, marker ?? folder);
  }

  private async search(): Promise<void> {
    const attempt = await this.opener.open(false, MAX_SAMPLED_RECORDS).catch((error: Error): OpenAttempt => {
      return { kind: "missing", reason: toldOf(error) };
    });
    if (attempt.kind === "there" && this.stopped) return this.opener.release(attempt.opened);
    if (attempt.kind === "there") {
      this.setOpened(attempt.opened);
      this.deps.log.info("disk-back", `the shared folder ${this.rootPath} is there again`);
      this.listener(true);
    } else if (english(attempt.reason) !== english(this.absence)) {
      this.warnOnce(attempt.kind, attempt.reason, "; nothing is shared until the right one is back");
      this.listener(false);
    }
  }

  private setOpened(opened: OpenFolder): void {
    this.opened = opened;
    this.rootPath = opened.root;
    this.lastAnchor = { path: opened.root, ...opened.folder };
    this.absence = "";
    this.warned.clear();
  }

  private setLost(opened: OpenFolder, reason: Told): void {
    this.opened = null;
    void this.opener.release(opened);
    this.warnOnce("missing", reason, "; its files are not given up, and nothing is shared or written until it is back");
    this.listener(false);
  }

  private warnOnce(trouble: Problem, reason: Told, more: string): void {
    this.absence = reason;
    if (this.warned.has(trouble)) return;
    this.warned.add(trouble);
    this.deps.log.warn("disk-missing", `${reason}${more}`);
  }

  /** Null when what was opened is in its place; else what is the matter. */
  private async problemWith({ root, folder, marker }: OpenFolder): Promise<Told | null> {
    const { disk } = this.deps;
    try {
      const link = await linkToWork(disk, root);
      if (link !== null) return link;
      const stat = await disk.lstat(root);
      if (stat?.kind !== "folder") return say("the shared folder {folder} is not there", { folder: root });
      if (stat.device !== folder.device)
        return say("the disk of the shared folder {root} is not in its place", { root });
      if (stat.inode !== folder.inode)
        return say("another folder is in the place of the shared folder {root}", { root });
      const found = marker && (await disk.lstat(join(root, STAGING_FOLDER, MARKER)));
      if (!marker || (found && isAt(found, marker))) return null;
      return say("the shared folder {root} has lost its marker ({marker})", {
        root,
        marker: `${STAGING_FOLDER}/${MARKER}`,
      });
    } catch (error) {
      return say("the shared folder {root} cannot be read: {reason}", { root, reason: toldOf(error) });
    }
  }
}

function isAt(stat: FileStat, { device, inode }: FileLocation): boolean {
  return stat.device === device && stat.inode === inode;
}
