import { FrameDecoder } from "../../../src/protocol/frames.ts";
import type { Part } from "../inputs/input.ts";
import type { Certificates, Guise } from "./guise.ts";

/** Milliseconds that a part waits for what should come before it. */
const PATIENCE_MS = 15;
/** Milliseconds after the last part in which the other end may still say something. */
const LINGER_MS = 40;
/** Milliseconds after which an attack is over, whatever the server does. */
const MAX_ATTACK_MS = 3000;

type Client = Bun.Socket<undefined>;

/** Where something listens on 127.0.0.1, and how it is connected to. */
export interface Door {
  readonly port: number;
  readonly guise: Guise;
  readonly certificates: Certificates;
}

/**
 * Sends parts, whatever comes back. `answered` is told the types of the messages that come, of an error with its code.
 * Resolves when that is over; never rejects.
 */
export function sendTo(
  { port, guise, certificates }: Door,
  parts: readonly Part[],
  answered: (type: string) => void,
): Promise<void> {
  const sending = new Sending(parts, answered);
  const secured = guise !== "plain";
  const tls = { ...certificates.get(guise), rejectUnauthorized: false, serverName: "anything.redes.internal" };
  const timeout = setTimeout(() => sending.end(), MAX_ATTACK_MS);
  void Bun.connect({
    hostname: "127.0.0.1",
    port,
    ...(secured && { tls }),
    socket: {
      open: (socket) => (secured ? sending.opened(socket) : sending.begin(socket)),
      handshake: (socket) => sending.begin(socket),
      data: (_socket, bytes) => sending.heard(bytes),
      drain: () => sending.send(),
      end: () => sending.end(),
      error() {},
      close: () => sending.end(),
      connectError: () => sending.end(),
    },
  }).catch(() => sending.end());
  return sending.over.finally(() => clearTimeout(timeout));
}

class Sending {
  private readonly ended = Promise.withResolvers<void>();
  private socket: Client | null = null;
  private began = false;
  private finished = false;
  private heardBytes = 0;
  private next = 0;
  private rest = new Uint8Array(0);

  private readonly decoder: FrameDecoder;

  constructor(
    private readonly parts: readonly Part[],
    answered: (type: string) => void,
  ) {
    this.decoder = new FrameDecoder({
      message: (message) => answered(message.type === "error" ? `error ${message.code}` : message.type),
      payload() {},
    });
  }

  get over(): Promise<void> {
    return this.ended.promise;
  }

  opened(socket: Client): void {
    this.socket = socket;
    if (this.finished) socket.terminate();
  }

  begin(socket: Client): void {
    this.opened(socket);
    if (this.began) return;
    this.began = true;
    this.send();
    void this.losePatience();
  }

  heard(bytes: Uint8Array): void {
    this.heardBytes += bytes.length;
    try {
      this.decoder.push(bytes);
    } catch {
      // Other programs are answered in their own language, and TLS is no frame.
      this.decoder.stop();
    }
    this.send();
  }

  send(anyway = false): void {
    let may = anyway;
    const { socket } = this;
    while (socket && !this.finished) {
      if (this.rest.length > 0) {
        this.rest = this.rest.slice(Math.max(0, socket.write(this.rest)));
        if (this.rest.length > 0) return;
      }
      const part = this.parts[this.next];
      if (!part || (part.after > this.heardBytes && !may)) return;
      may = false;
      this.next += 1;
      this.rest = new Uint8Array(part.bytes);
    }
  }

  /** Ends it: half of them in order, half with a reset. */
  end(): void {
    if (this.finished) return;
    this.finished = true;
    if (this.parts.length % 2 === 0) this.socket?.end();
    this.socket?.terminate();
    this.ended.resolve();
  }

  private async losePatience(): Promise<void> {
    while (!this.finished && this.next < this.parts.length) {
      const before = this.next;
      await Bun.sleep(PATIENCE_MS);
      if (this.next === before) this.send(true);
    }
    await Bun.sleep(LINGER_MS);
    this.end();
  }
}
