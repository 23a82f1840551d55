import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../platform/clock.ts";
import { BlockResponse, type Blocks } from "./block-response.ts";
import { BlockSender } from "./block-sender.ts";
import { ResponseOutlet } from "./response-outlet.ts";
import type { OpenConnection } from "./router.ts";

/**
 * Bytes and milliseconds of a body that nobody reads: until then whoever sends it is let go on. A connection that is closed
 * while something comes is reset, and takes the response with it.
 */
const LINGER_BYTES = 64 * 1024 * 1024;
const LINGER_MS = 3000;

/** Statuses whose responses have no body, and tell no length. */
const WITHOUT_BODY = new Set([204, 304]);
/** Methods of which the standard makes no `Request`: no route has them. */
const IMPOSSIBLE = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * A request and its response, as objects of the web platform over those of `node:http`. The server of the runtime that has
 * the former sends no `Content-Length` with a body that is read bit by bit (oven-sh/bun#10507), and without it programs
 * neither show how much is to come nor take a file in several parts.
 */
export class Exchange {
  private readonly gone = new AbortController();
  private readonly outlet: ResponseOutlet;
  private blocks: AsyncIterator<Uint8Array> | null = null;

  constructor(
    private readonly incoming: IncomingMessage,
    private readonly outgoing: ServerResponse,
    private readonly clock: Pick<Clock, "after">,
    /** `http` or `https`. */
    private readonly scheme: string,
    /** Its body comes when it is told to: it has said `Expect: 100-continue`. */
    private waits = false,
  ) {
    this.outlet = new ResponseOutlet(outgoing);
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) this.gone.abort();
      this.outlet.closed();
    });
  }

  get remoteHost(): string {
    return this.incoming.socket.remoteAddress ?? "unknown";
  }

  get remotePort(): number {
    return this.incoming.socket.remotePort ?? 0;
  }

  get method(): string {
    return this.incoming.method ?? "GET";
  }

  /** Bytes of the request's body; null where that is not said beforehand. */
  get bodyLength(): number | null {
    const { headers } = this.incoming;
    return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : null;
  }

  /** The languages that its reader wants to be told things in; null: not said. */
  get acceptLanguage(): string | null {
    return this.incoming.headers["accept-language"] ?? null;
  }

  /** Without its body. Null where it names no address of this server, or its body is in a form that nobody reads. */
  request(): Request | null {
    const { url = "", rawHeaders } = this.incoming;
    const headers = new Headers();
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
    }
    const encoding = headers.get("transfer-encoding");
    if (encoding !== null && encoding.toLowerCase() !== "chunked") return null;
    // Where the address has a host in it, as for a proxy, it must be the one in `Host`, which is checked.
    const [, host = headers.get("host"), path = ""] = /^(?:https?:\/\/([^/?#]*))?(\/.*)$/i.exec(url) ?? [];
    if (host !== headers.get("host")) return null;
    const address = path === "" ? null : URL.parse(`${this.scheme}://${host}${path}`);
    const method = IMPOSSIBLE.has(this.method) ? "GET" : this.method;
    return address && new Request(address.href, { method, headers, signal: this.gone.signal });
  }

  /**
   * The request's body; null where it is longer than `most` bytes, or does not come as a whole in so many milliseconds. To be called
   * once.
   */
  async body(most: number, milliseconds: number): Promise<Uint8Array | null> {
    const blocks: Uint8Array[] = [];
    let bytes = 0;
    const cancel = this.clock.after(milliseconds, () => void this.incoming.destroy());
    try {
      for (let block = await this.nextBlock(); block; block = await this.nextBlock()) {
        bytes += block.length;
        if (bytes > most) return null;
        blocks.push(block);
      }
    } catch {
      return null;
    } finally {
      cancel();
    }
    return Buffer.concat(blocks);
  }

  /** The next bytes of the body; null: there are no more. Rejects when the other end has broken off. */
  async nextBlock(): Promise<Uint8Array | null> {
    if (this.waits) this.outgoing.writeContinue();
    this.waits = false;
    this.blocks ??= this.incoming[Symbol.asyncIterator]();
    const { done, value } = await this.blocks.next();
    if (!done) return value;
    if (!this.incoming.complete) throw new Error("the body has not come as a whole");
    return null;
  }

  /** Whether bytes of the body are still to come, so that no other request can come over this connection. */
  get isUnread(): boolean {
    return this.bodyLength !== 0 && !this.incoming.complete;
  }

  /** While a body is sent, the connection is not closed for being idle; `idleMs` is when it is else. */
  keepOpen(idleMs: number): OpenConnection {
    const { socket } = this.incoming;
    socket.setTimeout(0);
    return { release: () => void socket.setTimeout(idleMs), cut: () => void socket.destroy() };
  }

  /** Resolves once all of it is on its way, or the connection is over. */
  async send(response: Response): Promise<void> {
    const { outgoing, incoming } = this;
    const headers: Record<string, string | string[]> = {};
    for (const [name, value] of response.headers) headers[name] = value;
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) headers["set-cookie"] = cookies;
    if (this.isUnread) headers.connection = "close";
    if (response instanceof BlockResponse) {
      outgoing.writeHead(response.status, headers);
      return this.sendBlocks(response.blocks);
    }
    // Who has gone while the route was at work gets nothing read.
    const unwanted = incoming.method === "HEAD" || this.gone.signal.aborted;
    const reader = unwanted ? null : (response.body?.getReader() ?? null);
    if (!reader) {
      void response.body?.cancel().catch(() => {});
      if (!response.body && incoming.method !== "HEAD" && !WITHOUT_BODY.has(response.status))
        headers["content-length"] ??= "0";
      outgoing.writeHead(response.status, headers);
      return this.end();
    }
    this.gone.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true });
    try {
      const first = await reader.read();
      const rest = reader.read();
      if (headers["content-length"] === undefined && (await isOver(rest))) {
        headers["content-length"] = String(first.value ? Buffer.byteLength(first.value) : 0);
      }
      outgoing.writeHead(response.status, headers);
      await this.pass(first);
      for (let next = await rest; !next.done; next = await reader.read()) await this.pass(next);
      await this.end();
    } catch {
      // What is not whole must not look as if it was.
      incoming.socket.destroy();
    }
  }

  /** Whoever still sends has all of the response first. */
  private async end(): Promise<void> {
    if (this.isUnread && !this.waits) await this.discard();
    this.outgoing.end();
  }

  /** Reads what is left of the body, for a while. */
  private async discard(): Promise<void> {
    this.outgoing.flushHeaders();
    let isOver = false;
    const cancel = this.clock.after(LINGER_MS, () => {
      isOver = true;
      this.incoming.destroy();
    });
    try {
      for (let bytes = 0; bytes < LINGER_BYTES && !isOver; ) {
        const block = await this.nextBlock();
        if (!block) break;
        bytes += block.length;
      }
    } catch {
      // It comes no more.
    } finally {
      cancel();
    }
  }

  private async sendBlocks(blocks: Blocks): Promise<void> {
    const { outgoing, incoming, gone } = this;
    if (incoming.method === "HEAD" || gone.signal.aborted) {
      blocks.cancel();
      outgoing.end();
      return;
    }
    gone.signal.addEventListener("abort", () => blocks.cancel(), { once: true });
    const sender = new BlockSender(blocks, this.outlet);
    this.outlet.whenTaken(() => sender.goOn());
    try {
      await sender.send();
      if (outgoing.destroyed) blocks.cancel();
      else outgoing.end();
    } catch {
      // What is not whole must not look as if it was.
      incoming.socket.destroy();
    }
  }

  private async pass({ value }: { readonly value?: Uint8Array | undefined }): Promise<void> {
    if (value) this.outlet.write(value);
    await this.outlet.taken();
  }
}

/** Whether a read has found the end already: then what came before was all. */
async function isOver(read: Promise<{ readonly done: boolean }>): Promise<boolean> {
  const open = { done: false };
  return (await Promise.race([read, new Promise<typeof open>((resolve) => setImmediate(() => resolve(open)))])).done;
}
