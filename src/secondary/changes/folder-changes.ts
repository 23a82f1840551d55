import { dirname } from "node:path";
import pMap from "p-map";
import type { HashedFile, Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { sameContent } from "../../platform/content-state.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import type { Moved } from "../../protocol/messages/secondary.ts";
import { errorOf } from "../../sentences/sentence-error.ts";
import { isInvalidated } from "../folder/fingerprint.ts";
import type { NameCheck } from "../folder/name-check.ts";
import { CHANGED } from "../folder/obstacle.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import { type Descent, mayRemove, newDescent } from "../index/descent.ts";
import type { FileRecord, RecordChanges } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import type { FileChecker } from "../scanning/file-checker.ts";
import { FileInstaller } from "./file-installer.ts";
import { InstallSteps } from "./install-steps.ts";
import type { KeptSlots } from "./kept-slots.ts";
import { type MovedFile, type MoveOutcome, MoveSteps, newNamesOf } from "./move-steps.ts";
import { plannedInstallOf, plannedMovesOf } from "./plans.ts";
import { RemovalSteps } from "./removal-steps.ts";
import type { InstallResult, StagedFile } from "./staged-file.ts";
import { UnsyncedRemovals } from "./unsynced-removals.ts";
import { UserFiles, type UserPut } from "./user-files.ts";

/** Files removed at once: every step of a removal waits for a thread of the pool. */
const MAX_CONCURRENT_REMOVALS = 8;

/** A version of a name that was removed from the cluster, together with all versions before it. */
export interface RemovedFile extends Pick<Descent, "id" | "vector" | "edits"> {
  readonly name: string;
  /** The name that exactly this version gets; null: it goes. */
  readonly moved: Moved | null;
}

/** What became of a file that was to be removed, or to have another name; an Error where the disk refused. */
export type RemovalOutcome = "gone" | "stays" | MoveOutcome | Error;

export interface FolderChangesDeps {
  readonly clock: Pick<Clock, "wall">;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly checker: FileChecker;
  readonly kept: KeptSlots;
  readonly names: NameCheck;
  readonly hashing: Pick<Hashing, "copy">;
}

/**
 * The program's own changes of the shared folder. Each operation suspends the checker for its names, verifies that nobody
 * touched the files since they were recorded, acts, and then records the result: after a crash in between, the next scan
 * reads the file, and a copy is known by the plan that was stored before. What must not come back after a power loss is made durable before it is recorded.
 */
export class FolderChanges {
  private readonly disk: Disk;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;
  private readonly checker: FileChecker;
  private readonly steps: InstallSteps;
  private readonly removalSteps: RemovalSteps;
  private readonly moveSteps: MoveSteps;
  private readonly installer: FileInstaller;
  private readonly userFiles: UserFiles;
  private readonly unsynced: UnsyncedRemovals;
  private last: Promise<unknown> = Promise.resolve();

  constructor(deps: FolderChangesDeps) {
    this.disk = deps.disk;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
    this.checker = deps.checker;
    this.steps = new InstallSteps(deps);
    this.removalSteps = new RemovalSteps({ ...deps, installSteps: this.steps });
    this.unsynced = new UnsyncedRemovals(this.steps, this.records.vanished);
    this.moveSteps = new MoveSteps({ ...deps, steps: this.steps });
    const steps = { ...deps, steps: this.steps, removalSteps: this.removalSteps };
    this.installer = new FileInstaller(steps);
    this.userFiles = new UserFiles(steps);
  }

  /** Puts staged files under their names, all recorded in one transaction. */
  install(staged: readonly StagedFile[]): Promise<InstallResult[]> {
    const names = staged.map(({ name }) => name);
    const certain = new Set<string>();
    const named = new Set<string>();
    const { installs } = this.records;
    // Now, so that the transaction of what is installed before this stores it too.
    installs.plan(staged.map(plannedInstallOf));
    const work = async () => {
      await this.records.writer.savePlans();
      const { installed, refused } = await this.installer.install(staged);
      for (const { name } of installed.keys()) named.add(name);
      const results = () => staged.map((file) => (installed.has(file) ? "installed" : (refused.get(file) ?? CHANGED)));
      const put = [...installed].map(([{ hashes }, { record }]) => ({ record, hashes }));
      if (put.length === 0) return results();
      // A new name that is lost in a power loss is copied again. But an old version that comes back under a name whose
      // record says the new version would count as an edit of it.
      const replaced = [...installed].flatMap(([{ name }, { replaced }]) => (replaced ? [name] : []));
      if (replaced.length > 0) await this.steps.syncParents(replaced);
      await this.record({ put, drop: [] });
      for (const { record } of put) if (!isInvalidated(record)) certain.add(record.name);
      return results();
    };
    return this.exclusively(names, work, certain).finally(() => {
      installs.forget(names.filter((name) => !named.has(name)));
    });
  }

  /** Each name is there once, and none is another one's new name. */
  remove(removed: readonly RemovedFile[]): Promise<RemovalOutcome[]> {
    const names = removed.map(({ name }) => name);
    const put: MovedFile[] = [];
    const { installs } = this.records;
    const work = async () => {
      await this.planMoves(removed);
      const removeOne = (file: RemovedFile) => this.removeOrMove(file, put).catch((error: unknown) => errorOf(error));
      const outcomes = await pMap(removed, removeOne, { concurrency: MAX_CONCURRENT_REMOVALS });
      const gone = names.filter((_, index) => hasLeft(outcomes[index]));
      if (gone.length + put.length === 0) return outcomes;
      // Before the old names are forgotten.
      const newNames = outcomes.flatMap((outcome) => newNameIn(outcome) ?? []);
      if (newNames.length > 0) await this.steps.syncParents(newNames);
      const failures = await this.unsynced.makeDurable(gone);
      const drop = gone.filter((name) => !failures.has(name));
      if (drop.length + put.length > 0) await this.record({ put, drop });
      return names.map((name, index) => failures.get(name) ?? outcomes[index] ?? "stays");
    };
    const newNames = removed.flatMap(newNamesOf);
    return this.exclusively([...names, ...newNames], work).finally(() => {
      const moved = new Set(put.map(({ record }) => record.name));
      installs.forget(newNames.filter((name) => !moved.has(name)));
    });
  }

  /** What a crash leaves under a new name is no file that somebody has put there: it is planned, as a copy is. */
  private async planMoves(removed: readonly RemovedFile[]): Promise<void> {
    const planned = removed.flatMap((file) => plannedMovesOf(file, this.records.latest(file.name)));
    if (planned.length === 0) return;
    this.records.installs.plan(planned);
    await this.records.writer.savePlans();
  }

  /** What is to be recorded of a file that was to have another name comes into `put`. */
  private async removeOrMove(file: RemovedFile, put: MovedFile[]): Promise<RemovalOutcome> {
    const { name, moved } = file;
    const known = this.records.latest(name);
    const movable = moved && known?.id === file.id && mayRemove(file, known) && this.sharedFolder.allows(name);
    if (!movable || (await this.steps.stateOf(name)) !== "known") return this.removeOne(file);
    const result = await this.moveSteps.moveOrStay(known, newNamesOf(file), newDescent(known.id, moved.edit));
    // Others have brought it there: this one is kept then, as any that is removed.
    if (result === null) return this.removeOne(file);
    put.push(result.file);
    return result.outcome;
  }

  /** Tries again to make durable that removed files have left the folder. Does not reject. */
  async finishRemovals(): Promise<void> {
    const names = this.records.vanished.allUnsynced();
    if (names.length === 0) return;
    const finish = async () => {
      const drop = await this.unsynced.finish(names);
      if (drop.length > 0) await this.record({ put: [], drop });
    };
    // What the disk refuses is left for the next time.
    await this.exclusively(names, finish).catch(() => {});
  }

  private async removeOne({ name, ...removal }: RemovedFile): Promise<RemovalOutcome> {
    const known = this.records.latest(name);
    if (!known && this.records.vanished.isUnsynced(name) && (await this.steps.stateOf(name)) === "nothing")
      return "gone";
    if (!known) await this.records.forgetVanished(name);
    if (!known || !mayRemove(removal, known) || !this.sharedFolder.allows(name)) return "stays";
    const state = await this.steps.stateOf(name);
    if (state === "other") return "stays";
    return state === "nothing" || (await this.removalSteps.remove(known, "removed", this.unsynced.slots))
      ? "gone"
      : "stays";
  }

  /** Puts a verified file from outside of the shared folder under a name, as a user would; what stands there makes way. */
  restore(name: string, from: string, verified: HashedFile): Promise<boolean> {
    const put = () => this.userFiles.put(name, from, verified, () => true);
    return this.exclusively([name], async () => (await put()) === "put");
  }

  /** The same, where version `base` alone makes way; null: nothing does. */
  put(name: string, from: string, verified: HashedFile, base: string | null): Promise<UserPut> {
    const mayReplace = (known: FileRecord) => known.id === base && known.id !== verified.id;
    return this.exclusively([name], () => this.userFiles.put(name, from, verified, mayReplace));
  }

  /** Renames version `id`, or removes it where the other name has the same version already. */
  renameConflict(name: string, id: string, as: string): Promise<boolean> {
    return this.exclusively([name, as], async () => {
      const known = this.records.latest(name);
      if (known?.id !== id || (await this.steps.stateOf(name)) !== "known") return false;
      const hashes = await this.records.hashes(id);
      const path = this.sharedFolder.pathOf(name);
      if (!hashes || !this.sharedFolder.allows(as) || !(await this.steps.makeFolders(parentOf(as), path))) return false;
      const state = await this.steps.stateOf(as);
      if (state === "nothing") return this.renameTo(as, known, hashes);
      if (state === "other" || this.records.latest(as)?.id !== id) return false;
      if (!(await this.removalSteps.remove(known, "conflict"))) return false;
      await this.removeEmptyParents(name);
      await this.record({ put: [], drop: [name] });
      return true;
    });
  }

  private async renameTo(as: string, known: FileRecord, hashes: Uint8Array): Promise<boolean> {
    const { name, id } = known;
    const moved = await this.moveSteps.rename(known, as, hashes, this.records.newDescent(id));
    if (!moved) return false;
    await this.steps.syncParents([as]);
    await this.removeEmptyParents(name);
    await this.record({ put: [moved], drop: [name] });
    return true;
  }

  /**
   * Records what was done. It was seen, done and made durable in the shared folder only if its disk is still there: in the
   * place of one that was taken away meanwhile nothing is under any name, and syncs succeed. Else this throws DiskError,
   * and what is known stays, for when the disk is back.
   */
  private async record(changes: RecordChanges): Promise<void> {
    await this.sharedFolder.requirePresent([...changes.put.map(({ record }) => record.name), ...changes.drop]);
    await this.records.commit(changes);
  }

  private async removeEmptyParents(name: string): Promise<void> {
    for (const error of (await this.steps.removeEmptyParents([name])).values()) throw error;
  }

  /** Moves a damaged file out of the folder to `to`, a free path, if it is still exactly version `id`. */
  quarantine(name: string, id: string, to: string): Promise<boolean> {
    return this.exclusively([name], async () => {
      const known = this.records.latest(name);
      const path = this.sharedFolder.pathOf(name);
      if (known?.id !== id || (await this.steps.stateOf(name)) !== "known") return false;
      // A link would be moved, and the file that it points to would stay.
      if ((await this.disk.lstat(path))?.kind !== "file") return false;
      await this.disk.rename(path, to, "real");
      const moved = await this.disk.lstat(to);
      if (!moved || !sameContent(moved, known)) {
        await this.steps.renameNoReplace(to, name);
        return false;
      }
      await this.disk.syncFolder(dirname(to), "real");
      await this.steps.syncParents([name]);
      await this.record({ put: [], drop: [name] });
      return true;
    });
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.last.catch(() => {});
  }

  /**
   * Does one operation after the other, with the checker suspended for its names. Afterwards the checker checks them:
   * those in `certain`, which `work` fills, only if the file system has reported a change meanwhile.
   */
  private exclusively<T>(
    names: readonly string[],
    work: () => Promise<T>,
    certain: ReadonlySet<string> = new Set(),
  ): Promise<T> {
    const run = this.last.then(async () => {
      for (const name of names) this.checker.suspend(name);
      try {
        await this.records.flush();
        await this.sharedFolder.requirePresent();
        return await work();
      } finally {
        await this.steps.removeUnusedFolders();
        for (const name of names) this.checker.resume(name, certain.has(name));
      }
    });
    this.last = run.catch(() => {});
    return run;
  }
}

/** The other name that a file has now; null where it has none. */
function newNameIn(outcome: RemovalOutcome | undefined): string | null {
  const isMove = typeof outcome === "object" && !(outcome instanceof Error);
  return isMove && "as" in outcome ? outcome.as : null;
}

/** Whether a file has its old name no more. */
function hasLeft(outcome: RemovalOutcome | undefined): boolean {
  return outcome === "gone" || newNameIn(outcome) !== null;
}
