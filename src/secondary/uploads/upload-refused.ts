import { DiskError } from "../../platform/disk/disk.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import { type Obstacle, obstacleIn } from "../folder/obstacle.ts";

/** Why a file is not taken from a client, in words for that client. */
export class UploadRefused extends SentenceError {
  constructor(
    readonly code: Extract<ErrorCode, "busy" | "unwritable" | "unreadable" | "stopping">,
    told: Told,
  ) {
    super(told);
  }
}

/** What keeps a file from getting its name. */
export function refusedBy({ reason, lasting }: Obstacle): UploadRefused {
  return new UploadRefused(lasting ? "unwritable" : "busy", reason);
}

/** What an attempt to take or to publish a file has thrown. */
export function refusalIn(error: unknown): UploadRefused {
  if (error instanceof UploadRefused) return error;
  // The path is nobody's business.
  if (error instanceof DiskError && error.failure === "full")
    return new UploadRefused("unwritable", say("the disk has no room for the file"));
  return refusedBy(obstacleIn(error));
}
