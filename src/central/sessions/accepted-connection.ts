import type { Channel, ChannelHandler, CloseReason } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { Socket } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Message } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { CENTRAL_HEARTBEAT } from "../../protocol/timing.ts";
import type { Session } from "./session.ts";

/** Who gives connections their sessions. */
export interface ConnectionOwner {
  /** The greeting is over, and the peer has said what it is. */
  begun(connection: AcceptedConnection, peer: Role): Session;
  /** Once, and last. */
  ended(connection: AcceptedConnection, reason: CloseReason): void;
}

/** A connection to the central, greeted or not. There are thousands: it holds no more than it must. */
export class AcceptedConnection implements ChannelHandler {
  readonly channel: Channel;
  private session: Session | null = null;

  /** `key`: unique in this process. */
  constructor(
    socket: Socket,
    readonly key: number,
    clock: Clock,
    private readonly owner: ConnectionOwner,
  ) {
    this.channel = openChannel(socket, { clock, role: "central", side: "accepts", heartbeat: CENTRAL_HEARTBEAT }, this);
  }

  greeted(peer: Role): void {
    this.session = this.owner.begun(this, peer);
  }

  message(message: Message): void {
    this.session?.message(message);
  }

  closed(reason: CloseReason): void {
    this.owner.ended(this, reason);
  }
}
