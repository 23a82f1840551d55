import { dirname } from "node:path";
import pMap from "p-map";
import type { Hashing } from "../../hashing/hasher-client.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, type FileId, sameFile } from "../../platform/disk/disk.ts";
import type { Edits } from "../../protocol/versions/edits.ts";
import { plainHash, type Version } from "../../protocol/versions/version.ts";
import type { VersionVector } from "../../protocol/versions/version-vector.ts";
import type { NameCheck } from "../folder/name-check.ts";
import { CHANGED, type Obstacle, ObstacleError, obstacleIn } from "../folder/obstacle.ts";
import { parentOf, type SharedFolder } from "../folder/shared-folder.ts";
import { type Descent, installedDescent, mayRemove, mayReplace } from "../index/descent.ts";
import type { FileChecker } from "../index/file-checker.ts";
import { type FileRecord, type Fingerprint, sameContent } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import { DOUBTFUL, fingerprintAfter, Placing } from "./install-steps.ts";
import type { Keeper, KeptPlace } from "./keeper.ts";
import { Leaving } from "./quarantine.ts";

/** Files put into their place at once. */
const CONCURRENCY = 8;

/** A verified file that replication has ready in `temp`, on the file system of the shared folder. */
export interface Delivery {
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
  readonly file?: FileId;
  /** The descriptor of a file that has no name yet, and gets that of `temp` where it needs one; null: it is there. */
  readonly unnamed: number | null;
}

/** A version of a name that was removed from the cluster, and with it all that it followed. */
export interface RemovedFile extends Pick<Descent, "id" | "vector" | "edits"> {
  readonly name: string;
}

/** What became of a file that was to be removed; an Error where the disk refused. */
export type RemovalOutcome = "gone" | "stays" | Error;

export type Adoption = "adopted" | Obstacle;

export interface MovesDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly sharedFolder: SharedFolder;
  readonly records: FileRecords;
  readonly checker: FileChecker;
  readonly keeper: Keeper;
  readonly names: NameCheck;
  readonly hashing: Pick<Hashing, "copy">;
}

interface Placed {
  readonly record: FileRecord;
  /** Another version had the name before. */
  readonly replaced: boolean;
}

/**
 * What the index itself does to the shared folder. Each operation keeps the checker away from its names, checks that
 * nobody touched the files since they were verified, acts, and then records it: a crash in between leaves a file that
 * the next scan reads. What must not come back after a power loss is made durable before it is recorded.
 */
export class Moves {
  private readonly disk: Disk;
  private readonly batches: BatchDisk;
  private readonly sharedFolder: SharedFolder;
  private readonly records: FileRecords;
  private readonly checker: FileChecker;
  private readonly names: NameCheck;
  private readonly placing: Placing;
  private readonly leaving: Leaving;
  private last: Promise<unknown> = Promise.resolve();

  constructor(deps: MovesDeps) {
    this.disk = deps.disk;
    this.batches = deps.batches;
    this.sharedFolder = deps.sharedFolder;
    this.records = deps.records;
    this.checker = deps.checker;
    this.names = deps.names;
    this.placing = new Placing(deps);
    this.leaving = new Leaving({ ...deps, placing: this.placing });
  }

  adopt(deliveries: readonly Delivery[]): Promise<Adoption[]> {
    const names = deliveries.map(({ name }) => name);
    const adopted = new Set<string>();
    return this.alone(
      names,
      async () => {
        const { placed, refused } = await this.placeAll(deliveries);
        const outcomes = () => deliveries.map((one) => (placed.has(one) ? "adopted" : (refused.get(one) ?? CHANGED)));
        const put = [...placed].map(([{ hashes }, { record }]) => ({ record, hashes }));
        if (put.length === 0) return outcomes();
        // A new name that a power loss takes back is copied again. But an old version that comes back under a name whose
        // record says the new one would look like an edit of it.
        const replaced = [...placed].flatMap(([{ name }, { replaced }]) => (replaced ? [name] : []));
        if (replaced.length > 0) await this.placing.sync(replaced);
        await this.records.commit({ put, drop: [] });
        for (const { record } of put) if (record.ctimeNs !== DOUBTFUL) adopted.add(record.name);
        return outcomes();
      },
      adopted,
    );
  }

  remove(removed: readonly RemovedFile[]): Promise<RemovalOutcome[]> {
    const names = removed.map(({ name }) => name);
    return this.alone(names, async () => {
      const places: KeptPlace[] = [];
      const takeOut = (file: RemovedFile) => this.takeOut(file, places).catch((error: unknown) => failureOf(error));
      const outcomes = await pMap(removed, takeOut, { concurrency: CONCURRENCY });
      const gone = names.filter((_, index) => outcomes[index] === "gone");
      if (gone.length === 0) return outcomes;
      // After all of them: the first of these takes the whole journal of a file system to the disk.
      await pMap(places, (place) => place.sync(), { concurrency: CONCURRENCY });
      await this.placing.tidy(gone);
      await this.records.commit({ put: [], drop: gone });
      return outcomes;
    });
  }

  private async takeOut({ name, ...removal }: RemovedFile, places: KeptPlace[]): Promise<RemovalOutcome> {
    const known = this.records.latest(name);
    if (!known) await this.records.forgetVanished(name);
    if (!known || !mayRemove(removal, known) || !this.sharedFolder.allows(name)) return "stays";
    const state = await this.placing.stateOf(name);
    if (state === "other") return "stays";
    return state === "nothing" || (await this.leaving.take(known, "removed", places)) ? "gone" : "stays";
  }

