import type { Channel, CloseReason } from "../net/session/channel.ts";
import type { Message } from "../protocol/messages/messages.ts";

/** What the central keeps for a connection after its greeting. */
export interface Session {
  /** Unique in this process. */
  readonly key: number;
  readonly channel: Channel;
  message(message: Message, payload: Uint8Array): void;
  closed(reason: CloseReason): void;
}
