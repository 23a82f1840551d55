import { dirname } from "node:path";
import pMap from "p-map";
import type { Hashing } from "../../hashing/hashing.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, type FileId, sameFile } from "../../platform/disk/disk.ts";
import type { Edits } from "../../protocol/versions/edits.ts";
import { plainHash, type Version } from "../../protocol/versions/version.ts";
import type { VersionVector } from "../../protocol/versions/version-vector.ts";
import type { NameCheck } from "../folder/name-check.ts";
import { CHANGED, type Obstacle, ObstacleError, obstacleIn } from "../folder/obstacle.ts";
import { parentOf, type SharedFolder } from "../folder/shared-folder.ts";
import { type Descent, installedDescent, mayRemove, mayReplace } from "../index/descent.ts";
import { type FileRecord, type Fingerprint, sameContent } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import type { FileChecker } from "../scanning/file-checker.ts";
import { fingerprintAfter, InstallSteps, UNKNOWN_CTIME } from "./install-steps.ts";
import type { KeptSlot, KeptSlots } from "./kept-slots.ts";
import { RemovalSteps } from "./removal-steps.ts";

/** Files put into their place at once. */
const MAX_CONCURRENT_FILES = 8;

/** A verified file that replication has ready in `temp`, on the file system of the shared folder. */
export interface StagedFile {
  readonly name: string;
  readonly version: Version;
  /** The 32-byte hash of each piece. */
  readonly hashes: Uint8Array;
  readonly vector: VersionVector;
  readonly edits: Edits;
  /** When the content was last modified: microseconds since 1970. */
  readonly modified: number;
  readonly blake3: string | null;
  readonly temp: string;
  /** Which file was verified, where another may have come to `temp` since. */
  readonly verified?: FileId;
  /** The descriptor of a file that has no name yet, and gets that of `temp` where it needs one; null: it is there. */
  readonly unnamed: number | null;
}

/** A version of a name that was removed from the cluster, and with it all that it followed. */
export interface RemovedFile extends Pick<Descent, "id" | "vector" | "edits"> {
  readonly name: string;
}

/** What became of a file that was to be removed; an Error where the disk refused. */
export type RemovalOutcome = "gone" | "stays" | Error;

export type InstallResult = "installed" | Obstacle;

export interface FolderChangesDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly checker: FileChecker;
  readonly kept: KeptSlots;
  readonly names: NameCheck;
  readonly hashing: Pick<Hashing, "copy">;
}

interface Installed {
  readonly record: FileRecord;
  /** Another version had the name before. */
  readonly replaced: boolean;
}

/**
 * What the index itself does to the shared folder. Each operation keeps the checker away from its names, checks that
 * nobody touched the files since they were verified, acts, and then records it: a crash in between leaves a file that
 * the next scan reads. What must not come back after a power loss is made durable before it is recorded.
 */
export class FolderChanges {
  private readonly disk: Disk;
  private readonly batches: BatchDisk;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;
  private readonly checker: FileChecker;
  private readonly names: NameCheck;
  private readonly installSteps: InstallSteps;
  private readonly removalSteps: RemovalSteps;
  private last: Promise<unknown> = Promise.resolve();

  constructor(deps: FolderChangesDeps) {
    this.disk = deps.disk;
    this.batches = deps.batches;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
    this.checker = deps.checker;
    this.names = deps.names;
    this.installSteps = new InstallSteps(deps);
    this.removalSteps = new RemovalSteps({ ...deps, installSteps: this.installSteps });
  }

  install(staged: readonly StagedFile[]): Promise<InstallResult[]> {
    const names = staged.map(({ name }) => name);
    const adopted = new Set<string>();
    return this.exclusively(
      names,
      async () => {
        const { placed, refused } = await this.installAll(staged);
        const outcomes = () => staged.map((one) => (placed.has(one) ? "installed" : (refused.get(one) ?? CHANGED)));
        const put = [...placed].map(([{ hashes }, { record }]) => ({ record, hashes }));
        if (put.length === 0) return outcomes();
        // A new name that a power loss takes back is copied again. But an old version that comes back under a name whose
        // record says the new one would look like an edit of it.
        const replaced = [...placed].flatMap(([{ name }, { replaced }]) => (replaced ? [name] : []));
        if (replaced.length > 0) await this.installSteps.syncParents(replaced);
        await this.records.commit({ put, drop: [] });
        for (const { record } of put) if (record.ctimeNs !== UNKNOWN_CTIME) adopted.add(record.name);
        return outcomes();
      },
      adopted,
    );
  }

