import net from "node:net";
import tls from "node:tls";
import { FILM, WEB_FILES } from "./catalogue.ts";
import type { WebServer } from "./web-server.ts";

/** Bytes that a reader takes beside each input. */
const STEP_BYTES = 64 * 1024;
/** Milliseconds in which an honest request is answered, on a machine with much else to do. */
const DEADLINE_MS = 20_000;

/** Somebody honest who is connected while others attack. */
export interface Bystander {
  /** Gives what is wrong with what it gets, or null. */
  goesOn(): Promise<string | null>;
  end(): void;
}

/** Reads a large file slowly, again and again. */
export class SlowReader implements Bystander {
  private connection: HonestConnection | null = null;
  /** Bytes of the file that it has. */
  private position = 0;

  constructor(private readonly server: WebServer) {}

  async goesOn(): Promise<string | null> {
    try {
      this.connection ??= await this.begun();
      const length = Math.min(STEP_BYTES, FILM.length - this.position);
      const bytes = await this.connection.take(length);
      if (!bytes.equals(FILM.subarray(this.position, this.position + length))) return "a reader gets wrong bytes";
      this.position += length;
      if (this.position === FILM.length) this.end();
      return null;
    } catch (error) {
      this.end();
      return `a reader beside the attack: ${(error as Error).message}`;
    }
  }

  end(): void {
    this.connection?.close();
    this.connection = null;
    this.position = 0;
  }

  private async begun(): Promise<HonestConnection> {
    const connection = new HonestConnection(this.server);
    await connection.ask("GET /files/film.mkv", 200);
    return connection;
  }
}

/** Listens to events. */
export class Listener implements Bystander {
  private connection: HonestConnection | null = null;
  private count = 0;

  constructor(private readonly server: WebServer) {}

  async goesOn(): Promise<string | null> {
    try {
      if (!this.connection) {
        this.connection = new HonestConnection(this.server);
        await this.connection.ask("GET /events", 200);
      }
      this.count += 1;
      const event = { type: "serving", serving: true, missing: null, lacks: null } as const;
      this.server.web.site.notice({ events: [{ id: `run-${this.count}`, at: this.count, event }] });
      await this.connection.takeUntil(`id: run-${this.count}\n`);
      return null;
    } catch (error) {
      this.end();
      return `who listens beside the attack: ${(error as Error).message}`;
    }
  }

  end(): void {
    this.connection?.close();
    this.connection = null;
  }
}

/** Somebody honest who comes after an attack; gives what is wrong. `redirects`: he is to be sent elsewhere. */
export async function newcomer(server: WebServer, redirects: boolean): Promise<string | null> {
  const connection = new HonestConnection(server);
  const { id = "", size = 0 } = WEB_FILES[1] ?? {};
  try {
    const head = await connection.ask("GET /files/a%20b/%C3%B1%25%3F%23.txt", redirects ? 307 : 200);
    if (redirects) return null;
    const bytes = await connection.take(size);
    const isRight = head.includes(id) && bytes.equals(FILM.subarray(0, size));
    return isRight ? null : `a newcomer gets wrong bytes, or another version: ${head}`;
  } catch (error) {
    return `a newcomer: ${(error as Error).message}`;
  } finally {
    connection.close();
  }
}

/** A connection of which no more is read than is wanted. */
class HonestConnection {
  private readonly socket: net.Socket;
  private chunks: Buffer[] = [];
  private length = 0;
  private failure: string | null = null;
  private wake: () => void = () => {};

  constructor(private readonly server: WebServer) {
    const to = { host: "127.0.0.1", port: server.port };
    this.socket = server.isSecured ? tls.connect({ ...to, rejectUnauthorized: false }) : net.connect(to);
    this.socket.on("data", (bytes) => {
      this.chunks.push(Buffer.from(bytes));
      this.length += bytes.length;
      this.socket.pause();
      this.wake();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.failure ??= "its connection is closed";
      this.wake();
    });
  }

  /** The head of the response, which must have this status. */
  async ask(line: string, status: number): Promise<string> {
    const token = this.server.isKeyed ? "Authorization: Bearer {token}\r\n" : "";
    const request = `${line} HTTP/1.1\r\nHost: 127.0.0.1:${this.server.port}\r\n${token}\r\n`;
    this.socket.write(this.server.filled(Buffer.from(request)));
    const head = await this.takeUntil("\r\n\r\n");
    if (!head.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`${line} is answered ${head}`);
    return head;
  }

  async take(length: number): Promise<Buffer> {
    await this.until(() => this.length >= length);
    const all = Buffer.concat(this.chunks);
    this.putBack(all.subarray(length));
    return all.subarray(0, length);
  }

  /** Up to and with a text. */
  async takeUntil(text: string): Promise<string> {
    await this.until(() => Buffer.concat(this.chunks).includes(text));
    const all = Buffer.concat(this.chunks);
    const end = all.indexOf(text) + text.length;
    this.putBack(all.subarray(end));
    return all.subarray(0, end).toString("latin1");
  }

  close(): void {
    this.socket.destroy();
  }

  private putBack(rest: Buffer): void {
    this.chunks = rest.length > 0 ? [rest] : [];
    this.length = rest.length;
  }

  private async until(done: () => boolean): Promise<void> {
    const timer = setTimeout(() => {
      this.failure ??= `nothing came for ${DEADLINE_MS} ms`;
      this.wake();
    }, DEADLINE_MS);
    while (!done() && this.failure === null) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.socket.resume();
      await woken;
    }
    clearTimeout(timer);
    if (!done()) throw new Error(this.failure ?? "");
  }
}
