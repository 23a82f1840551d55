import { join } from "node:path";
import { type Cancel, type Clock, delay } from "../../platform/clock.ts";
import { DiskError, type FileStat } from "../../platform/disk/disk.ts";
import { type Attempt, FolderOpener, type FolderOpenerDeps, type OpenFolder, type Place } from "./folder-opener.ts";
import { MARKER, WORK_FOLDER } from "./marker.ts";
import { InnerDisks } from "./nested-disks.ts";

/** Milliseconds between checks that the folder is still there, and between looks for one that is not. */
const CHECK = 1000;
const SEARCH = 2000;
/** Milliseconds for which a lock may be that of a process which is just ending, and between two tries to get it. */
const ENDING = 3000;
const TRY = 100;
/** Of the files known from earlier runs, the most that are tried at each look for the folder. */
const SAMPLE = 100;

type Trouble = Exclude<Attempt["kind"], "there">;

/** The folder that is to be shared is somebody else's. */
export class FolderRefused extends Error {}

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
  private absence = "";
  /** What was said in the log since the folder was there: each once, however often it is looked for. */
  private readonly told = new Set<Trouble>();
  private listener: (there: boolean) => void = () => {};
  private readonly inner: InnerDisks;
  private innerListener: () => void = () => {};
  private timer: Cancel = () => {};
  private stopped = false;

  constructor(deps: FolderGuardDeps) {
    this.deps = deps;
    this.opener = new FolderOpener(deps);
    this.inner = new InnerDisks(deps);
    this.rootPath = deps.folder;
  }

  /** Its real path; where it is not there, the last one. */
  get root(): string {
    return this.rootPath;
  }

  /** Whether it was there at the last check, a second ago at most. */
  get there(): boolean {
    return this.opened !== null;
  }

  /** Why it is not there. */
  get reason(): string {
    return this.absence;
  }

  /**
   * Opens the folder, and makes it where nothing was shared before. Says whether it is there. Throws
   * {@link FolderRefused} or DiskError.
   */
  async open(): Promise<boolean> {
    const attempt = await this.attempt();
    if (attempt.kind === "refused") {
      throw new FolderRefused(`${attempt.reason}; to share it from now on, start once with --adopt-folder`);
    }
    if (attempt.kind === "in use") throw new FolderRefused(attempt.reason);
    if (attempt.kind === "missing") this.absence = attempt.reason;
    await this.inner.load();
    // The user's word is for all that is missing.
    if (this.deps.adopt) this.inner.forget();
    await this.findInner();
    return this.there;
  }

  /** From now on the folder is checked, and looked for where it is not there; `listener` is told of changes. */
  watch(listener: (there: boolean) => void): void {
    this.listener = listener;
    const meant = "If what was in it is lost for good, start once with --adopt-folder";
    if (!this.there) this.complain("missing", this.absence, `; nothing is shared until it is back. ${meant}`);
    this.plan();
  }

  /** Asks the disk whether the folder is there right now. */
  async check(): Promise<boolean> {
    const opened = this.opened;
    if (!opened) return false;
    const lost = await this.compare(opened);
    if (lost === null && this.inner.any) await this.findInner();
    if (lost === null) return this.opened === opened;
    if (this.opened === opened && !this.stopped) this.lose(opened, lost);
    return false;
  }

  /** Looks for disks that are mounted within the folder, or are not any more. */
  async findInner(): Promise<void> {
    const { log } = this.deps;
    const before = this.inner.away;
    const opened = this.opened;
    if (!opened || !(await this.inner.refresh(opened.root))) return;
    const { away } = this.inner;
    for (const folder of away.filter((one) => !before.includes(one))) {
      const text = `the disk of ${folder} in the shared folder is not there: its files are not given up, and nothing is put in its place`;
      log.warn("disk-missing", text, { folder });
    }
    for (const folder of before.filter((one) => !away.includes(one))) {
      log.info("disk-back", `the disk of ${folder} in the shared folder is there again`, { folder });
    }
    this.innerListener();
  }

  /** `listener` is told when a disk within the folder goes or comes back. */
  watchInner(listener: () => void): void {
    this.innerListener = listener;
  }

  /** The folder whose disk is not there, when a name lies in one; else null. */
  awayAbove(name: string): string | null {
    return this.inner.awayAbove(name);
  }

  /** Throws DiskError when the folder is not there right now. */
  async demand(): Promise<void> {
    if (await this.check()) return;
    throw new DiskError("missing", this.rootPath, this.absence || "the shared folder is not open");
  }

  /** The number of the secondary that shares the folder at `path` now; null when none does. Throws DiskError. */
  sharedBy(path: string): Promise<number | null> {
    return this.opener.sharedBy(path);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer();
    const opened = this.opened;
    this.opened = null;
    if (opened) await this.opener.release(opened);
  }

  /** The first time, when a process that is just ending may still have the folder. */
  private async attempt(): Promise<Attempt> {
    const { clock, adopt } = this.deps;
    const until = clock.now() + ENDING;
    for (;;) {
      const attempt = await this.opener.open(adopt, Number.POSITIVE_INFINITY);
      if (attempt.kind === "there") this.enter(attempt.opened);
      if (attempt.kind !== "in use" || clock.now() >= until) return attempt;
      await delay(clock, TRY);
    }
  }

  private plan(): void {
    if (this.stopped) return;
    this.timer = this.deps.clock.after(this.there ? CHECK : SEARCH, () => void this.tick());
  }

  private async tick(): Promise<void> {
    if (this.there) await this.check();
    else await this.search();
    this.plan();
  }

  private async search(): Promise<void> {
    const attempt = await this.opener.open(false, SAMPLE).catch((error: Error): Attempt => {
      return { kind: "missing", reason: error.message };
    });
    if (attempt.kind === "there" && this.stopped) return this.opener.release(attempt.opened);
    if (attempt.kind === "there") {
      this.enter(attempt.opened);
      this.deps.log.info("disk-back", `the shared folder ${this.rootPath} is there again`);
      this.listener(true);
    } else if (attempt.reason !== this.absence) {
      this.complain(attempt.kind, attempt.reason, "; nothing is shared until the right one is back");
      this.listener(false);
    }
  }

  private enter(opened: OpenFolder): void {
    this.opened = opened;
    this.rootPath = opened.root;
    this.absence = "";
    this.told.clear();
  }

  private lose(opened: OpenFolder, reason: string): void {
    this.opened = null;
    void this.opener.release(opened);
    this.complain("missing", reason, "; its files are not given up, and nothing is shared or written until it is back");
    this.listener(false);
  }

  private complain(trouble: Trouble, reason: string, more: string): void {
    this.absence = reason;
    if (this.told.has(trouble)) return;
    this.told.add(trouble);
    this.deps.log.warn("disk-missing", `${reason}${more}`);
  }

  /** Null when what was opened is in its place; else what is the matter. */
  private async compare({ root, folder, marker }: OpenFolder): Promise<string | null> {
    const { disk } = this.deps;
    try {
      const stat = await disk.lstat(root);
      if (stat?.kind !== "folder") return `the shared folder ${root} is not there`;
      if (stat.device !== folder.device) return `the disk of the shared folder ${root} is not in its place`;
      if (stat.inode !== folder.inode) return `another folder is in the place of the shared folder ${root}`;
      const found = marker && (await disk.lstat(join(root, WORK_FOLDER, MARKER)));
      if (!marker || (found && isAt(found, marker))) return null;
      return `the shared folder ${root} has lost its marker (${WORK_FOLDER}/${MARKER})`;
    } catch (error) {
      return `the shared folder ${root} cannot be read: ${(error as Error).message}`;
    }
  }
}

function isAt(stat: FileStat, { device, inode }: Place): boolean {
  return stat.device === device && stat.inode === inode;
}
