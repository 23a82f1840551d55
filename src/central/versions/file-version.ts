import type { HeldFile } from "../../protocol/messages/secondary.ts";
import { includesEditOf, newestEdits } from "../../protocol/versions/edits.ts";
import type { Dot } from "../../protocol/versions/version-vector.ts";
import {
  covers,
  extend,
  lastDot,
  MAX_NUMBER_ON_BRANCH,
  merge,
  numberOf,
  type VersionVector,
} from "../../protocol/versions/version-vector.ts";

/**
 * A version of a name, as a secondary holds it or as the whole cluster should. The catalogue's own is replaced instead of
 * changed, except for `isBranchTip`.
 */
export interface FileVersion extends Readonly<HeldFile> {
  /**
   * Whether it is the end of its branch: this central has numbered it, and nothing has taken its place since. Only then
   * is the next version numbered on the same branch.
   */
  isBranchTip: boolean;
  /** Whether secondaries have announced different SHA-256 for this content: then none of them is given to others. */
  readonly isSha256Disputed: boolean;
  /** Ids of the versions whose place it has taken since the central was started, newest first. */
  readonly predecessors: readonly string[];
}

/** What decides which of two files came after the other. */
export type VersionOrigin = Pick<HeldFile, "id" | "vector" | "changed" | "edits">;

/** Almost every file has none: one list for all of them. */
const NO_PREDECESSORS: string[] = [];
/** Most ids that are remembered: a download that goes on uses a version that was replaced lately. */
export const MAX_PREDECESSORS = 16;

/**
 * What becomes of an announced file. `accept`: it is the cluster's version from now on; `same`: it is already;
 * `outdated`: the cluster has a later one; `conflict`: neither descends from the other, and the file must take another
 * name; `displace`: neither does, and the cluster's version must.
 */
export type Comparison = "accept" | "same" | "outdated" | "conflict" | "displace";

/** Compares a file with the entry of its name. */
export function compareVersions(entry: FileVersion | undefined, file: FileVersion): Comparison {
  if (!entry) return "accept";
  if (entry.id === file.id) return "same";
  const newer = supersedes(file, entry);
  if (newer !== supersedes(entry, file)) return newer ? "accept" : "outdated";
  // What was found without history may be old or new.
  if (file.changed || file.vector === "") return "conflict";
  return winsName(file, entry) ? "displace" : "conflict";
}

/** Whether one file may take the place of another, with nothing lost: it is known to come after it. */
export function supersedes(one: Pick<HeldFile, "vector" | "edits">, other: VersionOrigin): boolean {
  return (!other.changed && covers(one.vector, other.vector)) || includesEditOf(one.edits, other);
}

/**
 * Whether the file keeps the name, and not the entry, when neither descends from the other. Their order of arrival does
 * not matter.
 */
function winsName(file: FileVersion, entry: FileVersion): boolean {
  if (numberOf(file.vector) === numberOf(entry.vector) && file.isBranchTip === entry.isBranchTip)
    return file.vector > entry.vector;
  return isBetterKnown(file, entry);
}

/** Whether the file's place in the history is likely to be known to more secondaries than the entry's. */
export function isBetterKnown(file: FileVersion, entry: FileVersion): boolean {
  const difference = numberOf(file.vector) - numberOf(entry.vector);
  // A version that this central has numbered since its start may be the file of a new secondary that registered first.
  return difference > 0 || (difference === 0 && entry.isBranchTip && !file.isBranchTip);
}

/** An announced file as it is kept in memory, with texts that others share. */
export function toFileVersion(file: HeldFile, vector = file.vector, edits = file.edits): FileVersion {
  const { name, id, size, changed, modified, blake3, sha256 } = file;
  return {
    name,
    id,
    size,
    vector,
    changed,
    edits,
    modified,
    blake3,
    sha256,
    isBranchTip: false,
    isSha256Disputed: false,
    predecessors: NO_PREDECESSORS,
  };
}

/**
 * The file as the cluster's version of its name, in place of `before` where it descends from it. `newDot` is called where
 * a file that has no number yet gets one.
 */
export function asClusterVersion(file: FileVersion, before: FileVersion | undefined, newDot: () => Dot): FileVersion {
  const predecessor = before && compareVersions(before, file) === "accept" ? before : undefined;
  const base = predecessor ? merge(file.vector, predecessor.vector) : file.vector;
  const predecessors = predecessor
    ? [predecessor.id, ...predecessor.predecessors].filter((id) => id !== file.id).slice(0, MAX_PREDECESSORS)
    : file.predecessors;
  if (file.changed || file.vector === "") {
    const vector = nextVector(base, predecessor, newDot());
    return { ...file, vector, changed: false, edits: newestEdits(file.edits), isBranchTip: true, predecessors };
  }
  return predecessor ? { ...file, vector: base, isBranchTip: false, predecessors } : file;
}

/** The vector of what follows `before` and all that `vector` names. */
export function nextVector(
  vector: VersionVector,
  before: FileVersion | undefined,
  { branch, number }: Dot,
): VersionVector {
  const own = before?.isBranchTip && number <= MAX_NUMBER_ON_BRANCH ? lastDot(before.vector)?.branch : undefined;
  return extend(vector, own ?? branch, Math.min(number, MAX_NUMBER_ON_BRANCH));
}
