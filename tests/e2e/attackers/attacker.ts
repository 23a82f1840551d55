import type { ServerIdentity } from "../../../src/keys/identity.ts";
import type { KeyMaterial } from "../../../src/keys/key-material.ts";
import { KeyRing } from "../../../src/keys/key-ring.ts";
import type { Channel, CloseReason } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import { tcpNetwork } from "../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { Message, MessageType } from "../../../src/protocol/messages/messages.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";
import { DATA_HEARTBEAT } from "../../../src/protocol/timing.ts";

export interface Target {
  readonly port: number;
  readonly server: ServerIdentity;
  /** What the attacker says that it is, whatever its certificate says. */
  readonly role: Role;
}

/** One session with a server, as somebody with a key who says what it likes. */
export class Attacker {
  private readonly over = Promise.withResolvers<CloseReason>();
  private readonly greeting = Promise.withResolvers<void>();
  private readonly came: Message[] = [];
  private waiting: { readonly type: MessageType; readonly resolve: (message: Message) => void }[] = [];
  private channel!: Channel;

  static async connect(keys: KeyMaterial, { port, server, role }: Target): Promise<Attacker> {
    const attacker = new Attacker();
    const network = tcpNetwork(systemClock, { keys: new KeyRing(keys) });
    await network.connect(
      { host: "127.0.0.1", port },
      (socket) => {
        attacker.channel = openChannel(
          socket,
          {
            clock: systemClock,
            role,
            heartbeat: DATA_HEARTBEAT,
            side: "connects",
            expected: { role: server.role, address: { host: "127.0.0.1", port } },
          },
          {
            greeted: () => attacker.greeting.resolve(),
            message: (message) => attacker.take(message),
            closed: (reason) => attacker.over.resolve(reason),
          },
        );
        return attacker.channel.socketEvents;
      },
      server,
    );
    await Promise.race([attacker.greeting.promise, attacker.ended]);
    return attacker;
  }

  /** Whether the greeting is over, and the session goes on. */
  get isOpen(): boolean {
    return this.channel.state !== "greeting" && this.channel.state !== "closed";
  }

  /** Why the session ended. */
  get ended(): Promise<CloseReason> {
    return this.over.promise;
  }

  send(...messages: Message[]): void {
    for (const message of messages) this.channel.send(message);
  }

  /** A session that the central has let in sends more than greetings. */
  joined(): void {
    this.channel.markJoined();
  }

  leave(): void {
    this.channel.close({ cause: "ours", message: "" });
  }

  /** The next message of this type, or the one that has come already. */
  async next<T extends MessageType>(type: T): Promise<Extract<Message, { type: T }>> {
    const index = this.came.findIndex((message) => message.type === type);
    const [there] = index < 0 ? [] : this.came.splice(index, 1);
    const { promise, resolve } = Promise.withResolvers<Message>();
    if (there) resolve(there);
    else this.waiting.push({ type, resolve });
    return (await promise) as Extract<Message, { type: T }>;
  }

  private take(message: Message): void {
    const index = this.waiting.findIndex(({ type }) => type === message.type);
    const [one] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (one) one.resolve(message);
    else this.came.push(message);
  }
}
