import { readFileSync, readSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { Socket as BunSocket, SocketHandler } from "bun";
import type { Clock } from "../../platform/clock.ts";
import { descriptorLimit } from "../../platform/linux/descriptor-limit.ts";
import { libc } from "../../platform/linux/libc.ts";
import { type Address, formatAddress, isLinkLocal, normalizeHost } from "../address/address.ts";
import { DirectReader, type DirectStream } from "./direct-reader.ts";
import {
  ConnectError,
  type ConnectFailure,
  type FileSlice,
  ListenError,
  type Listener,
  type ListenFailure,
  type Network,
  type Socket,
  type SocketEvents,
} from "./network.ts";
import { type PortUse, portUse } from "./port-use.ts";

/** Longest wait for a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

/** Bytes of a file that go through this process at once. */
const COPY_BYTES = 16 * 1024;
/** Bytes that came at once, or are still to come of one payload, from which on reading directly pays. */
const MIN_DIRECT_BYTES = 64 * 1024;

/** Ports that are tried until one is found that is free in both families. */
const MAX_FREE_PORT_TRIES = 10;

const direct = new DirectReader();

/**
 * Descriptors that no accepted connection takes: where there is none left, Bun accepts in a busy loop. The number of a new
 * one is the lowest that is free, so that at least as many are open.
 */
const SPARE_DESCRIPTORS = 8;

type BunTcpSocket = BunSocket<TcpSocket | null>;

/** Bun's types leave it out. */
function descriptorOf(socket: BunTcpSocket): number {
  return "fd" in socket && typeof socket.fd === "number" ? socket.fd : -1;
}

/** A server has thousands of these. */
class TcpSocket implements Socket, DirectStream {
  /** Null until attached, and after the end. */
  private events: SocketEvents | null = null;
  /** Bun forgets it when the connection is over. */
  readonly remoteHost: string;

  private constructor(private readonly socket: BunTcpSocket) {
    // Of one that the other end has reset already, Bun knows none.
    const host = normalizeHost(socket.remoteAddress ?? "unknown");
    this.remoteHost = isLinkLocal(host) ? normalizeHost(`${host}${zoneOf(socket.localAddress)}`) : host;
  }

  static attach(socket: BunTcpSocket, attach: (socket: Socket) => SocketEvents): void {
    socket.setNoDelay(true);
    const made = new TcpSocket(socket);
    socket.data = made;
    made.events = attach(made);
  }

  write(bytes: Uint8Array): number {
    return Math.max(0, this.socket.write(bytes));
  }

  writeFile(slice: FileSlice): number {
    return this.events ? writeFile(this, slice) : 0;
  }

  shutdown(): void {
    this.socket.shutdown();
  }

  destroy(): void {
    this.socket.terminate();
    this.end(null);
  }

  get descriptor(): number {
    return descriptorOf(this.socket);
  }

  room(): Uint8Array | null {
    return this.events?.room?.() ?? null;
  }

  data(bytes: Uint8Array): void {
    this.events?.data(bytes);
  }

  /** What Bun has read. */
  receivedByLoop(bytes: Uint8Array): void {
    this.data(bytes);
    if (this.events?.room && Math.max(bytes.length, this.room()?.length ?? 0) >= MIN_DIRECT_BYTES) direct.add(this);
  }

  readByLoop(wanted: boolean): void {
    if (wanted) this.socket.resume();
    else this.socket.pause();
  }

  drained(): void {
    this.events?.drained();
  }

  failed(error: unknown): void {
    this.end(error instanceof Error ? error : new Error(String(error)));
    this.socket.terminate();
  }

  end(error: Error | null): void {
    direct.remove(this);
    const { events } = this;
    this.events = null;
    events?.closed(error);
  }
}

/** The link on which this machine has an address, as it is written behind those of others there. */
function zoneOf(local: string): string {
  const links = Object.entries(networkInterfaces());
  const found = links.find(([, addresses]) => addresses?.some(({ address }) => address === local));
  return found ? `%${found[0]}` : "";
}

const handler: SocketHandler<TcpSocket | null> = {
  data: (socket, bytes) => socket.data?.receivedByLoop(bytes),
  drain: (socket) => socket.data?.drained(),
  close: (socket, error) => socket.data?.end(error instanceof Error ? error : null),
  // What a handler of ours throws comes here and leaves the socket open: nobody would ever close it.
  error: (socket, error) => socket.data?.failed(error),
};

const copied = new Uint8Array(COPY_BYTES);

/**
 * The kernel sends from the page cache. It knows the socket by its descriptor, behind the back of Bun, which tells of
 * room only after a write of its own that found too little: where sendfile stops, some bytes are written in the usual way.
 */
function writeFile(socket: TcpSocket, { fd, position, length }: FileSlice): number {
  const c = libc();
  for (let done = 0; done < length; ) {
    const sent = c?.sendFile(socket.descriptor, fd, position + done, length - done) ?? 0;
    done += sent;
    if (sent > 0) continue;
    const count = readSync(fd, copied, 0, Math.min(COPY_BYTES, length - done), position + done);
    if (count === 0) throw new Error("it has become shorter");
    const written = socket.write(copied.subarray(0, count));
    done += written;
    if (written < count) return done;
  }
  return length;
}

const LISTEN_FAILURES: Readonly<Record<string, { failure: ListenFailure; text: string }>> = {
  EADDRINUSE: { failure: "in-use", text: "the port is in use" },
  EACCES: { failure: "denied", text: "permission denied (ports below 1024 are reserved)" },
  EADDRNOTAVAIL: { failure: "no-such-address", text: "this machine has no such address" },
};

const NOBODY = "nobody listens there";

const CONNECT_FAILURES: Readonly<Record<string, { failure: ConnectFailure; text: string }>> = {
  ECONNREFUSED: { failure: "refused", text: NOBODY },
  ENETUNREACH: { failure: "unreachable", text: "the network is unreachable" },
  EHOSTUNREACH: { failure: "unreachable", text: "the host is unreachable" },
  ETIMEDOUT: { failure: "timeout", text: "no answer" },
  ENOTFOUND: { failure: "unknown-host", text: "no such host" },
  EADDRNOTAVAIL: { failure: "unreachable", text: "this machine has no address or port of its own for it" },
  EAI_AGAIN: { failure: "unknown-host", text: "its name cannot be looked up now" },
  EINVAL: { failure: "other", text: "no place to connect to (a fe80:: address needs its link, as in fe80::1%eth0)" },
  EMFILE: { failure: "other", text: "too many files and connections are open here" },
  ENFILE: { failure: "other", text: "too many files and connections are open on this machine" },
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const PORT_USES: Readonly<Record<PortUse, string>> = {
  listener: "another program listens there (ss -ltnp shows which); end it, or take another port",
  connection:
    "an outgoing connection of this machine has it (ss -tnp shows whose); take a port below those in net.ipv4.ip_local_port_range, or add this one to net.ipv4.ip_local_reserved_ports",
};

function whoHas(port: number): string {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // Not Linux, or no IPv6.
      return "";
    }
  });
  const use = portUse(port, tables);
  return use === null ? "" : `: ${PORT_USES[use]}`;
}

