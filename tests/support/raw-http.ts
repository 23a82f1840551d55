import net from "node:net";
import tls from "node:tls";

/** What came over a connection until it ended. */
export interface RawAnswer {
  /** Of the first response; null for none. */
  readonly status: number | null;
  readonly text: string;
}

/** A bare connection to an HTTP server, for what no honest program sends. */
export class RawHttp {
  private text = "";
  private shown = "";
  private readonly over: Promise<void>;

  private constructor(private readonly socket: net.Socket) {
    socket.on("data", (data) => {
      this.text += data.toString("latin1");
    });
    this.over = new Promise((resolve) => socket.once("close", () => resolve()));
    // A connection that is reset is closed next.
    socket.on("error", () => {});
  }

  static connect(port: number, host = "127.0.0.1"): Promise<RawHttp> {
    return RawHttp.opened(net.connect(port, host), "connect");
  }

  static connectTls(port: number): Promise<RawHttp> {
    return RawHttp.opened(tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false }), "secureConnect");
  }

  private static opened(socket: net.Socket, event: string): Promise<RawHttp> {
    const raw = new RawHttp(socket);
    return new Promise((resolve, reject) => {
      socket.once(event, () => {
        if (socket instanceof tls.TLSSocket) raw.shown = socket.getPeerCertificate().raw.toString("hex");
        resolve(raw);
      });
      socket.once("close", () => reject(new Error("the connection was closed before it was open")));
    });
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Resolves once the bytes have left this process. */
  sendAll(bytes: string): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(bytes, () => resolve());
    });
  }

  /** What a server with TLS has shown, DER as hexadecimal digits. */
  get certificate(): string {
    return this.shown;
  }

  get isOver(): boolean {
    return this.socket.destroyed;
  }

  /** Sends nothing more and waits for the end. */
  async answer(): Promise<RawAnswer> {
    await this.over;
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(this.text)?.[1];
    return { status: status === undefined ? null : Number(status), text: this.text };
  }

  /** Resolves once so much has come that it matches. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) await new Promise((resolve) => this.socket.once("data", resolve));
  }

  /** Takes nothing that comes, until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Sends bytes, and asks the server to close the connection after its answer where they are a request that it reads. */
export async function exchange(port: number, bytes: string): Promise<RawAnswer> {
  const connection = await RawHttp.connect(port);
  connection.send(bytes);
  return connection.answer();
}
