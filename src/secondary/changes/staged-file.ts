import type { FileId } from "../../platform/disk/disk.ts";
import type { Edits } from "../../protocol/versions/edits.ts";
import type { Version } from "../../protocol/versions/version.ts";
import type { VersionVector } from "../../protocol/versions/version-vector.ts";
import type { Obstacle } from "../folder/obstacle.ts";

/** A verified file that replication has ready at `temp`, on the file system of the folder in which it is to be. */
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
  /** The file that was verified, if somebody may have put another one at `temp` since. */
  readonly verified?: FileId;
  /**
   * The descriptor of a file that has no name yet, and gets that of `temp` where it needs one; null: it has its name.
   */
  readonly unnamed: number | null;
}

/** What became of a staged file: it has its name, or something was in its way. */
export type InstallResult = "installed" | Obstacle;
