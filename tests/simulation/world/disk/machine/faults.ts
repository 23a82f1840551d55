import type { SeededRandom } from "../../random.ts";
import type { ErrorCode } from "../errors.ts";
import type { SimFileSystem } from "../file-system/file-system.ts";

/** What a fault did to an operation. */
export type FaultKind =
  | "full"
  | "readonly"
  | "denied"
  | "read error"
  | "write error"
  | "descriptor limit"
  | "watch limit"
  | "slow"
  | "hanging"
  | "flipped on read"
  | "flipped at rest"
  | "unmounted"
  | "mounted"
  | "power loss";

const KIND_BY_CODE: Readonly<Partial<Record<ErrorCode, FaultKind>>> = {
  ENOSPC: "full",
  EROFS: "readonly",
  EACCES: "denied",
  EMFILE: "descriptor limit",
};

/** Faults of the disks of one machine. Each is on until it is taken back. */
export class DiskFaults {
  /** Times that each kind of fault has hit something. */
  readonly counts = new Map<FaultKind, number>();
  /** Reading and writing fail in files whose paths begin so; null: nowhere. */
  readErrors: string | null = null;
  writeErrors: string | null = null;
  /** Bits are flipped in bytes that are read of files whose paths begin so; they are right on the disk. */
  flippedReads: { readonly under: string; readonly chance: number; readonly random: SeededRandom } | null = null;
  /** Most descriptors that a process may have open. */
  descriptorLimit = Number.POSITIVE_INFINITY;
  /** What keeps folders from being watched. */
  watchLimit: "watches" | "instances" | null = null;
  /** How many times as long everything takes. */
  slowness = 1;
  /** Simulated milliseconds: no operation ends before. */
  hangsUntil = 0;

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  countError(code: ErrorCode): void {
    const kind = KIND_BY_CODE[code];
    if (kind) this.count(kind);
  }

  /** Leaves so many bytes of room on a file system, in whole pages. */
  fill(fs: SimFileSystem, left = 0): void {
    fs.capacity = Math.max(0, fs.capacity - fs.freeBytes + left);
  }

  /** Gives a file system all its room again. */
  empty(fs: SimFileSystem): void {
    fs.capacity = fs.features.capacity;
  }

  /** Ends all faults of this machine; not those of its file systems. */
  end(): void {
    this.readErrors = null;
    this.writeErrors = null;
    this.flippedReads = null;
    this.descriptorLimit = Number.POSITIVE_INFINITY;
    this.watchLimit = null;
    this.slowness = 1;
    this.hangsUntil = 0;
  }

  /** Whether an operation on the file at a path fails. `path` is asked for only when it matters. */
  fails(what: "read" | "write", path: () => string): boolean {
    const under = what === "read" ? this.readErrors : this.writeErrors;
    if (under === null || !path().startsWith(under)) return false;
    this.count(what === "read" ? "read error" : "write error");
    return true;
  }

  /** Flips bits of what was read, by chance: any of one byte, or a small file would be read wrongly twice in the same way. */
  flip(bytes: Uint8Array, path: () => string): void {
    const { flippedReads } = this;
    if (!flippedReads || bytes.length === 0 || !path().startsWith(flippedReads.under)) return;
    const { random, chance } = flippedReads;
    if (!random.chance(chance)) return;
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 + random.below(255));
    this.count("flipped on read");
  }
}
