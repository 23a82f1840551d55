import { availableParallelism, hostname, userInfo } from "node:os";
import { CentralSession } from "../../client/central-session.ts";
import { DownloadQueue } from "../../client/downloads/download-queue.ts";
import { threadHashing } from "../../hashing/hasher-client.ts";
import type { KeyMaterial } from "../../keys/key-material.ts";
import type { Address } from "../../net/address/address.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { systemClock } from "../../platform/clock.ts";
import { systemDisk } from "../../platform/disk/system-disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { systemRandom } from "../../platform/random.ts";
import { startWorkerThread } from "../../platform/workers/worker-thread.ts";
import { ConnectionPool } from "../../transfer/connection/connection-pool.ts";
import type { Values } from "../flags/values.ts";
import { loadKeys } from "../keys.ts";
import { checkDescriptors, clientShares } from "../server/descriptor-shares.ts";
import type { Refusal } from "./refusal.ts";

/** A client's session and its downloads. */
export interface ClientParts {
  readonly session: CentralSession;
  readonly downloads: DownloadQueue;
  /** Ends session and threads. Downloads must have ended before. */
  stop(): Promise<void>;
}

/** What all client commands take. */
export interface ClientOptions {
  readonly central: Address;
  readonly name: string;
  readonly folder: string;
  /** Null: without keys. */
  readonly keys: KeyMaterial | null;
}

export async function clientOptions(values: Values): Promise<ClientOptions> {
  const central = values.central();
  const name = values.clientName("name", usualName());
  const folder = values.folder("dir", ".");
  // From the cluster key everything may be done.
  const keys = await loadKeys(values, { role: "client", name, rights: "admin" });
  return { central, name: keys?.identity.role === "client" ? keys.identity.name : name, folder, keys };
}

/** The user and this machine, as far as they are known. */
function usualName(): string {
  const user = process.env.USER || process.env.LOGNAME || userName();
  return `${user ? `${user}@` : ""}${hostname()}`.slice(0, 100) || "client";
}

/** From the system's list of users; a container may have none. */
function userName(): string | null {
  try {
    const { username } = userInfo();
    return username === "unknown" ? null : username;
  } catch {
    return null;
  }
}

export function clientParts(options: ClientOptions, log: Log, refused: (refusal: Refusal) => void): ClientParts {
  const network = tcpNetwork(systemClock, { keys: options.keys });
  const base = { clock: systemClock, random: systemRandom, network, log };
  const session = new CentralSession(base, options.central, options.name, refused);
  const limit = descriptorLimit();
  checkDescriptors("client", limit);
  const shares = clientShares(limit);
  const connections = new ConnectionPool(Math.min(shares.threads, availableParallelism()), {
    log,
    start: () => startWorkerThread("connections", options.keys),
  });
  const hasher = threadHashing(log);
  const downloads = new DownloadQueue({ ...base, disk: systemDisk, hasher, connections, session }, shares.downloads);
  session.start();
  return {
    session,
    downloads,
    async stop() {
      session.stop();
      await connections.stop();
      hasher.stop();
    },
  };
}
