import { DiskError } from "../../platform/disk/disk.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { type Obstacle, obstacleIn } from "../folder/obstacle.ts";

/** Why a file is not taken from a client, in words for that client. */
export class UploadRefused extends Error {
  constructor(
    readonly code: Extract<ErrorCode, "busy" | "unwritable" | "unreadable" | "stopping">,
    message: string,
  ) {
    super(message);
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
    return new UploadRefused("unwritable", "the disk has no room for the file");
  return refusedBy(obstacleIn(error));
}
