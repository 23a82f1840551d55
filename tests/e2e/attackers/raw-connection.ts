import type { Socket } from "bun";

/** Milliseconds after which a server that says nothing more and does not close has said all. */
const SILENCE_MS = 8000;

/** Sends bytes to a server as they are. Resolves with all that it says until it closes the connection. */
export async function answerTo(port: number, bytes: Uint8Array): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const said: Buffer[] = [];
  let rest = bytes;
  const end = () => resolve(Buffer.concat(said));
  const send = (socket: Socket) => {
    rest = rest.subarray(Math.max(0, socket.write(rest)));
  };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: send,
      drain: send,
      data: (_socket, data) => void said.push(Buffer.from(data)),
      close: end,
      error: end,
    },
  });
  const timer = setTimeout(end, SILENCE_MS);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.terminate();
  });
}

/** A server without TLS that answers whatever comes with the same bytes, and keeps what it is told. */
export class PlainImpostor implements Disposable {
  readonly told: Buffer[] = [];
  private readonly listener;

  constructor(answer: Uint8Array) {
    this.listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket, bytes) => {
          this.told.push(Buffer.from(bytes));
          socket.write(answer);
        },
      },
    });
  }

  get port(): number {
    return this.listener.port;
  }

  [Symbol.dispose](): void {
    this.listener.stop(true);
  }
}
