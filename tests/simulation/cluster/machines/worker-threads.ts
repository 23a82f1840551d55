import { HasherClient } from "../../../../src/hashing/hasher-client.ts";
import type { HashReply, HashRequest } from "../../../../src/hashing/hasher-messages.ts";
import { hasherHandler } from "../../../../src/hashing/hasher-worker.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import { pacedNetwork } from "../../../../src/net/pacing/paced-network.ts";
import type { Clock } from "../../../../src/platform/clock.ts";
import { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import { type RpcAnswer, type RpcCall, serveRpc } from "../../../../src/platform/workers/worker-rpc.ts";
import {
  ConnectionPool,
  inlineConnections,
  type PoolEvents,
} from "../../../../src/transfer/connection/connection-pool.ts";
import { startConnectionsThread, type ThreadMessage } from "../../../../src/transfer/connection/connections-thread.ts";
import { NearConnections } from "../../../../src/transfer/connection/near-connections.ts";
import { serveConnectionsThread } from "../../../../src/transfer/connection/serve-thread.ts";
import { type Doorkeeper, securedNetwork } from "../../world/network/tls/secured-network.ts";
import type { ProcessPorts, ThreadPorts } from "./process-ports.ts";

/** The hasher on a thread of its own. */
export function simHashing(ports: ProcessPorts): HasherClient {
  return new HasherClient({
    log: ports.log,
    clock: ports.clock,
    start: () =>
      ports.startThread<RpcCall<HashRequest>, RpcAnswer<HashReply>>("hasher", ({ disk }, post) =>
        serveRpc(hasherHandler(disk), post),
      ),
  });
}

/** Up to `size` threads that receive pieces, no faster than `limit` says. */
export function simConnections(ports: ProcessPorts, size: number, limit: TokenBucket): ConnectionPool {
  return new ConnectionPool(size, {
    log: ports.log,
    clock: ports.clock,
    start: () =>
      startConnectionsThread(ports.keys, limit, (material) =>
        ports.startThread<ThreadMessage, PoolEvents>("connections", (own, post) =>
          material ? serveSecured(own, material, ports.doorkeeper, post) : serve({ ...own, keys: null }, post),
        ),
      ),
  });
}

/** Connections on the main thread, for the first small files of a process that does nothing else: src/cli/client/parts.ts. */
export function simNearConnections(ports: ProcessPorts, limit: RateLimiter): NearConnections {
  const { clock, files } = ports;
  const network = pacedNetwork(ports.network, { clock, allowance: () => limit });
  return new NearConnections(
    inlineConnections({ clock, network, disk: ports.waitingDisk(), backgroundDisk: files.disk }),
  );
}

type Serve = (message: ThreadMessage) => void;

/** As in src/worker.ts. */
function serve(ports: ThreadPorts & { readonly keys: KeyRing | null }, post: (events: PoolEvents) => void): Serve {
  const { clock } = ports;
  return serveConnectionsThread({ ...ports, limiter: (memory) => simLimiter(clock, memory) }, post);
}

/** The thread has keys of its own. */
function serveSecured(
  ports: ThreadPorts,
  material: KeyMaterial,
  doorkeeper: Doorkeeper,
  post: (events: PoolEvents) => void,
): Serve {
  const { clock, time } = ports;
  const keys = new KeyRing(material);
  const ofThread: Doorkeeper = (meeting) => doorkeeper({ ...meeting, heardUntil: () => time.heardUntil });
  const network = securedNetwork(ports.network, { clock, keys, log: null, doorkeeper: ofThread });
  return serve({ ...ports, network, keys }, post);
}

/** A limit for a process or one of its threads, all of which have the same clock. */
export function simLimiter(clock: Clock, memory?: SharedArrayBuffer): RateLimiter {
  return new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket(memory));
}
