import type { KeyRing } from "../../keys/key-ring.ts";
import { pacedNetwork } from "../../net/pacing/paced-network.ts";
import { type Allowance, UNLIMITED } from "../../platform/pacing/allowance.ts";
import { type PoolEvents, serveConnections } from "./connection-pool.ts";
import type { ThreadMessage } from "./connections-thread.ts";
import type { ConnectionDeps } from "./thread-resources.ts";

export interface ConnectionsThreadDeps extends ConnectionDeps {
  /** With which the network secures its connections; null where it does not. */
  readonly keys: KeyRing | null;
  /** The limit that has this memory, for this thread. */
  limiter(memory: SharedArrayBuffer): Allowance;
}

/** A thread that runs connections, seen from itself. */
export function serveConnectionsThread(
  deps: ConnectionsThreadDeps,
  post: (message: PoolEvents) => void,
): (message: ThreadMessage) => void {
  const { clock, keys, limiter } = deps;
  let allowance: Allowance = UNLIMITED;
  const network = pacedNetwork(deps.network, { clock, allowance: () => allowance });
  const serve = serveConnections({ ...deps, network }, post);
  return (message) => {
    if ("keys" in message) keys?.replace(message.keys);
    else if ("revoked" in message) keys?.revocations.add(message.revoked);
    else if ("limit" in message) allowance = limiter(message.limit);
    else serve(message);
  };
}
