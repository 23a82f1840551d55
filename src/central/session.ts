import type { Channel } from "../net/channel.ts";
import type { Message } from "../protocol/messages.ts";

/** Most secondaries named in one message. */
export const MAX_LISTED = 1000;

/** What the central keeps for a connection after its greeting. */
export interface Session {
  /** Unique in this process. */
  readonly key: number;
  readonly channel: Channel;
  message(message: Message): void;
  closed(reason: string): void;
}
