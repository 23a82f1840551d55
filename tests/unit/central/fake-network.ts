import type { Address } from "../../../src/net/address/address.ts";
import {
  ConnectError,
  type Listener,
  type Network,
  type Peer,
  type Socket,
  type SocketEvents,
} from "../../../src/net/transport/network.ts";

type Attach = (socket: Socket) => SocketEvents;

/** One end of a connection in memory. What is written arrives when the test lets it. */
class End implements Socket {
  readonly remoteHost: string;
  events: SocketEvents | null = null;
  other: End | null = null;

  constructor(
    private readonly network: FakeNetwork,
    readonly remotePeer: Peer | null,
  ) {
    this.remoteHost = network.remoteHost;
  }

  write(bytes: Uint8Array): number {
    const copy = bytes.slice();
    this.network.later(() => this.other?.events?.data(copy));
    return bytes.length;
  }

  writeFile(): number {
    throw new Error("a central sends no files");
  }

  pause(): void {}
  resume(): void {}

  shutdown(): void {
    this.network.later(() => this.other?.finish());
  }

  destroy(): void {
    this.network.later(() => this.other?.finish());
    this.finish();
  }

  finish(): void {
    const { events } = this;
    this.events = null;
    events?.closed(null);
  }
}

/** Connections in memory, with everything in the order of sending. */
export class FakeNetwork implements Network {
  /** Where both ends of what is connected next see each other. */
  remoteHost = "127.0.0.1";
  /** Who connects next, by its certificate. */
  client: Peer | null = null;
  private readonly listeners = new Map<number, Attach>();
  private queue: (() => void)[] = [];

  later(run: () => void): void {
    this.queue.push(run);
  }

  /** Delivers all that is on its way, and what comes of it. */
  flush(): void {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) next();
  }

  listen({ port }: Address, attach: Attach): Listener {
    this.listeners.set(port, attach);
    return { port, stop: () => this.listeners.delete(port) };
  }

  async connect({ port }: Address, attach: Attach): Promise<void> {
    this.open(port, attach);
  }

  /** Connects at once. Gives what `attach` made of the connection. */
  open<T extends SocketEvents>(port: number, attach: (socket: Socket) => T): T {
    const accept = this.listeners.get(port);
    if (!accept) throw new ConnectError("refused", "nobody listens there");
    const [near, far] = [new End(this, null), new End(this, this.client)];
    near.other = far;
    far.other = near;
    far.events = accept(far);
    const events = attach(near);
    near.events = events;
    return events;
  }
}
