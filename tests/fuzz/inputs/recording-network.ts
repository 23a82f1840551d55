import type { Address } from "../../../src/net/address/address.ts";
import type { Listener, Network, Socket, SocketEvents } from "../../../src/net/transport/network.ts";
import { FrameDecoder } from "../../../src/protocol/frames.ts";
import type { Message } from "../../../src/protocol/messages/messages.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";
import { ForwardingSocket } from "../../support/forwarding-socket.ts";
import type { Conversation, Step } from "./conversation.ts";

/** One direction of a connection, in frames. */
export class Direction {
  readonly steps: Step[] = [];
  bytes = 0;
  private readonly decoder: FrameDecoder;

  constructor(opposite: () => Direction) {
    let chunks: Uint8Array[] = [];
    const add = (header: Message, payload: Uint8Array) => {
      // Whether these come depends on the speed of the disk, and what is recorded must be the same each time.
      if (header.type === "ping" || header.type === "pong") return;
      this.steps.push({ header, payload, after: opposite().bytes, claimedLength: null });
    };
    this.decoder = new FrameDecoder({
      message(message) {
        chunks = [];
        if (!("payload" in message) || message.payload === 0) add(message, new Uint8Array(0));
      },
      payload(message, bytes, left) {
        chunks.push(bytes.slice());
        if (left === 0) add(message, new Uint8Array(Buffer.concat(chunks)));
      },
    });
  }

  push(bytes: Uint8Array): void {
    this.decoder.push(bytes);
    this.bytes += bytes.length;
  }
}

/** A connection that was made, from the side that connected. */
export interface RecordedConnection {
  readonly address: Address;
  readonly said: Direction;
  readonly heard: Direction;
}

/** A network that writes down what honest peers say over another one. */
export class RecordingNetwork implements Network {
  readonly connections: RecordedConnection[] = [];

  constructor(private readonly network: Network) {}

  listen(address: Address, attach: (socket: Socket) => SocketEvents): Listener {
    return this.network.listen(address, attach);
  }

  connect(address: Address, attach: (socket: Socket) => SocketEvents, server: Parameters<Network["connect"]>[2]) {
    const said: Direction = new Direction(() => heard);
    const heard: Direction = new Direction(() => said);
    this.connections.push({ address, said, heard });
    return this.network.connect(address, (socket) => listening(attach(new Tap(socket, said)), heard), server);
  }
}

/** What both ends said on the connections from `from` to `to` at `address`. */
export function conversationsAt(
  { connections }: RecordingNetwork,
  address: Address,
  from: Role,
  to: Role,
): { readonly asked: Conversation[]; readonly answered: Conversation[] } {
  const found = connections.filter(
    ({ address: { port }, said }) => port === address.port && roleIn(said.steps[0]?.header) === from,
  );
  return {
    asked: found.map(({ said }) => ({ from, to, steps: said.steps })),
    answered: found.map(({ heard }) => ({ from: to, to: from, steps: heard.steps })),
  };
}

function roleIn(header: unknown): unknown {
  return typeof header === "object" && header !== null && "role" in header ? header.role : null;
}

function listening(events: SocketEvents, heard: Direction): SocketEvents {
  return {
    data(bytes) {
      heard.push(bytes);
      events.data(bytes);
    },
    drained: () => events.drained(),
    closed: (error) => events.closed(error),
  };
}

class Tap extends ForwardingSocket {
  constructor(
    socket: Socket,
    private readonly said: Direction,
  ) {
    super(socket);
  }

  override write(bytes: Uint8Array): number {
    const taken = super.write(bytes);
    this.said.push(bytes.subarray(0, taken));
    return taken;
  }
}
