/** What one kind of file system can do, and another cannot. */
export interface FileSystemFeatures {
  /** Bytes of all of it. */
  readonly capacity: number;
  /** Whether the number of a file that is gone is given to the next new one. */
  readonly reusesInodes: boolean;
  /** Milliseconds of the steps in which files' times go on: two changes within one step have the same time. */
  readonly timeStepMs: number;
  readonly direct: boolean;
  readonly clones: boolean;
  readonly holes: boolean;
  readonly tmpfiles: boolean;
  readonly hardLinks: boolean;
  readonly locks: boolean;
  readonly leases: boolean;
  /** Whether it takes every name: all bytes but `/` and 0. */
  readonly anyName: boolean;
}

export const EXT4: FileSystemFeatures = {
  capacity: 2 ** 30,
  reusesInodes: true,
  timeStepMs: 4,
  direct: true,
  clones: false,
  holes: true,
  tmpfiles: true,
  hardLinks: true,
  locks: true,
  leases: true,
  anyName: true,
};
