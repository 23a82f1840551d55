import type { FileStat } from "../../platform/disk/disk.ts";

/** The state of a file that shows, without reading the file, whether it was changed. */
export type Fingerprint = Readonly<Pick<FileStat, "size" | "mtimeNs" | "ctimeNs" | "inode">>;

/**
 * Whether nothing has changed the file between the two observations. The change time counts although renaming and chmod
 * move it too: it is the only one of the four that a program which edits in place and puts the modification time back
 * (`rsync --inplace --times`, `touch -r`) cannot forge. The price is that such a file is read again in the background,
 * while it stays in the index as the version it most likely still is.
 */
export function sameFingerprint(left: Fingerprint, right: Fingerprint): boolean {
  return (
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs &&
    left.inode === right.inode
  );
}

/** Like {@link sameFingerprint}, of an open file: unlinking or renaming it moves its change time, not its content. */
export function sameContent(left: Fingerprint, right: Fingerprint): boolean {
  return left.size === right.size && left.mtimeNs === right.mtimeNs && left.inode === right.inode;
}

/** The fingerprint alone. */
export function fingerprintOf({ size, mtimeNs, ctimeNs, inode }: Fingerprint): Fingerprint {
  return { size, mtimeNs, ctimeNs, inode };
}

/** A modification time as it goes with a version: in microseconds since 1970, and not before. */
export function modifiedOf({ mtimeNs }: Pick<Fingerprint, "mtimeNs">): number {
  return mtimeNs > 0n ? Number(mtimeNs / 1000n) : 0;
}
