import type { Identity } from "../../../../src/keys/identity.ts";
import type { Channel } from "../../../../src/net/session/channel.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";

/** A channel that keeps what is sent and how it ended. */
export class FakeChannel {
  readonly remoteHost = "10.0.0.1";
  identity: Identity | null = null;
  readonly sent: Message[] = [];
  joined = false;
  ended: string | null = null;

  get channel(): Channel {
    return this as unknown as Channel;
  }

  /** What was sent since the last time. */
  take(): Message[] {
    return this.sent.splice(0);
  }

  send(message: Message): void {
    this.sent.push(message);
  }

  markJoined(): void {
    this.joined = true;
  }

  fail(code: string): void {
    this.ended = code;
  }

  close({ message }: { message: string }): void {
    this.ended = message;
  }
}