  remove(removed: readonly RemovedFile[]): Promise<RemovalOutcome[]> {
    const names = removed.map(({ name }) => name);
    return this.exclusively(names, async () => {
      const slots: KeptSlot[] = [];
      const removeOne = (file: RemovedFile) => this.takeOut(file, slots).catch((error: unknown) => failureOf(error));
      const outcomes = await pMap(removed, removeOne, { concurrency: MAX_CONCURRENT_FILES });
      const gone = names.filter((_, index) => outcomes[index] === "gone");
      if (gone.length === 0) return outcomes;
      // After all of them: the first of these takes the whole journal of a file system to the disk.
      await pMap(slots, (place) => place.sync(), { concurrency: MAX_CONCURRENT_FILES });
      await this.installSteps.removeEmptyParents(gone);
      await this.records.commit({ put: [], drop: gone });
      return outcomes;
    });
  }

  private async takeOut({ name, ...removal }: RemovedFile, slots: KeptSlot[]): Promise<RemovalOutcome> {
    const known = this.records.latest(name);
    if (!known) await this.records.forgetVanished(name);
    if (!known || !mayRemove(removal, known) || !this.sharedFolder.allows(name)) return "stays";
    const state = await this.installSteps.stateOf(name);
    if (state === "other") return "stays";
    return state === "nothing" || (await this.removalSteps.remove(known, "removed", slots)) ? "gone" : "stays";
  }

  /** Puts a file from outside of the shared folder under a name, as a user would; what stands there makes way. */
  restore(name: string, from: string): Promise<boolean> {
    return this.exclusively([name], async () => {
      if (!this.sharedFolder.allows(name) || !(await this.installSteps.makeFolders(parentOf(name)))) return false;
      const state = await this.installSteps.stateOf(name);
      const known = this.records.latest(name);
      if (state === "nothing") await this.installSteps.renameNoReplace(from, name);
      else if (state === "other" || !known || !(await this.removalSteps.replace(known, from))) return false;
      await this.installSteps.syncParents([name]);
      return true;
    });
  }

  renameConflict(name: string, id: string, as: string): Promise<boolean> {
    return this.exclusively([name, as], async () => {
      const known = this.records.latest(name);
      if (known?.id !== id || (await this.installSteps.stateOf(name)) !== "known") return false;
      const hashes = await this.records.hashes(id);
      if (!hashes || !this.sharedFolder.allows(as) || !(await this.installSteps.makeFolders(parentOf(as))))
        return false;
      const there = await this.installSteps.stateOf(as);
      if (there === "other" || (there === "known" && this.records.latest(as)?.id !== id)) return false;
      if (there === "known") {
        if (!(await this.removalSteps.remove(known, "conflict"))) return false;
        await this.installSteps.removeEmptyParents([name]);
        await this.records.commit({ put: [], drop: [name] });
        return true;
      }
      await this.installSteps.renameNoReplace(this.sharedFolder.pathOf(name), as);
      const fingerprint = await this.installSteps.fingerprintAfter(as, known);
      const record = { name: as, ...this.records.newDescent(id), blake3: known.blake3, ...fingerprint };
      await this.installSteps.syncParents([as]);
      await this.installSteps.removeEmptyParents([name]);
      await this.records.commit({ put: [{ record, hashes }], drop: [name] });
      return true;
    });
  }

  /** Takes a file out of the folder, to the free path `to`, when it is still exactly version `id`. */
  quarantine(name: string, id: string, to: string): Promise<boolean> {
    return this.exclusively([name], async () => {
      const known = this.records.latest(name);
      const path = this.sharedFolder.pathOf(name);
      if (known?.id !== id || (await this.installSteps.stateOf(name)) !== "known") return false;
      // Of a link only the link would go.
      if ((await this.disk.lstat(path))?.kind !== "file") return false;
      await this.disk.rename(path, to);
      const taken = await this.disk.lstat(to);
      if (!taken || !sameContent(taken, known)) {
        await this.installSteps.renameNoReplace(to, name);
        return false;
      }
      await this.disk.syncFolder(dirname(to));
      await this.installSteps.syncParents([name]);
      await this.records.commit({ put: [], drop: [name] });
      return true;
    });
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.last.catch(() => {});
  }

