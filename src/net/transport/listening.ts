import { type Clock, pause } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Address } from "../address/address.ts";
import { ListenError, type Listener, type Network, type Socket, type SocketEvents } from "./network.ts";

/** Milliseconds for which a port in use is tried again, and between two tries. */
const PATIENCE = 5000;
const AGAIN = 250;

export interface ListeningDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly log: Log;
}

/**
 * Listens. A port in use is tried again for some seconds: what has it is often a server that is just ending, or an
 * outgoing connection. Rejects with {@link ListenError}.
 */
export async function listenPatiently(
  { clock, network, log }: ListeningDeps,
  address: Address,
  attach: (socket: Socket) => SocketEvents,
): Promise<Listener> {
  const until = clock.now() + PATIENCE;
  for (let told = false; ; told = true) {
    try {
      return network.listen(address, attach);
    } catch (error) {
      if (!(error instanceof ListenError) || error.failure !== "in-use" || clock.now() >= until) throw error;
      if (!told) log.warn("port-in-use", `${error.message}; trying again for ${PATIENCE / 1000} s`);
    }
    await pause(clock, AGAIN);
  }
}
