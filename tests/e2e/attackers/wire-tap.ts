import type { Socket } from "bun";

interface Side {
  other: Socket<Side> | null;
  readonly waiting: Uint8Array[];
  readonly fromClient: boolean;
}

/** Stands on the way to a server as somebody who reads, and may change, every byte in both directions. */
export class WireTap implements Disposable {
  /** What has passed, of all connections, in the order of its coming. */
  readonly toServer: Buffer[] = [];
  readonly toClient: Buffer[] = [];
  /** What becomes of bytes from the server; as they are where nothing is said. */
  change: (bytes: Buffer) => Buffer = (bytes) => bytes;
  private readonly sockets = new Set<Socket<Side>>();
  private readonly listener = Bun.listen<Side>({
    hostname: "127.0.0.1",
    port: 0,
    data: { other: null, waiting: [], fromClient: true },
    socket: {
      ...this.handler(),
      open: (client) => void this.connect(client),
    },
  });

  /** `target`: the port of the server. */
  constructor(private readonly target: number) {}

  get port(): number {
    return this.listener.port;
  }

  /** Whether any of this has passed in clear. */
  saw(text: string | Uint8Array): boolean {
    return [this.toServer, this.toClient].some((passed) => Buffer.concat(passed).includes(text));
  }

  [Symbol.dispose](): void {
    this.listener.stop(true);
    for (const socket of this.sockets) socket.terminate();
  }

  private handler() {
    return {
      data: (socket: Socket<Side>, bytes: Buffer) => this.pass(socket, Buffer.from(bytes)),
      drain: (socket: Socket<Side>) => flush(socket),
      close: (socket: Socket<Side>) => {
        this.sockets.delete(socket);
        socket.data.other?.end();
      },
      error: (socket: Socket<Side>) => socket.terminate(),
    };
  }

  private async connect(client: Socket<Side>): Promise<void> {
    client.data = { other: null, waiting: [], fromClient: true };
    this.sockets.add(client);
    client.pause();
    try {
      const server = await Bun.connect<Side>({
        hostname: "127.0.0.1",
        port: this.target,
        data: { other: client, waiting: [], fromClient: false },
        socket: this.handler(),
      });
      this.sockets.add(server);
      client.data.other = server;
      client.resume();
    } catch {
      client.terminate();
    }
  }

  private pass(from: Socket<Side>, bytes: Buffer): void {
    const { other, fromClient } = from.data;
    (fromClient ? this.toServer : this.toClient).push(bytes);
    if (!other) return;
    other.data.waiting.push(fromClient ? bytes : this.change(bytes));
    flush(other);
  }
}

function flush(socket: Socket<Side>): void {
  const { waiting } = socket.data;
  for (let first = waiting[0]; first; first = waiting[0]) {
    const taken = Math.max(0, socket.write(first));
    if (taken < first.length) {
      waiting[0] = first.subarray(taken);
      return;
    }
    waiting.shift();
  }
}
