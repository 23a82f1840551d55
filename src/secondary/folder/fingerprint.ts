import { type Fingerprint, isCoarseTime, LONGEST_TIME_STEP_MS } from "../../platform/content-state.ts";

const UNKNOWN_CTIME = -1n;

/**
 * Whether nothing has changed the file between the two observations. The change time counts although renaming and chmod
 * move it too: it is the only one of the four that a program which edits in place and puts the modification time back
 * (`rsync --inplace --times`, `touch -r`) cannot forge. The price is that such a file is read again in the background,
 * while it stays in the index as the version it most likely still is. Of an open file, `sameContent` compares what renaming
 * leaves alone.
 */
export function sameFingerprint(left: Fingerprint, right: Fingerprint): boolean {
  return (
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs &&
    left.inode === right.inode
  );
}

/**
 * Milliseconds from `wall` (since 1970) until every change of the content shows in the fingerprint. On a file system that
 * counts times in seconds, a file that was just changed and is changed again within the same step may have the same
 * fingerprint after that: git calls it "racily clean". Where times are finer this is 0.
 */
export function hidesChangesFor({ mtimeNs, ctimeNs }: Fingerprint, wall: number): number {
  // A change sets both times to the beginning of the step of now.
  if (mtimeNs !== ctimeNs || !isCoarseTime(ctimeNs)) return 0;
  const age = wall - Number(ctimeNs / 1_000_000n);
  return age < 0 ? 0 : Math.max(0, LONGEST_TIME_STEP_MS - age);
}

/** The fingerprint of a file that may have been changed already: no file has it, so the next check reads the file. */
export function invalidated(fingerprint: Fingerprint): Fingerprint {
  return { ...fingerprintOf(fingerprint), ctimeNs: UNKNOWN_CTIME };
}

export function isInvalidated({ ctimeNs }: Fingerprint): boolean {
  return ctimeNs === UNKNOWN_CTIME;
}

/** The fingerprint alone. */
export function fingerprintOf({ size, mtimeNs, ctimeNs, inode }: Fingerprint): Fingerprint {
  return { size, mtimeNs, ctimeNs, inode };
}

/** Whether a file has the modification time that it was given, as exactly as its file system stores such times. */
export function hasModificationTime(fingerprint: Pick<Fingerprint, "mtimeNs">, modified: number): boolean {
  const found = modifiedOf(fingerprint);
  if (found === modified) return true;
  return isCoarseTime(fingerprint.mtimeNs) && Math.abs(found - modified) < LONGEST_TIME_STEP_MS * 1000;
}

/** A modification time as it goes with a version: in microseconds since 1970, and not before. */
export function modifiedOf({ mtimeNs }: Pick<Fingerprint, "mtimeNs">): number {
  return mtimeNs > 0n ? Number(mtimeNs / 1000n) : 0;
}