function listenError(address: Address, error: unknown): ListenError {
  const known = LISTEN_FAILURES[codeOf(error)];
  const who = known?.failure === "in-use" ? whoHas(address.port) : "";
  const text = `cannot listen on ${formatAddress(address)}: ${known?.text ?? messageOf(error)}${who}`;
  return new ListenError(known?.failure ?? "other", text);
}

function listenOn(address: Address, attach: (socket: Socket) => SocketEvents): Listener {
  try {
    const server = Bun.listen<TcpSocket | null>({
      hostname: address.host,
      port: address.port,
      data: null,
      socket: {
        ...handler,
        open(socket) {
          if (descriptorOf(socket) < descriptorLimit() - SPARE_DESCRIPTORS) TcpSocket.attach(socket, attach);
          else socket.terminate();
        },
      },
    });
    return { port: server.port, stop: () => server.stop(false) };
  } catch (error) {
    throw listenError(address, error);
  }
}

/** Of both families, since whoever connects to `localhost` may take either. A machine may have one of them alone. */
function listenOnLocalhost(port: number, attach: (socket: Socket) => SocketEvents): Listener {
  for (let tries = 1; ; tries++) {
    const listeners: Listener[] = [];
    const failures: ListenError[] = [];
    for (const host of ["127.0.0.1", "::1"]) {
      try {
        listeners.push(listenOn({ host, port: listeners[0]?.port ?? port }, attach));
      } catch (error) {
        if (!(error instanceof ListenError)) throw error;
        failures.push(error);
      }
    }
    const [first] = listeners;
    const failure = failures.find(({ failure }) => failure === "in-use") ?? failures[0];
    if (first && failure?.failure !== "in-use") {
      return { port: first.port, stop: () => listeners.forEach((listener) => void listener.stop()) };
    }
    for (const listener of listeners) listener.stop();
    // A free port of the one family may be taken in the other.
    if (failure && (port !== 0 || tries === MAX_FREE_PORT_TRIES)) throw failure;
  }
}

/** A connection that a dead port in the range of outgoing ones may get: with itself. It would keep that port from its server. */
function isSelfConnection({ localAddress, localPort, remoteAddress, remotePort }: BunTcpSocket): boolean {
  return localPort === remotePort && localAddress === remoteAddress;
}

/** TCP through Bun's sockets. */
export function tcpNetwork(clock: Clock): Network {
  return {
    listen: (address, attach) =>
      address.host === "localhost" ? listenOnLocalhost(address.port, attach) : listenOn(address, attach),
    connect: (address, attach) =>
      new Promise((resolve, reject) => {
        let waiting = true;
        const fail = (failure: ConnectFailure, text: string) => {
          if (!waiting) return;
          waiting = false;
          cancel();
          reject(new ConnectError(failure, `cannot connect to ${formatAddress(address)}: ${text}`));
        };
        const cancel = clock.after(CONNECT_TIMEOUT_MS, () => fail("timeout", "no answer"));
        const failWith = (error: unknown) => {
          const known = CONNECT_FAILURES[codeOf(error)];
          fail(known?.failure ?? "other", known?.text ?? `${messageOf(error)} ${codeOf(error)}`.trimEnd());
        };
        Bun.connect<TcpSocket | null>({
          hostname: address.host,
          port: address.port,
          data: null,
          socket: {
            ...handler,
            open(socket) {
              if (!waiting) {
                socket.terminate();
                return;
              }
              if (isSelfConnection(socket)) {
                socket.terminate();
                fail("refused", NOBODY);
                return;
              }
              waiting = false;
              cancel();
              TcpSocket.attach(socket, attach);
              resolve();
            },
            connectError: (_socket, error) => failWith(error),
          },
        }).catch(failWith);
      }),
  };
}
