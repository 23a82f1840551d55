import { HasherClient } from "../../../../src/hashing/hasher-client.ts";
import type { HashReply, HashRequest } from "../../../../src/hashing/hasher-messages.ts";
import { hasherHandler } from "../../../../src/hashing/hasher-worker.ts";
import { type RpcAnswer, type RpcCall, serveRpc } from "../../../../src/platform/workers/worker-rpc.ts";
import {
  ConnectionPool,
  type PoolCommand,
  type PoolEvents,
  serveConnections,
} from "../../../../src/transfer/connection/connection-pool.ts";
import type { ProcessPorts } from "./process-ports.ts";

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
    start: () => ports.startThread<PoolCommand, PoolEvents>("connections", serveConnections),
  });
}
