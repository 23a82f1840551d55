import { type Clock, delay } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Address } from "../address/address.ts";
import { ListenError, type Listener, type Network, type Socket, type SocketEvents } from "./network.ts";

/** Milliseconds for which a port in use is tried again, and between two tries. */
const IN_USE_TIMEOUT_MS = 5000;
const RETRY_DELAY_MS = 250;

export interface ListeningDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly log: Log;
}

/**
 * Listens. A port in use is tried again for some seconds: what has it is often a server that is just ending, or an
 * outgoing connection. Rejects with {@link ListenError}.
 */
export function listenWithRetry(
  { network, ...deps }: ListeningDeps,
  address: Address,
  attach: (socket: Socket) => SocketEvents,
): Promise<Listener> {
  return retryWhileInUse(deps, () => network.listen(address, attach));
}

/** The same with any way to listen, which throws or rejects with {@link ListenError}. */
export async function retryWhileInUse<T>(
  { clock, log }: Omit<ListeningDeps, "network">,
  listen: () => T | Promise<T>,
): Promise<T> {
  const until = clock.now() + IN_USE_TIMEOUT_MS;
  for (let logged = false; ; logged = true) {
    try {
      return await listen();
    } catch (error) {
      if (!(error instanceof ListenError) || error.failure !== "in-use" || clock.now() >= until) throw error;
      if (!logged) log.warn("port-in-use", `${error.message}; trying again for ${IN_USE_TIMEOUT_MS / 1000} s`);
    }
    await delay(clock, RETRY_DELAY_MS);
  }
}
