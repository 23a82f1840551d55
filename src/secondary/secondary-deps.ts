import type { Hashing } from "../hashing/hashing.ts";
import type { Revocations } from "../keys/trust/revocations.ts";
import type { Address } from "../net/address/address.ts";
import type { Network } from "../net/transport/network.ts";
import type { Clock } from "../platform/clock.ts";
import type { BatchDisk } from "../platform/disk/batch-disk.ts";
import type { Disk } from "../platform/disk/disk.ts";
import type { Log } from "../platform/log/log.ts";
import type { Random } from "../platform/random.ts";
import type { ConnectionHost } from "../transfer/connection/messages.ts";
import type { DescriptorShares } from "./descriptor-shares.ts";
import type { SecondaryLimits } from "./pacing/secondary-limits.ts";
import type { RemoteSecondaryStore } from "./remote-store.ts";

export interface SecondaryDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly network: Network;
  readonly log: Log;
  readonly store: RemoteSecondaryStore;
  readonly hashing: Hashing;
  readonly connections: ConnectionHost;
  /** Connections for small files, many over each. */
  readonly smallFilesConnections: ConnectionHost;
  /** Whom the network refuses; null: there are no keys. */
  readonly revocations: Revocations | null;
  /** The limits that it keeps to. Absent: none. */
  readonly limits?: SecondaryLimits;
  /** Hears by which key addresses of files are checked that the central signs; null: it signs none. */
  readonly useAddressKey?: (key: string | null) => void;
}

export interface SecondaryOptions {
  readonly number: number;
  readonly address: Address;
  readonly central: Address;
  /** The shared folder. */
  readonly folder: string;
  /** Whether this folder is shared even if another one was shared before. */
  readonly adoptFolder: boolean;
  /** The address for other secondaries and clients; null: the one at which this secondary listens. */
  readonly advertise: { readonly host: string; readonly port: number | null } | null;
  /** For how many days a file that leaves the shared folder is kept; 0: not at all. */
  readonly keep: number;
  /** Whether the log has lines about copies that take long. */
  readonly narrate: boolean;
  /** Whether digests are made for programs that know no BLAKE3: where HTTP is on. Absent: they are not. */
  readonly digests?: boolean;
  /** Absent: plenty. */
  readonly shares?: DescriptorShares;
}
