import { type Address, formatAddress } from "../../net/address/address.ts";
import type { CloseReason } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import { ConnectError, type ConnectFailure, type Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import { DATA_HEARTBEAT } from "../../protocol/timing.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";

/** What came of a connection to a secondary. */
export interface Reached {
  /** Until it had greeted. */
  readonly milliseconds: number;
  /** Why it cannot be reached, for people; null where it was. */
  readonly fault: Told | null;
  /** The kind of failure; null where it was reached, or where somebody else answered. */
  readonly failure: ConnectFailure | null;
}

/** Connects to a secondary and greets, as a client that downloads does. Never rejects: each step has its deadline. */
export function reachSecondary(
  { clock, network }: { readonly clock: Clock; readonly network: Network },
  address: Address,
  number: number,
): Promise<Reached> {
  const began = clock.now();
  return new Promise((resolve) => {
    const end = (fault: Told | null, failure: ConnectFailure | null) =>
      resolve({ milliseconds: clock.now() - began, fault, failure });
    const closed = ({ message, error }: CloseReason) =>
      end(
        say("{address}: {message}", { address: formatAddress(address), message }),
        error?.code === "key" ? "key" : null,
      );
    const expected = { role: "secondary", address } as const;
    network
      .connect(
        address,
        (socket) => {
          const channel = openChannel(
            socket,
            { clock, role: "client", side: "connects", heartbeat: DATA_HEARTBEAT, expected },
            {
              greeted: () => {
                end(null, null);
                channel.close({ cause: "ours", message: say("it was only to be seen whether it answers") });
              },
              message() {},
              closed,
            },
          );
          return channel.socketEvents;
        },
        { role: "secondary", number },
      )
      .catch((error: Error) => end(toldOf(error), error instanceof ConnectError ? error.failure : "other"));
  });
}
