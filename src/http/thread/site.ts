import type { Clock } from "../../platform/clock.ts";
import type { BlockingDisk, Disk } from "../../platform/disk/disk.ts";
import type { Allowance } from "../../platform/pacing/allowance.ts";
import type { Route } from "../server/router.ts";

/** What a role serves. */
export interface HttpSite {
  readonly routes: readonly Route[];
  /** The main thread tells of a change. */
  notice(notice: unknown): void;
}

/** What a site works with, besides what it asks the main thread. */
export interface SiteDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly blocking: BlockingDisk;
  /** What may be sent of files. Absent: all. */
  readonly allowance?: Allowance;
  /** Bytes of one block of a file at most. Absent: as many as are of use without TLS. */
  readonly maxBlockBytes?: number;
}
