import type { HeldFile } from "../../protocol/messages/secondary.ts";
import { includesEditOf, mergeEdits, newestEdits, withEdit } from "../../protocol/versions/edits.ts";
import {
  covers,
  extend,
  includesHistory,
  lastDot,
  MAX_NUMBER_ON_BRANCH,
  merge,
  numberOf,
  type VersionVector,
} from "../../protocol/versions/version-vector.ts";

/** A version under a name, as a secondary holds it or as the whole cluster should. That of the cluster is never changed. */
export interface FileVersion extends Readonly<HeldFile> {
  /**
   * Whether it is the end of its branch: numbered by this central, and nothing has taken its place since. Only then may
   * the next version be numbered on the same branch.
   */
  isBranchTip: boolean;
  /** Ids of the versions that it has taken the place of while this central runs, newest first. */
  readonly predecessors: readonly string[];
}

/** What the order of versions needs to know of a file. */
export type VersionOrigin = Pick<HeldFile, "id" | "vector" | "changed" | "edits">;

/** Where a new version is numbered. */
export interface NewDot {
  /** A branch that no version of the name is on. */
  readonly branch: string;
  /** Higher than that of every version that is known of the name. */
  readonly number: number;
}

/** Of almost every file: one list for all of them. */
const NO_PREDECESSORS: string[] = [];
/** Most ids of earlier versions that are remembered of a name. */
export const MAX_PREDECESSORS = 16;

/**
 * What becomes of an announced file. `accept`: it is the cluster's version from now on; `same`: it is already;
 * `outdated`: the cluster has a later one; `conflict`: neither descends from the other, and this one must take another
 * name; `displace`: neither does, and the one that is known must.
 */
export type Comparison = "accept" | "same" | "outdated" | "conflict" | "displace";

/** Compares a file with the entry of its name. */
export function compareVersions(entry: FileVersion | undefined, file: FileVersion): Comparison {
  if (!entry) return "accept";
  if (entry.id === file.id) return "same";
  const newer = supersedes(file, entry);
  if (newer !== supersedes(entry, file)) return newer ? "accept" : "outdated";
  // Of what was found without history nobody knows whether it is old or new.
  if (file.changed || file.vector === "") return "conflict";
  return winsName(file, entry) ? "displace" : "conflict";
}

/** Whether nothing of another content is lost where one takes its place: that came after it, as is known for sure. */
export function supersedes(one: Pick<HeldFile, "vector" | "edits">, other: VersionOrigin): boolean {
  return (!other.changed && covers(one.vector, other.vector)) || includesEditOf(one.edits, other);
}

/** Which of two strangers keeps the name: the same whoever is heard of first. */
function winsName(file: FileVersion, entry: FileVersion): boolean {
  if (numberOf(file.vector) === numberOf(entry.vector) && file.isBranchTip === entry.isBranchTip)
    return file.vector > entry.vector;
  return isBetterKnown(file, entry);
}

/** Whether more of the cluster is likely to know a file's place in the history than that of an entry. */
function isBetterKnown(file: FileVersion, entry: FileVersion): boolean {
  const difference = numberOf(file.vector) - numberOf(entry.vector);
  // A central that knows nothing yet may have heard a newcomer before those who agreed long ago.
  return difference > 0 || (difference === 0 && entry.isBranchTip && !file.isBranchTip);
}

/** An announced file as it is kept in memory, with texts that others share. */
export function toFileVersion(file: HeldFile, vector = file.vector, edits = file.edits): FileVersion {
  const { name, id, size, changed, modified, blake3 } = file;
  return {
    name,
    id,
    size,
    vector,
    changed,
    edits,
    modified,
    blake3,
    isBranchTip: false,
    predecessors: NO_PREDECESSORS,
  };
}

/**
 * The file as the cluster's version of its name, in place of `before` where it descends from it. `place` is asked where
 * a file that has no number yet gets one.
 */
export function asClusterVersion(file: FileVersion, before: FileVersion | undefined, place: () => NewDot): FileVersion {
  const heir = before && compareVersions(before, file) === "accept" ? before : undefined;
  const base = heir ? merge(file.vector, heir.vector) : file.vector;
  const predecessors = heir
    ? [heir.id, ...heir.predecessors].filter((id) => id !== file.id).slice(0, MAX_PREDECESSORS)
    : file.predecessors;
  if (file.changed || file.vector === "") {
    const vector = nextVector(base, heir, place());
    return { ...file, vector, changed: false, edits: newestEdits(file.edits), isBranchTip: true, predecessors };
  }
  return heir ? { ...file, vector: base, isBranchTip: false, predecessors } : file;
}

/** The entry with what another file of the same content adds to its history. */
export function mergeHistories(entry: FileVersion, file: FileVersion, place: () => NewDot): FileVersion {
  const blake3 = entry.blake3 ?? file.blake3;
  const included = includesHistory(entry.vector, file.vector);
  const known = entry.edits === file.edits || includesEditOf(entry.edits, file);
  if (included && (!file.changed || known)) {
    const edits = known ? entry.edits : mergeEdits(entry, file);
    return blake3 === entry.blake3 && edits === entry.edits ? entry : { ...entry, blake3, edits };
  }
  const later = laterEdit(entry, file);
  const [own, other] = later === file ? [file, entry] : [entry, file];
  const vector = merge(own.vector, other.vector);
  if (later === entry || (later === file && !file.changed)) {
    return { ...entry, blake3, vector, edits: mergeEdits(own, other), isBranchTip: false };
  }
  const at = place();
  // Of two who have put the same, each upon what they had, what came after the one did not come after the other: so this
  // is a version after both, by an edit that nobody knows yet.
  const edits = later
    ? mergeEdits(own, other)
    : newestEdits(withEdit({ ...entry, edits: mergeEdits(own, other) }, at.branch));
  return { ...entry, blake3, vector: nextVector(vector, entry, at), edits, isBranchTip: true };
}

/** Which of two that have the same content came about after the other, or is the other; null where neither is known to. */
function laterEdit(entry: FileVersion, file: FileVersion): FileVersion | null {
  if (!file.changed && includesHistory(file.vector, entry.vector)) return file;
  const [after, before] = [includesEditOf(entry.edits, file), includesEditOf(file.edits, entry)];
  if (after !== before) return after ? entry : file;
  // One edit, numbered by centrals that did not know of each other; or nobody knows who made the one.
  const same = after || (!file.changed && (entry.edits === "" || file.edits === ""));
  if (!same) return null;
  // What came after the one whose edit nobody knows need not have seen the other.
  if ((entry.edits === "") !== (file.edits === "")) return entry.edits === "" ? file : entry;
  return isBetterKnown(file, entry) ? file : entry;
}

/** The vector of what follows `before` and all that `vector` names. */
export function nextVector(
  vector: VersionVector,
  before: FileVersion | undefined,
  { branch, number }: NewDot,
): VersionVector {
  const own = before?.isBranchTip && number <= MAX_NUMBER_ON_BRANCH ? lastDot(before.vector)?.branch : undefined;
  return extend(vector, own ?? branch, Math.min(number, MAX_NUMBER_ON_BRANCH));
}
