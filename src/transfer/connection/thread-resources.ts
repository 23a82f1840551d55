import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BlockingDisk } from "../../platform/disk/disk.ts";
import { BufferPool } from "./buffer-pool.ts";
import { AsyncWrites } from "./writing/async-writes.ts";
import type { Background, BackgroundDisk } from "./writing/background-writes.ts";

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: BlockingDisk;
  /** Of a thread that has more to do than connections, and must not wait long for a slow disk. Absent: it may. */
  readonly backgroundDisk?: BackgroundDisk;
}

/** What all connections of a thread have in common. */
export interface ThreadResources {
  readonly buffers: BufferPool;
  readonly asyncWrites: AsyncWrites;
  /** Null where the thread may wait for the disk. */
  readonly background: Background | null;
}

export function threadResources({ disk, clock, backgroundDisk }: ConnectionDeps): ThreadResources {
  const buffers = new BufferPool();
  return {
    buffers,
    asyncWrites: new AsyncWrites(disk, clock, buffers),
    background: backgroundDisk ? { disk: backgroundDisk, isNeeded: false } : null,
  };
}
