import { DiskError, type DiskFailure } from "../../platform/disk/disk.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../sentences/sentence-error.ts";

/** Why a file cannot get its name in the shared folder. */
export interface Obstacle {
  /** For people: what stands in the way, and where. */
  readonly reason: Told;
  /** Whether it stays until somebody does something about it, so that trying again soon is of no use. */
  readonly lasting: boolean;
}

/** What a user made, or is making, under the name: the scan will tell of it. */
export const CHANGED: Obstacle = { reason: say("the file was changed here meanwhile"), lasting: false };
export const UNSETTLED: Obstacle = { reason: say("a file of that name is not settled here"), lasting: false };

/** Thrown where a file cannot get its name. */
export class ObstacleError extends SentenceError {
  constructor(readonly obstacle: Obstacle) {
    super(obstacle.reason);
  }
}

/** Without the path, which says nothing more, and may be longer than what is told to the central. */
const TOO_LONG: Obstacle = {
  reason: say("its name is too long, the disk here cannot hold such a name: rename the file where it comes from"),
  lasting: true,
};

/** Failures of a disk that pass by themselves, or that only mean that somebody was faster. */
const PASSING: ReadonlySet<DiskFailure> = new Set(["exists", "missing", "away", "limit"]);

/** Whether such a failure stays until somebody does something about it. */
export function isLasting(failure: DiskFailure): boolean {
  return !PASSING.has(failure);
}

/** What an attempt to put a file under its name has thrown. */
export function obstacleIn(error: unknown): Obstacle {
  if (error instanceof ObstacleError) return error.obstacle;
  if (error instanceof DiskError && error.failure === "exists") return CHANGED;
  if (isTooLong(error)) return TOO_LONG;
  return { reason: toldOf(error), lasting: error instanceof DiskError && isLasting(error.failure) };
}

function isTooLong(error: unknown): boolean {
  if (!(error instanceof DiskError) || error.failure !== "name") return false;
  return error.cause instanceof Error && "code" in error.cause && error.cause.code === "ENAMETOOLONG";
}
