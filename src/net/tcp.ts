import { readSync } from "node:fs";
import type { Socket as BunSocket, SocketHandler } from "bun";
import type { Clock } from "../base/clock.ts";
import { libc } from "../base/libc.ts";
import { formatAddress } from "./address.ts";
import {
  ConnectError,
  type ConnectFailure,
  type FileSlice,
  ListenError,
  type ListenFailure,
  type Network,
  type Socket,
  type SocketEvents,
} from "./network.ts";

/** Longest wait for a connection, in milliseconds. */
const CONNECT_DEADLINE = 5000;

/** Bytes of a file that go through this process at once. */
const COPIED = 16 * 1024;
/** Bytes read at once where no place is wanted for them: mostly a header, after which there is one. */
const PASSING = 128;
/** Bytes that came at once, below which no more are likely to be there. */
const WORTHWHILE = 64 * 1024;
/** Bytes read directly until other sockets have their turn. */
const AT_ONCE = 8 * 1024 * 1024;

interface State {
  /** Null until attached, and after the end. */
  events: SocketEvents | null;
  paused: boolean;
}

const handler: SocketHandler<State> = {
  data(socket, bytes) {
    socket.data.events?.data(bytes);
    if (bytes.length >= WORTHWHILE) receive(socket);
  },
  drain: (socket) => socket.data.events?.drained(),
  close: (socket, error) => finish(socket, error instanceof Error ? error : null),
  // What a handler of ours throws comes here and leaves the socket open: nobody would ever close it.
  error: (socket, error) => {
    finish(socket, error);
    socket.terminate();
  },
};

function finish(socket: BunSocket<State>, error: Error | null): void {
  const events = socket.data.events;
  socket.data.events = null;
  events?.closed(error);
}

/** A server has thousands of these. */
class TcpSocket implements Socket {
  /** Bun forgets it when the connection is over. */
  readonly remoteHost: string;

  constructor(private readonly socket: BunSocket<State>) {
    this.remoteHost = socket.remoteAddress;
  }

  write(bytes: Uint8Array): number {
    return Math.max(0, this.socket.write(bytes));
  }

  writeFile(slice: FileSlice): number {
    return writeFile(this.socket, slice);
  }

  pause(): void {
    this.socket.data.paused = true;
    this.socket.pause();
  }

  resume(): void {
    this.socket.data.paused = false;
    this.socket.resume();
  }

  shutdown(): void {
    this.socket.shutdown();
  }

  destroy(): void {
    this.socket.terminate();
    finish(this.socket, null);
  }
}

const passing = new Uint8Array(PASSING);

/**
 * Reads on, straight to where the bytes are wanted, after Bun has delivered what it had read: the order is kept since
 * Bun reads nothing in between. An end or an error is left for Bun to find.
 */
function receive(socket: BunSocket<State>): void {
  const c = libc();
  for (let read = 0; c && read < AT_ONCE; ) {
    const events = socket.data.paused ? null : socket.data.events;
    if (!events?.room) return;
    const room = events.room() ?? passing;
    const count = c.receive(descriptorOf(socket), room);
    if (count === 0) return;
    read += count;
    events.data(room.subarray(0, count));
  }
}

const copied = new Uint8Array(COPIED);

/**
 * The kernel sends from the page cache. It knows the socket by its descriptor, behind the back of Bun, which tells of
 * room only after a write of its own that found too little: where sendfile stops, some bytes are written in the usual way.
 */
function writeFile(socket: BunSocket<State>, { fd, position, length }: FileSlice): number {
  const c = libc();
  for (let done = 0; done < length; ) {
    if (socket.data.events === null) return done;
    const sent = c?.sendFile(descriptorOf(socket), fd, position + done, length - done) ?? 0;
    done += sent;
    if (sent > 0) continue;
    const count = readSync(fd, copied, 0, Math.min(COPIED, length - done), position + done);
    if (count === 0) throw new Error("it has become shorter");
    const written = Math.max(0, socket.write(copied.subarray(0, count)));
    done += written;
    if (written < count) return done;
  }
  return length;
}

/** Bun's types leave it out. */
function descriptorOf(socket: BunSocket<State>): number {
  return "fd" in socket && typeof socket.fd === "number" ? socket.fd : -1;
}

const LISTEN_FAILURES: Readonly<Record<string, { failure: ListenFailure; text: string }>> = {
  EADDRINUSE: { failure: "in-use", text: "the port is in use" },
  EACCES: { failure: "denied", text: "permission denied (ports below 1024 are reserved)" },
  EADDRNOTAVAIL: { failure: "no-such-address", text: "this machine has no such address" },
};

const CONNECT_FAILURES: Readonly<Record<string, { failure: ConnectFailure; text: string }>> = {
  ECONNREFUSED: { failure: "refused", text: "nobody listens there" },
  ENETUNREACH: { failure: "unreachable", text: "the network is unreachable" },
  EHOSTUNREACH: { failure: "unreachable", text: "the host is unreachable" },
  ETIMEDOUT: { failure: "timeout", text: "no answer" },
  ENOTFOUND: { failure: "unknown-host", text: "no such host" },
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** TCP through Bun's sockets. */
export function tcpNetwork(clock: Clock): Network {
  return {
    listen(address, attach) {
      try {
        const server = Bun.listen<State>({
          hostname: address.host,
          port: address.port,
          data: { events: null, paused: false },
          socket: {
            ...handler,
            open(socket) {
              socket.data = { events: null, paused: false };
              socket.setNoDelay(true);
              socket.data.events = attach(new TcpSocket(socket));
            },
          },
        });
        return { port: server.port, stop: () => server.stop(false) };
      } catch (error) {
        const known = LISTEN_FAILURES[codeOf(error)];
        const text = `cannot listen on ${formatAddress(address)}: ${known?.text ?? messageOf(error)}`;
        throw new ListenError(known?.failure ?? "other", text);
      }
    },
    connect: (address, attach) =>
      new Promise((resolve, reject) => {
        let waiting = true;
        const fail = (failure: ConnectFailure, text: string) => {
          if (!waiting) return;
          waiting = false;
          cancel();
          reject(new ConnectError(failure, `cannot connect to ${formatAddress(address)}: ${text}`));
        };
        const cancel = clock.after(CONNECT_DEADLINE, () => fail("timeout", "no answer"));
        const failWith = (error: unknown) => {
          const known = CONNECT_FAILURES[codeOf(error)];
          fail(known?.failure ?? "other", known?.text ?? messageOf(error));
        };
        Bun.connect<State>({
          hostname: address.host,
          port: address.port,
          data: { events: null, paused: false },
          socket: {
            ...handler,
            open(socket) {
              if (!waiting) {
                socket.terminate();
                return;
              }
              waiting = false;
              cancel();
              socket.setNoDelay(true);
              socket.data.events = attach(new TcpSocket(socket));
              resolve();
            },
            connectError: (_socket, error) => failWith(error),
          },
        }).catch(failWith);
      }),
  };
}
