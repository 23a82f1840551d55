import type { Channel } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import type { ErrorCode } from "../../../src/protocol/errors.ts";
import type { Message, Messages, MessageType } from "../../../src/protocol/messages/messages.ts";
import { CENTRAL_HEARTBEAT } from "../../../src/protocol/timing.ts";
import type { FakeClock } from "../../support/fake-clock.ts";
import type { FakeNetwork } from "../../support/fake-network.ts";

export const CENTRAL = { host: "central", port: 50_000 };

/** A central that lets clients enter, writes down what they send, and sends what a test says. */
export class ScriptedCentral {
  readonly received: Message[] = [];
  synchronized = true;
  /** With what it ends the session of a client that wants to enter; null: the client may. */
  refuse: { readonly code: ErrorCode; readonly message: string } | null = null;
  /** What it does with each message; nothing unless a test says otherwise. */
  answer: (message: Message) => void = () => {};
  private channel: Channel | null = null;
  private stopListening: () => void = () => {};

  constructor(
    private readonly clock: FakeClock,
    private readonly network: FakeNetwork,
  ) {}

  start(): void {
    this.stopListening = this.network.listen(CENTRAL, (socket) => {
      const options = { clock: this.clock, role: "central", side: "accepts", heartbeat: CENTRAL_HEARTBEAT } as const;
      const channel = openChannel(socket, options, {
        greeted() {},
        message: (message) => this.receive(channel, message),
        closed() {},
      });
      this.channel = channel;
      return channel.socketEvents;
    }).stop;
  }

  /** It is gone, and its sessions with it. */
  stop(): void {
    this.stopListening();
    this.channel?.close({ cause: "lost", message: "gone" });
    this.channel = null;
  }

  /** It is gone and there again, and remembers nothing: what it receives is written down anew. */
  restart(): void {
    this.stop();
    this.received.length = 0;
    this.start();
  }

  send(message: Message): void {
    if (!this.channel) throw new Error("no client is connected");
    this.channel.send(message);
  }

  /** The messages of one type that it has received. */
  all<Type extends MessageType>(type: Type): Messages[Type][] {
    return this.received.filter((message): message is Extract<Message, { type: Type }> & Messages[Type] => {
      return message.type === type;
    });
  }

  private receive(channel: Channel, message: Message): void {
    this.received.push(message);
    if (message.type === "enter" && this.refuse) channel.fail(this.refuse.code, this.refuse.message);
    else if (message.type === "enter") {
      channel.markJoined();
      const missing = this.synchronized ? "" : "secondary 2 is missing";
      channel.send({ type: "entered", synchronized: this.synchronized, missing });
    }
    this.answer(message);
  }
}
