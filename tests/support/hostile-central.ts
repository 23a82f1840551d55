import type { Channel } from "../../src/net/session/channel.ts";
import { openChannel } from "../../src/net/session/open-channel.ts";
import type { Listener, Socket, SocketEvents } from "../../src/net/transport/network.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Message, Messages, MessageType } from "../../src/protocol/messages/messages.ts";
import type { HeldFile } from "../../src/protocol/messages/secondary.ts";
import type { Told } from "../../src/sentences/sentence.ts";
import { DEADLINE } from "./process.ts";

const LOOPBACK = "127.0.0.1";
/** Milliseconds between two looks. */
const LOOK_MS = 20;
const HEARTBEAT = { pingAfterMs: 1500, deadAfterMs: 20_000 };

/** A session with a real secondary or client, from when it has joined. */
export class HostileSession {
  readonly heard: Message[] = [];
  /** Why it has ended; null while it goes on. */
  ended: string | null = null;

  constructor(
    readonly role: "secondary" | "client",
    private readonly channel: Channel,
  ) {}

  /** Sends any message, also one that no honest central would send. */
  send(message: object): void {
    this.channel.send(message as Message);
  }

  /** Waits for a message of a type, which has come already or comes. */
  async hears<T extends MessageType>(type: T): Promise<Messages[T]> {
    const find = () => this.heard.find((message) => message.type === type);
    await until(`the ${this.role} sends ${type}`, () => find() !== undefined);
    return find() as Messages[T];
  }

  ends(): Promise<void> {
    return until(`the ${this.role} ends the session`, () => this.ended !== null);
  }
}

/** How a client is answered. What is not said is answered with nothing. */
export type Answers = { readonly [Type in MessageType]?: (message: Messages[Type]) => object };

/** An answer that grants a download of any name with this version, but for what is changed of it. */
export function granting({ id, size }: { readonly id: string; readonly size: number }, changes: object = {}) {
  const known = { id, size, modified: 0, blake3: null, sha256: null };
  return ({ download, name }: Messages["download"]) => ({ type: "granted", download, name, ...known, ...changes });
}

/**
 * A central that greets and registers as a real one does, numbers what it is told of, and then does what a test says: to
 * secondaries by their sessions, to clients by what it answers them.
 */
export class HostileCentral implements Disposable {
  readonly sessions: HostileSession[] = [];
  /** All files that a secondary has announced. */
  readonly announced = new Map<string, HeldFile>();
  answers: Answers = {};
  private readonly listener: Listener;
  private readonly channels = new Set<Channel>();

  constructor(port: number) {
    this.listener = tcpNetwork(systemClock).listen({ host: LOOPBACK, port }, (socket) => this.accept(socket));
  }

  [Symbol.dispose](): void {
    this.listener.stop();
    for (const channel of this.channels) channel.close({ cause: "lost", message: "the test is over" });
  }

  /** The session of a secondary that has told all it has: the next one that there is, or comes. */
  async secondary(): Promise<HostileSession> {
    const find = () => this.sessions.find((one) => one.role === "secondary" && one.ended === null);
    await until("a secondary is in step", () => find()?.heard.some(isComplete) ?? false);
    return find() as HostileSession;
  }

  private accept(socket: Socket): SocketEvents {
    let session: HostileSession | null = null;
    const handler = {
      greeted() {},
      message: (message: Message) => {
        session ??= this.join(channel, message);
        session.heard.push(message);
        this.answer(channel, message);
      },
      closed: ({ message }: { readonly message: Told }) => {
        this.channels.delete(channel);
        if (session) session.ended = String(message);
      },
    };
    const channel = openChannel(
      socket,
      { clock: systemClock, role: "central", side: "accepts", heartbeat: HEARTBEAT },
      handler,
    );
    this.channels.add(channel);
    return channel.socketEvents;
  }

  private join(channel: Channel, first: Message): HostileSession {
    const session = new HostileSession(first.type === "register" ? "secondary" : "client", channel);
    this.sessions.push(session);
    const reply =
      first.type === "register"
        ? { type: "registered", epoch: "e".repeat(32), seen: LOOPBACK, urlKey: null }
        : { type: "entered", synchronized: true, missing: "" };
    channel.send(reply as Message);
    channel.markJoined();
    return session;
  }

  private answer(channel: Channel, message: Message): void {
    if (message.type === "announce") {
      for (const file of message.files) this.announced.set(file.name, file);
      const files = message.files.map(({ name, id, edits }) => ({ name, id, vector: "aaaaaaaa:1", edits }));
      channel.send({ type: "agreed", files });
      channel.send({ type: "reviewed", batch: message.batch });
    }
    const answer = this.answers[message.type] as ((asked: Message) => object) | undefined;
    if (answer) channel.send(answer(message) as Message);
  }
}

function isComplete(message: Message): boolean {
  return message.type === "announce" && message.complete;
}

/** Waits until something holds that causes no event here. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = performance.now() + DEADLINE; !condition(); await Bun.sleep(LOOK_MS)) {
    if (performance.now() > end) throw new Error(`it never came to this: ${what}`);
  }
}
