import type { KeyRing } from "../../src/keys/key-ring.ts";
import type { Channel, ChannelHandler } from "../../src/net/session/channel.ts";
import type { ExpectedPeer } from "../../src/net/session/expected-peer.ts";
import { openChannel } from "../../src/net/session/open-channel.ts";
import type { Listener, Network, Socket, SocketEvents } from "../../src/net/transport/network.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Message, Messages } from "../../src/protocol/messages/messages.ts";
import { pieceCount, pieceLength, pieceSize } from "../../src/protocol/versions/version.ts";
import type { Content } from "../unit/transfer/content.ts";

/** What a liar answers a request for a piece with. */
export type Lie =
  | "the right bytes"
  | "wrong bytes"
  | "another piece"
  | "too many"
  | "too few"
  | "too few, and leaves"
  | "unasked"
  | "garbage";

const BLOCK = 256 * 1024;
const LOOPBACK = "127.0.0.1";
const HEARTBEAT = { pingAfterMs: 1500, deadAfterMs: 20_000 };

/** A secondary that is registered and says that it holds a file, and lies whenever it is asked for a piece of it. */
export class Liar implements AsyncDisposable {
  /** Pieces, and lists of small files, that it was asked for. */
  asked = 0;
  private readonly network: Network;
  private readonly channels = new Set<Channel>();
  private readonly listener: Listener;

  private constructor(
    private readonly number: number,
    private readonly name: string,
    private readonly content: Content,
    private readonly lie: Lie,
    keys: KeyRing | null,
  ) {
    this.network = tcpNetwork(systemClock, { keys });
    this.listener = this.network.listen({ host: LOOPBACK, port: 0 }, (socket) => this.serve(socket));
  }

  /** Resolves once the central has taken in that it holds the file. */
  static async join(options: {
    central: number;
    number: number;
    name: string;
    content: Content;
    lie: Lie;
    keys?: KeyRing;
  }): Promise<Liar> {
    const { central, number, name, content, lie, keys = null } = options;
    const liar = new Liar(number, name, content, lie, keys);
    await liar.register(central);
    return liar;
  }

  /** One that nobody knows of but whom the test tells. */
  static alone(content: Content, lie: Lie, number = 7): Liar {
    return new Liar(number, "", content, lie, null);
  }

  get port(): number {
    return this.listener.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.listener.stop();
    for (const channel of this.channels) channel.close({ cause: "lost", message: "the test is over" });
  }

  private register(central: number): Promise<void> {
    const { number, name, content } = this;
    return new Promise((resolve, reject) => {
      const instance = number.toString(16).padStart(32, "0");
      const descent = { vector: "", changed: true, edits: "" };
      const file = { name, ...content.version, ...descent, modified: 0, blake3: null, sha256: null };
      const channel = (socket: Socket) => {
        const handler = {
          greeted: () => {
            const { port } = this.listener;
            session.send({
              type: "register",
              number,
              instance,
              host: LOOPBACK,
              port,
              epoch: null,
              removal: 0,
              http: null,
            });
          },
          message: (message: Message) => {
            if (message.type === "reviewed") resolve();
            if (message.type !== "registered") return;
            session.markJoined();
            session.send({ type: "announce", batch: 1, files: [file], gone: [], complete: true });
          },
        };
        const session = this.channel(socket, { role: "central", address: { host: LOOPBACK, port: central } }, handler);
        return session.socketEvents;
      };
      this.network.connect({ host: LOOPBACK, port: central }, channel, { role: "central" }).catch(reject);
    });
  }

  private serve(socket: Socket): SocketEvents {
    const session: Channel = this.channel(socket, null, {
      greeted() {},
      message: (message) => {
        const { content } = this;
        if (message.type === "open") session.send({ type: "opened", request: message.request, all: true, payload: 0 });
        else if (message.type === "manifest") {
          const { hashes } = content;
          session.send({ type: "hashes", request: message.request, payload: hashes.length }, hashes);
        } else if (message.type === "piece") this.answer(session, socket, message);
        // Of small files it gives nothing, and says nothing.
        else if (message.type === "files") this.asked += 1;
      },
    });
    return session.socketEvents;
  }

  /** `expected`: whom it has connected to; null: it was connected to. */
  private channel(socket: Socket, expected: ExpectedPeer | null, handler: Omit<ChannelHandler, "closed">): Channel {
    const closed = () => void this.channels.delete(channel);
    const common = { clock: systemClock, role: "secondary", heartbeat: HEARTBEAT } as const;
    const channel: Channel = openChannel(
      socket,
      expected ? { ...common, side: "connects", expected } : { ...common, side: "accepts" },
      { ...handler, closed },
    );
    this.channels.add(channel);
    return channel;
  }

  private answer(session: Channel, socket: Socket, { request, piece }: Messages["piece"]): void {
    this.asked += 1;
    const right = this.bytesOf(piece);
    switch (this.lie) {
      case "the right bytes":
        return send(session, request, right);
      case "wrong bytes": {
        const wrong = Buffer.from(right);
        wrong[wrong.length >> 1] = (wrong[wrong.length >> 1] ?? 0) ^ 1;
        return send(session, request, wrong);
      }
      case "another piece":
        return send(session, request, this.bytesOf(piece === 0 ? 1 : piece - 1).subarray(0, right.length));
      case "too many":
        return send(session, request, Buffer.concat([right, right]));
      case "too few":
        return send(session, request, right.subarray(1));
      case "too few, and leaves":
        send(session, request, right.subarray(1));
        return session.close({ cause: "ours", message: "" });
      case "unasked":
        return send(session, 1_000_000 + request, right);
      case "garbage":
        socket.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    }
  }

  private bytesOf(piece: number): Buffer {
    const { bytes, version } = this.content;
    const start = (piece % pieceCount(version.size)) * pieceSize(version.size);
    return bytes.subarray(start, start + pieceLength(version.size, piece));
  }
}

function send(session: Channel, request: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; done += BLOCK) {
    const block = bytes.subarray(done, done + BLOCK);
    session.send({ type: "block", request, payload: block.length }, block);
  }
}
