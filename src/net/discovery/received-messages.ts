import type { Clock } from "../../platform/clock.ts";
import type { Address } from "../address/address.ts";
import { type Link, MDNS_PORT } from "../transport/multicast/multicast.ts";
import { type DiscoveryMessage, mentionsCentrals, parseMessage } from "./dns-messages.ts";
import { PacketBudget } from "./packet-budget.ts";

/**
 * A receiver of one network's messages, that passes on those that concern centrals: from that very network, as many as a
 * network can need. `own`: names that are asked for too.
 */
export function receiver(
  clock: Clock,
  link: Link,
  handle: (message: DiscoveryMessage) => void,
  own: readonly string[] = [],
): (bytes: Uint8Array, from: Address) => void {
  const budget = new PacketBudget();
  return (bytes, from) => {
    // Anybody in the world can send to that port; a neighbour only has an address of the network.
    if (from.port !== MDNS_PORT || !link.contains(from.host)) return;
    // What other devices talk about is not counted: there may be many.
    if (!mentionsCentrals(bytes) || !budget.consume(clock.now(), from.host)) return;
    const message = parseMessage(bytes, own);
    if (message) handle(message);
  };
}
