import type { Address } from "../../net/address/address.ts";
import type { Channel, ChannelHandler } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { DATA_HEARTBEAT } from "../../protocol/timing.ts";
import type { ConnectionDeps } from "./piece-connection.ts";

/** Whoever calls a source. */
export interface SourceSessionHandler extends ChannelHandler {
  /** The session is there; gives whether it is still wanted. */
  connected(channel: Channel): boolean;
  /** There is none, and why. */
  unreachable(message: string): void;
}

/** Connects to a source and begins a session with it, whose events go to the caller. */
export function connectSource(
  { clock, network }: ConnectionDeps,
  address: Address,
  role: Exclude<Role, "central">,
  handler: SourceSessionHandler,
): void {
  network
    .connect(address, (socket) => {
      const expected = { role: "secondary", address } as const;
      const channel = openChannel(
        socket,
        { clock, role, side: "connects", heartbeat: DATA_HEARTBEAT, expected },
        handler,
      );
      if (!handler.connected(channel)) channel.close({ cause: "ours", message: "not wanted any more" });
      return channel.socketEvents;
    })
    .catch((error: unknown) => handler.unreachable(error instanceof Error ? error.message : String(error)));
}