  /** Puts a file from outside of the shared folder under a name, as a user would; what stands there makes way. */
  restore(name: string, from: string): Promise<boolean> {
    return this.alone([name], async () => {
      if (!this.sharedFolder.allows(name) || !(await this.placing.makeFolders(parentOf(name)))) return false;
      const state = await this.placing.stateOf(name);
      const known = this.records.latest(name);
      if (state === "nothing") await this.placing.putNew(from, name);
      else if (state === "other" || !known || !(await this.leaving.replace(known, from))) return false;
      await this.placing.sync([name]);
      return true;
    });
  }

  moveAside(name: string, id: string, as: string): Promise<boolean> {
    return this.alone([name, as], async () => {
      const known = this.records.latest(name);
      if (known?.id !== id || (await this.placing.stateOf(name)) !== "known") return false;
      const hashes = await this.records.hashes(id);
      if (!hashes || !this.sharedFolder.allows(as) || !(await this.placing.makeFolders(parentOf(as)))) return false;
      const there = await this.placing.stateOf(as);
      if (there === "other" || (there === "known" && this.records.latest(as)?.id !== id)) return false;
      if (there === "known") {
        if (!(await this.leaving.take(known, "conflict"))) return false;
        await this.placing.tidy([name]);
        await this.records.commit({ put: [], drop: [name] });
        return true;
      }
      await this.placing.putNew(this.sharedFolder.pathOf(name), as);
      const fingerprint = await this.placing.fingerprintAfter(as, known);
      const record = { name: as, ...this.records.newDescent(id), blake3: known.blake3, ...fingerprint };
      await this.placing.sync([as]);
      await this.placing.tidy([name]);
      await this.records.commit({ put: [{ record, hashes }], drop: [name] });
      return true;
    });
  }

  /** Takes a file out of the folder, to the free path `to`, when it is still exactly version `id`. */
  demote(name: string, id: string, to: string): Promise<boolean> {
    return this.alone([name], async () => {
      const known = this.records.latest(name);
      const path = this.sharedFolder.pathOf(name);
      if (known?.id !== id || (await this.placing.stateOf(name)) !== "known") return false;
      // Of a link only the link would go.
      if ((await this.disk.lstat(path))?.kind !== "file") return false;
      await this.disk.rename(path, to);
      const taken = await this.disk.lstat(to);
      if (!taken || !sameContent(taken, known)) {
        await this.placing.putNew(to, name);
        return false;
      }
      await this.disk.syncFolder(dirname(to));
      await this.placing.sync([name]);
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
  private alone<T>(
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

  /** Puts deliveries under their names. Of several for one name the first counts. */
  private async placeAll(
    deliveries: readonly Delivery[],
  ): Promise<{ readonly placed: Map<Delivery, Placed>; readonly refused: Map<Delivery, Obstacle> }> {
    const names = new Set<string>();
    const first = deliveries.filter(({ name }) => !names.has(name) && names.add(name));
    const placed = await this.placePlain(first);
    const refused = new Map<Delivery, Obstacle>();
    const placeOne = async (delivery: Delivery) => {
      try {
        placed.set(delivery, await this.place(delivery));
      } catch (error) {
        refused.set(delivery, obstacleIn(error));
      }
    };
    await pMap(
      first.filter((delivery) => !placed.has(delivery)),
      placeOne,
      { concurrency: CONCURRENCY },
    );
    return { placed, refused };
  }

  /** Puts those whose names are new into place, all at once; the others, and what failed, are left for `#place`. */
  private async placePlain(deliveries: readonly Delivery[]): Promise<Map<Delivery, Placed>> {
    const placed = new Map<Delivery, Placed>();
    const files = deliveries.filter(({ name }) => !this.records.latest(name) && this.sharedFolder.allows(name));
    if (files.length < 2) return placed;
    const answers = await this.batches.install(
      this.sharedFolder.pathOf(""),
      files.map(({ name, version, temp, unnamed }) => ({ from: temp, tmpfile: unnamed, name, size: version.size })),
    );
    for (const [index, delivery] of files.entries()) {
      const answer = answers[index];
      if (!answer) continue;
      const fingerprint = fingerprintAfter(answer.before, answer.after);
      placed.set(delivery, { record: recordOf(delivery, fingerprint), replaced: false });
    }
    return placed;
  }

  /** Puts a delivery under its name. Throws ObstacleError when a user has something there, or DiskError. */
  private async place(delivery: Delivery): Promise<Placed> {
    const { name, version, vector, edits, temp, unnamed } = delivery;
    if (unnamed !== null) await this.disk.linkFd(unnamed, temp);
    if (!this.sharedFolder.allows(name) || !(await this.placing.makeFolders(parentOf(name))))
      throw await this.refusal(name);
    const delivered = await this.disk.lstat(temp);
    if (delivered?.kind !== "file" || delivered.size !== version.size) {
      throw new Error(`the delivered ${temp} is not a file of ${version.size} bytes`);
    }
    if (delivery.file && !sameFile(delivered, delivery.file)) throw new Error(`${temp} was replaced after its check`);
    const state = await this.placing.stateOf(name);
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
    if (state === "nothing" || !known) await this.placing.putNew(temp, name);
    else if (known.id === version.id) await this.disk.rename(temp, this.sharedFolder.pathOf(name));
    else if (!(await this.leaving.replace(known, temp))) throw new ObstacleError(CHANGED);
    const fingerprint = await this.placing.fingerprintAfter(name, delivered);
    return {
      record: recordOf(delivery, fingerprint, state === "known" ? known : undefined),
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

function recordOf(delivery: Delivery, fingerprint: Fingerprint, known?: Descent): FileRecord {
  const { name, version, hashes, vector, edits, blake3 } = delivery;
  const descent = installedDescent({ id: version.id, vector, edits }, known);
  return { name, ...descent, blake3: blake3 ?? plainHash(version.size, hashes), ...fingerprint };
}
