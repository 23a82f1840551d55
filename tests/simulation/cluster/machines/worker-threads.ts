import { HasherClient } from "../../../../src/hashing/hasher-client.ts";
import type { HashReply, HashRequest } from "../../../../src/hashing/hasher-messages.ts";
import { hasherHandler } from "../../../../src/hashing/hasher-worker.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import { type RpcAnswer, type RpcCall, serveRpc } from "../../../../src/platform/workers/worker-rpc.ts";
import {
  ConnectionPool,
  type PoolEvents,
  serveConnections,
} from "../../../../src/transfer/connection/connection-pool.ts";
import { startConnectionsThread, type ThreadMessage } from "../../../../src/transfer/connection/connections-thread.ts";
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

/** Up to `size` threads that receive pieces. */
export function simConnections(ports: ProcessPorts, size: number): ConnectionPool {
  return new ConnectionPool(size, {
    log: ports.log,
    clock: ports.clock,
    start: () =>
      startConnectionsThread(ports.keys, (material) =>
        ports.startThread<ThreadMessage, PoolEvents>("connections", (own, post) =>
          material ? serveSecured(own, material, ports.doorkeeper, post) : serveOpen(own, post),
        ),
      ),
  });
}

type Serve = (message: ThreadMessage) => void;

function serveOpen(ports: ThreadPorts, post: (events: PoolEvents) => void): Serve {
  const serve = serveConnections(ports, post);
  return (message) => {
    if ("command" in message) serve(message);
  };
}

/** The thread has keys of its own, as in src/worker.ts. */
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
  const serve = serveConnections({ ...ports, network }, post);
  return (message) => {
    if ("keys" in message) keys.replace(message.keys);
    else if ("revoked" in message) keys.revocations.add(message.revoked);
    else serve(message);
  };
}
