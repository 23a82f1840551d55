import type { Channel } from "../../net/session/channel.ts";
import type { Message } from "../../protocol/messages/messages.ts";

/** Most secondaries named in one message. */
export const MAX_SOURCES_PER_MESSAGE = 1000;

/** What the central keeps for a connection after its greeting. */
export interface Session {
  /** Unique in this process. */
  readonly key: number;
  readonly channel: Channel;
  message(message: Message): void;
  closed(reason: string): void;
}
