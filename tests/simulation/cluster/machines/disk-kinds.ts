import type { FileSystemFeatures } from "../../world/disk/file-system/features.ts";
import type { SeededRandom } from "../../world/random.ts";

/** What the disks of shared folders and of downloads are like: mostly as ext4, but not always. */
const KINDS: readonly Partial<FileSystemFeatures>[] = [
  {},
  {},
  {},
  // As btrfs, or xfs with shared blocks.
  { clones: true, reusesInodes: false, timeStepMs: 1 },
  // As NFS: no locks, no leases, no files without a name.
  { locks: false, leases: false, tmpfiles: false, direct: false, timeStepMs: 1 },
  // As FUSE often is.
  { direct: false, tmpfiles: false, holes: false, leases: false },
  // Times in steps of two seconds, as FAT has them, on a disk that takes every name.
  { timeStepMs: 2000, hardLinks: false, tmpfiles: false, holes: false },
];

export function drawDiskKind(random: SeededRandom): Partial<FileSystemFeatures> {
  return random.pick(KINDS);
}