  /**
   * One operation after the other, and none of them beside the checker, which looks at the names afterwards: at those
   * that `work` puts into `sure` only if something was heard of them.
   */
  private exclusively<T>(
    names: readonly string[],
    work: () => Promise<T>,
    sure: ReadonlySet<string> = new Set(),
  ): Promise<T> {
    const run = this.last.then(async () => {
      for (const name of names) this.checker.suspend(name);
      try {
        await this.records.flush();
        await this.sharedFolder.requirePresent();
        return await work();
      } finally {
        for (const name of names) this.checker.resume(name, sure.has(name));
      }
    });
    this.last = run.catch(() => {});
    return run;
  }

  /** Puts staged files under their names. Of several for one name the first counts. */
  private async installAll(
    staged: readonly StagedFile[],
  ): Promise<{ readonly placed: Map<StagedFile, Installed>; readonly refused: Map<StagedFile, Obstacle> }> {
    const names = new Set<string>();
    const first = staged.filter(({ name }) => !names.has(name) && names.add(name));
    const placed = await this.installNewNames(first);
    const refused = new Map<StagedFile, Obstacle>();
    const placeOne = async (delivery: StagedFile) => {
      try {
        placed.set(delivery, await this.installOne(delivery));
      } catch (error) {
        refused.set(delivery, obstacleIn(error));
      }
    };
    await pMap(
      first.filter((delivery) => !placed.has(delivery)),
      placeOne,
      { concurrency: MAX_CONCURRENT_FILES },
    );
    return { placed, refused };
  }

  /** Puts those whose names are new into place, all at once; the others, and what failed, are left for `installOne`. */
  private async installNewNames(staged: readonly StagedFile[]): Promise<Map<StagedFile, Installed>> {
    const placed = new Map<StagedFile, Installed>();
    const files = staged.filter(({ name }) => !this.records.latest(name) && this.sharedFolder.allows(name));
    if (files.length < 2) return placed;
    const answers = await this.batches.install(
      this.sharedFolder.pathOf(""),
      files.map(({ name, version, temp, unnamed }) => ({ from: temp, tmpfile: unnamed, name, size: version.size })),
    );
    for (const [index, delivery] of files.entries()) {
      const answer = answers[index];
      if (!answer) continue;
      const fingerprint = fingerprintAfter(answer.before, answer.after);
      placed.set(delivery, { record: recordFor(delivery, fingerprint), replaced: false });
    }
    return placed;
  }

  /** Puts a delivery under its name. Throws ObstacleError when a user has something there, or DiskError. */
  private async installOne(delivery: StagedFile): Promise<Installed> {
    const { name, version, vector, edits, temp, unnamed } = delivery;
    if (unnamed !== null) await this.disk.linkFd(unnamed, temp);
    if (!this.sharedFolder.allows(name) || !(await this.installSteps.makeFolders(parentOf(name))))
      throw await this.refusal(name);
    const delivered = await this.disk.lstat(temp);
    if (delivered?.kind !== "file" || delivered.size !== version.size) {
      throw new Error(`the delivered ${temp} is not a file of ${version.size} bytes`);
    }
    if (delivery.verified && !sameFile(delivered, delivery.verified))
      throw new Error(`${temp} was replaced after its check`);
    const state = await this.installSteps.stateOf(name);
    if (state === "other") throw await this.refusal(name);
    // An edit that was recorded while the copy was under way is not what the delivery replaces.
    const known = this.records.latest(name);
    if (state === "known" && known && !mayReplace({ id: version.id, vector, edits }, known)) {
      throw new ObstacleError(CHANGED);
    }
    if (state === "known" && known?.id === version.id && known.changed) {
      // Somebody has put the same there: that stays theirs until the central says what it is.
      await this.disk.remove(temp);
      return { record: known, replaced: false };
    }
    if (state === "nothing" || !known) await this.installSteps.renameNoReplace(temp, name);
    else if (known.id === version.id) await this.disk.rename(temp, this.sharedFolder.pathOf(name));
    else if (!(await this.removalSteps.replace(known, temp))) throw new ObstacleError(CHANGED);
    const fingerprint = await this.installSteps.fingerprintAfter(name, delivered);
    return {
      record: recordFor(delivery, fingerprint, state === "known" ? known : undefined),
      replaced: state === "known",
    };
  }

  private async refusal(name: string): Promise<ObstacleError> {
    return new ObstacleError((await this.names.obstacleTo(name)) ?? CHANGED);
  }
}

function failureOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function recordFor(delivery: StagedFile, fingerprint: Fingerprint, known?: Descent): FileRecord {
  const { name, version, hashes, vector, edits, blake3 } = delivery;
  const descent = installedDescent({ id: version.id, vector, edits }, known);
  return { name, ...descent, blake3: blake3 ?? plainHash(version.size, hashes), ...fingerprint };
}
