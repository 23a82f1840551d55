import type { Reach } from "../../platform/disk/disk.ts";
import type { InstallResult, StagedFile } from "../changes/staged-file.ts";
import type { Obstacle } from "../folder/obstacle.ts";
import type { CopyOrder } from "./copy-order.ts";
import type { CopyProgress } from "./copy-progress.ts";
import type { Placement } from "./placement/placement-finder.ts";

/** The central, as far as copies concern it. */
export interface CopyCentral {
  /** An order was not carried out. */
  unfetched(name: string, id: string, obstacle: Obstacle): void;
  /** The obstacles of these names are gone: the central may order the files again at once. */
  retry(names: readonly string[]): void;
  watch(name: string, id: string): void;
  unwatch(name: string, id: string): void;
  /** `piece` is null where the source broke the protocol. */
  accuse(id: string, piece: number | null, number: number): void;
}

/** The shared folder, as far as copies concern it. */
export interface CopyDestination {
  /** One answer for each name. Does not reject. */
  findPlacements(names: readonly string[]): Promise<Placement[]>;
  /**
   * Deletes kept files until the disk of a staging folder has so many bytes free, if that is possible. Resolves
   * with the bytes that are free then.
   */
  freeSpace(staging: string, bytes: number): Promise<number>;
  /** Bytes that could be freed so. Rejects with DiskError. */
  freeableBytes(staging: string): Promise<number>;
  /**
   * Puts files under their names; one answer for each. `logCopied`: whether the log of the folder has a line about
   * a new file; a copy that writes a line of its own passes false.
   */
  install(files: readonly StagedFile[], logCopied: boolean): Promise<InstallResult[]>;
  /** How what is made in a staging folder must be reached. Throws DiskError. */
  reach(): Reach;
  /** Whether the part of a version is all that this secondary has of a damaged file. */
  isPartNeeded(id: string): boolean;
}

/** Those who download from this secondary while it copies. */
export interface CopyReaders {
  /** A copy in progress has more verified pieces. */
  piecesAdded(id: string, pieces: readonly number[]): void;
  /** A version can be read from now on, or is not expected any more. */
  availabilityChanged(): void;
}

/** What a copier says of the orders that it has begun, and of itself. */
export interface CopierEvents {
  installed(name: string, id: string): void;
  /** So many bytes came from others for copies that are over, or for small files. */
  received(bytes: number): void;
  /** It cannot be carried out now; `size` is the number of bytes that need space. */
  rejected(order: Pick<CopyOrder, "name" | "id" | "size">, obstacle: Obstacle): void;
  /** It is to be tried in another way: not from this disk, or in another staging folder. */
  returned(order: CopyOrder): void;
  /** A source did not give a small file. */
  sourceFailed(order: CopyOrder, number: number, reason: string): void;
  /** A copy has ended, or has fewer bytes to fetch than before: another may begin. */
  capacityChanged(): void;
}

/** One way of copying: whole downloads, many small files from one source, or copies within this disk. */
export interface Copier {
  /** A name is not wanted any more. */
  withdraw(name: string): void;
  /** Ends soon what is under way. What has arrived of large files stays for the next order. */
  cancel(): void;
  /** Resolves once nothing is under way: nothing is written any more, and every connection is closed. */
  idle(): Promise<void>;
  /** Large files under way. */
  progress(): CopyProgress[];
}
