import pMap from "p-map";
import type { Fingerprint } from "../../platform/content-state.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, sameFile } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import { plainHash } from "../../protocol/versions/version.ts";
import type { NameCheck } from "../folder/name-check.ts";
import { CHANGED, type Obstacle, ObstacleError, obstacleIn } from "../folder/obstacle.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import { installedDescent, mayReplace } from "../index/descent.ts";
import type { FileRecord } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import type { InstallSteps } from "./install-steps.ts";
import type { RemovalSteps } from "./removal-steps.ts";
import type { StagedFile } from "./staged-file.ts";

/** Files installed at once, of those that need several steps each: every step waits for a thread of the pool. */
const MAX_CONCURRENT_INSTALLS = 8;

export interface FileInstallerDeps {
  readonly disk: Pick<Disk, "lstat" | "linkFd" | "remove">;
  readonly batches: Pick<BatchDisk, "install">;
  readonly sharedFolder: Pick<SharedFolder, "allows" | "anchor">;
  readonly records: Pick<FileRecords, "latest">;
  readonly names: Pick<NameCheck, "obstacleTo">;
  readonly steps: Pick<
    InstallSteps,
    "makeFolders" | "stateOf" | "renameNoReplace" | "fingerprintAfter" | "fingerprintToRecord"
  >;
  readonly removalSteps: Pick<RemovalSteps, "replace" | "overwrite">;
}

/** A staged file that has its name. */
export interface InstalledFile {
  /** What is to be recorded of it. */
  readonly record: FileRecord;
  /** Another version had the name before. */
  readonly replaced: boolean;
}

export interface Installation {
  readonly installed: ReadonlyMap<StagedFile, InstalledFile>;
  readonly refused: ReadonlyMap<StagedFile, Obstacle>;
}

/** Puts staged files under their names. Records nothing, and makes nothing durable. */
export class FileInstaller {
  constructor(private readonly deps: FileInstallerDeps) {}

  /** Does not reject. Of several files for one name the first is installed; the others are in neither map. */
  async install(staged: readonly StagedFile[]): Promise<Installation> {
    const names = new Set<string>();
    const first = staged.filter(({ name }) => !names.has(name) && names.add(name));
    const installed = await this.installNewNames(first);
    const refused = new Map<StagedFile, Obstacle>();
    const installOne = async (file: StagedFile) => {
      try {
        installed.set(file, await this.installOne(file));
      } catch (error) {
        refused.set(file, obstacleIn(error));
      }
    };
    const rest = first.filter((file) => !installed.has(file));
    await pMap(rest, installOne, { concurrency: MAX_CONCURRENT_INSTALLS });
    return { installed, refused };
  }

  /**
   * Installs files whose names are new with one message to a thread. A file that fails there is tried by `installOne`.
   */
  private async installNewNames(staged: readonly StagedFile[]): Promise<Map<StagedFile, InstalledFile>> {
    const { batches, records, sharedFolder, steps } = this.deps;
    const installed = new Map<StagedFile, InstalledFile>();
    const files = staged.filter(({ name }) => !records.latest(name) && sharedFolder.allows(name));
    if (files.length < 2) return installed;
    const answers = await batches.install(
      sharedFolder.anchor,
      files.map(({ name, version, temp, unnamed }) => ({ from: temp, tmpfile: unnamed, name, size: version.size })),
    );
    for (const [index, file] of files.entries()) {
      const answer = answers[index];
      if (!answer) continue;
      const fingerprint = steps.fingerprintToRecord(answer.before, answer.after);
      installed.set(file, { record: recordOf(file, fingerprint), replaced: false });
    }
    return installed;
  }

  /** Throws ObstacleError when something of a user is in the way, or DiskError. */
  private async installOne(file: StagedFile): Promise<InstalledFile> {
    const { disk, records, sharedFolder, steps, removalSteps } = this.deps;
    const { name, version, vector, edits, temp, unnamed } = file;
    if (unnamed !== null) await disk.linkFd(unnamed, temp, "real");
    if (!sharedFolder.allows(name) || !(await steps.makeFolders(parentOf(name), temp))) throw await this.refusal(name);
    const before = await this.verifiedFingerprint(file);
    const state = await steps.stateOf(name);
    if (state === "other") throw await this.refusal(name);
    // An edit that was recorded while the copy was under way is not what the file replaces.
    const known = records.latest(name);
    const old = state === "known" ? known : undefined;
    if (old && !mayReplace({ id: version.id, vector, edits }, old)) throw new ObstacleError(CHANGED);
    if (old?.id === version.id && old.changed) {
      // Somebody has put the same content there: that stays theirs until the central says what it is.
      await disk.remove(temp, "real");
      return { record: old, replaced: false };
    }
    if (state === "nothing" || !known) await steps.renameNoReplace(temp, name);
    else {
      const replaced =
        known.id === version.id ? removalSteps.overwrite(known, temp) : removalSteps.replace(known, temp);
      if (!(await replaced)) throw new ObstacleError(CHANGED);
    }
    const fingerprint = await steps.fingerprintAfter(name, before);
    return { record: recordOf(file, fingerprint, old), replaced: state === "known" };
  }

  /** The fingerprint of a staged file. Throws when it is not the file that was verified. */
  private async verifiedFingerprint({ version, temp, verified }: StagedFile): Promise<Fingerprint> {
    const stat = await this.deps.disk.lstat(temp);
    if (stat?.kind !== "file" || stat.size !== version.size) {
      throw new Error(`the delivered ${temp} is not a file of ${version.size} bytes`);
    }
    if (verified && !sameFile(stat, verified)) throw new Error(`${temp} was replaced after its check`);
    return stat;
  }

  private async refusal(name: string): Promise<ObstacleError> {
    return new ObstacleError((await this.deps.names.obstacleTo(name)) ?? CHANGED);
  }
}

function recordOf(file: StagedFile, fingerprint: Fingerprint, old?: FileRecord): FileRecord {
  const { name, version, hashes, vector, edits, blake3 } = file;
  const descent = installedDescent({ id: version.id, vector, edits }, old);
  // The digests are of the version, whichever file has it.
  const sha256 = old?.id === version.id ? old.sha256 : null;
  return { name, ...descent, blake3: blake3 ?? plainHash(version.size, hashes), sha256, ...fingerprint };
}
