import { includesEditOf, mergeEdits, newestEdits, withEdit } from "../../protocol/versions/edits.ts";
import type { Dot } from "../../protocol/versions/version-vector.ts";
import { includesHistory, merge } from "../../protocol/versions/version-vector.ts";
import { type FileVersion, isBetterKnown, nextVector } from "./file-version.ts";

/**
 * How two files of the same content came about: the cluster's version and another one.
 *
 * - `included`: the cluster's version knows everything that the other one knows.
 * - `cluster-later`: the cluster's version came after the other one. `other-later`: the other way round. If one edit made
 *   both, or if a user made one and nobody knows how the other came about, the one whose place in the history is better
 *   known counts as the later one.
 * - `independent`: several users put the same content there, and none knew of the others.
 */
type Relation = "included" | "cluster-later" | "other-later" | "independent";

/** The cluster's version with what another file of the same content adds to its history. */
export function mergeHistories(version: FileVersion, other: FileVersion, newDot: () => Dot): FileVersion {
  return mergeHashes(mergeOrigins(version, other, newDot), other);
}

/** The version with the hashes of the whole that another file of the same content adds. */
function mergeHashes(version: FileVersion, other: FileVersion): FileVersion {
  const blake3 = version.blake3 ?? other.blake3;
  const isSha256Disputed = version.isSha256Disputed || other.isSha256Disputed || contradicts(version, other);
  const sha256 = isSha256Disputed ? null : (version.sha256 ?? other.sha256);
  const isKnown = blake3 === version.blake3 && sha256 === version.sha256;
  if (isKnown && isSha256Disputed === version.isSha256Disputed) return version;
  return { ...version, blake3, sha256, isSha256Disputed };
}

/** Whether two files of the same content have been announced with different SHA-256. */
export function contradicts(one: FileVersion, other: FileVersion): boolean {
  return one.sha256 !== null && other.sha256 !== null && one.sha256 !== other.sha256;
}

function mergeOrigins(version: FileVersion, other: FileVersion, newDot: () => Dot): FileVersion {
  switch (relationOf(version, other)) {
    case "included": {
      const edits = includesEditOf(version.edits, other) ? version.edits : mergeEdits(version, other);
      return edits === version.edits ? version : { ...version, edits };
    }
    case "cluster-later": {
      const vector = merge(version.vector, other.vector);
      return { ...version, vector, edits: mergeEdits(version, other), isBranchTip: false };
    }
    case "other-later": {
      const vector = merge(other.vector, version.vector);
      const edits = mergeEdits(other, version);
      // The other one has no number yet, and gets one here.
      if (other.changed) {
        return { ...version, vector: nextVector(vector, version, newDot()), edits, isBranchTip: true };
      }
      return { ...version, vector, edits, isBranchTip: false };
    }
    case "independent": {
      // A version after one of them is not a version after the other. So the result comes after both, with an edit of
      // its own.
      const dot = newDot();
      const vector = nextVector(merge(version.vector, other.vector), version, dot);
      const edits = newestEdits(withEdit({ ...version, edits: mergeEdits(version, other) }, dot.branch));
      return { ...version, vector, edits, isBranchTip: true };
    }
  }
}

function relationOf(version: FileVersion, other: FileVersion): Relation {
  const knowsOther = includesEditOf(version.edits, other);
  const isKnown = knowsOther || version.edits === other.edits;
  if (includesHistory(version.vector, other.vector) && (!other.changed || isKnown)) return "included";
  if (!other.changed && includesHistory(other.vector, version.vector)) return "other-later";

  const otherKnows = includesEditOf(other.edits, version);
  if (knowsOther !== otherKnows) return knowsOther ? "cluster-later" : "other-later";
  const isOriginUnknown = version.edits === "" || other.edits === "";
  if (!knowsOther && (other.changed || !isOriginUnknown)) return "independent";

  // A version after content of unknown origin does not have to be after the edit that put the same content there again.
  if (version.edits === "" && other.edits !== "") return "other-later";
  if (version.edits !== "" && other.edits === "") return "cluster-later";
  // One edit, numbered by two centrals that did not know of each other.
  return isBetterKnown(other, version) ? "other-later" : "cluster-later";
}
