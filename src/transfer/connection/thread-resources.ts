import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BlockingDisk } from "../../platform/disk/disk.ts";
import { BufferPool } from "./buffer-pool.ts";
import { AsyncWrites } from "./writing/async-writes.ts";

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: BlockingDisk;
}

/** What all connections of a thread have in common. */
export interface ThreadResources {
  readonly buffers: BufferPool;
  readonly asyncWrites: AsyncWrites;
}

export function threadResources({ disk, clock }: ConnectionDeps): ThreadResources {
  const buffers = new BufferPool();
  return { buffers, asyncWrites: new AsyncWrites(disk, clock, buffers) };
}
