import { sameContent } from "../../platform/content-state.ts";
import { DiskError, type DiskFailure } from "../../platform/disk/disk.ts";
import { parentOf } from "../../platform/disk/names.ts";
import type { Moved } from "../../protocol/messages/secondary.ts";
import { conflictName } from "../../protocol/name.ts";
import { english, say } from "../../sentences/sentence.ts";
import type { NameCheck } from "../folder/name-check.ts";
import { CHANGED, ObstacleError, obstacleIn } from "../folder/obstacle.ts";
import type { SharedFolder } from "../folder/shared-folder.ts";
import type { Descent } from "../index/descent.ts";
import type { FileRecord } from "../index/file-record.ts";
import type { FileRecords } from "../index/file-records.ts";
import type { InstallSteps } from "./install-steps.ts";

/** A file that has another name, as it is to be recorded. */
export interface MovedFile {
  readonly record: FileRecord;
  readonly hashes: Uint8Array;
}

/** What came of an order to give a file another name: the one that it has; or why it has its old one. */
export type MoveOutcome = { readonly as: string } | { readonly unmoved: string };

/** Failures of a disk that are about the one place alone. */
const IN_THE_PLACE: ReadonlySet<DiskFailure> = new Set(["name", "device", "link", "folder"]);

export interface MoveStepsDeps {
  readonly sharedFolder: Pick<SharedFolder, "pathOf" | "inspect" | "allows">;
  readonly records: Pick<FileRecords, "hashes" | "latest">;
  readonly names: Pick<NameCheck, "obstacleTo">;
  readonly steps: Pick<InstallSteps, "stateOf" | "renameNoReplace" | "makeFolders" | "fingerprintToRecord">;
}

/** The names that a file may get by an order: the one that it says, else, where something else stands there, that of a conflict. */
export function newNamesOf({ id, moved }: { readonly id: string; readonly moved: Moved | null }): string[] {
  return moved ? [moved.as, conflictName(moved.as, id)] : [];
}

/** Gives recorded files of the shared folder other names. Records nothing, and makes nothing durable. */
export class MoveSteps {
  constructor(private readonly deps: MoveStepsDeps) {}

  /** Whether something else than the recorded file stands at a name. */
  private async isTaken(name: string, known: FileRecord): Promise<boolean> {
    const there = await this.deps.sharedFolder.inspect(name);
    // A disk that does not tell the two names apart finds the file itself.
    return there.kind !== "nothing" && !(there.kind === "file" && there.stat.inode === known.inode);
  }

  /**
   * Gives a recorded file that is as it was the first free one of these names; null where the same content has one already.
   * Where it can have none until somebody does something, it keeps its old one and counts as put there anew: else it would be in
   * the cluster by neither. Throws ObstacleError with what is in the way for a moment, or DiskError.
   */
  async moveOrStay(
    known: FileRecord,
    names: readonly string[],
    descent: Descent,
  ): Promise<{ readonly file: MovedFile; readonly outcome: MoveOutcome } | null> {
    const hashes = await this.deps.records.hashes(known.id);
    if (!hashes) throw new Error(`the piece hashes of ${known.name} are not known`);
    try {
      const as = await this.freeNameFor(known, names);
      if (as === null) return null;
      return { file: await this.move(known, as, hashes, descent), outcome: { as } };
    } catch (error) {
      const { reason, lasting } = obstacleIn(error);
      // A disk that refuses every change, or is full, refuses removals too: both are tried again.
      if (!lasting || (error instanceof DiskError && !IN_THE_PLACE.has(error.failure))) throw error;
      return { file: { record: { ...known, ...descent }, hashes }, outcome: { unmoved: english(reason) } };
    }
  }

  /**
   * The first of these names at which nothing else stands; null where the same content has one already. Throws ObstacleError
   * when there is none: a file that is to be moved leaves the cluster for no other one. Throws DiskError.
   */
  private async freeNameFor(known: FileRecord, names: readonly string[]): Promise<string | null> {
    const { records, steps } = this.deps;
    for (const name of names) {
      // Also where both are names of one file (a hard link).
      if (records.latest(name)?.id === known.id && (await steps.stateOf(name)) === "known") return null;
      if (!(await this.isTaken(name, known))) return name;
    }
    throw new ObstacleError({ reason: say("something else stands here at {names}", { names }), lasting: true });
  }

  /** Gives it a free name. Throws ObstacleError with what is in the way of that, or DiskError. */
  private async move(known: FileRecord, as: string, hashes: Uint8Array, descent: Descent): Promise<MovedFile> {
    const { sharedFolder, names, steps } = this.deps;
    const refusal = async () => new ObstacleError((await names.obstacleTo(as)) ?? CHANGED);
    if (!sharedFolder.allows(as) || (await sharedFolder.inspect(as)).kind !== "nothing") throw await refusal();
    if (!(await steps.makeFolders(parentOf(as), sharedFolder.pathOf(known.name)))) throw await refusal();
    const moved = await this.rename(known, as, hashes, descent);
    if (!moved) throw new ObstacleError(CHANGED);
    return moved;
  }

  /**
   * Renames to a name that must be free; null when somebody has put another file under the old one in the last moment,
   * which has that name again then. Throws DiskError.
   */
  async rename(known: FileRecord, as: string, hashes: Uint8Array, descent: Descent): Promise<MovedFile | null> {
    const { sharedFolder, steps } = this.deps;
    const { name, blake3, sha256 } = known;
    await steps.renameNoReplace(sharedFolder.pathOf(name), as);
    const moved = await sharedFolder.inspect(as);
    if (moved.kind !== "file" || !sameContent(moved.stat, known)) {
      await steps.renameNoReplace(sharedFolder.pathOf(as), name);
      return null;
    }
    const fingerprint = steps.fingerprintToRecord(known, moved.stat);
    return { record: { name: as, ...descent, blake3, sha256, ...fingerprint }, hashes };
  }
}
