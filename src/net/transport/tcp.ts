import type { ServerIdentity } from "../../keys/identity.ts";
import type { KeyRing } from "../../keys/key-ring.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { LINGER_MS } from "../../protocol/timing.ts";
import { say } from "../../sentences/sentence.ts";
import type { Address } from "../address/address.ts";
import { DirectReader } from "./direct-reader.ts";
import { KnownSockets } from "./known-sockets.ts";
import {
  CONNECT_TIMEOUT_MS,
  ConnectError,
  ListenError,
  type Listener,
  type Network,
  type Peer,
  type Socket,
  type SocketEvents,
} from "./network.ts";
import { renewedListener } from "./renewed-listener.ts";
import { connectError, connectErrorOf, listenError, NOT_LISTENING_TEXT } from "./tcp-errors.ts";
import { type BunTcpSocket, descriptorOf, socketHandler, TcpSocket } from "./tcp-socket.ts";
import { acceptedPeer, acceptingTls, connectingTls, handshakeError, reachedPeer } from "./tls.ts";
import { UnfinishedHandshakes } from "./unfinished-handshakes.ts";

type Attach = (socket: Socket) => SocketEvents;

/** Ports that are tried until one is found that is free in both families. */
const MAX_FREE_PORT_TRIES = 10;

/**
 * Descriptors that no accepted connection takes: where there is none left, Bun accepts in a busy loop. The number of a new
 * one is the lowest that is free, so that at least as many are open.
 */
const SPARE_DESCRIPTORS = 8;

/** What all connections of a process have in common. */
interface Transport {
  readonly clock: Clock;
  /** Null: the event loop reads all. */
  readonly reader: DirectReader | null;
  /** Null without TLS. */
  readonly keys: KeyRing | null;
  readonly log: Log | null;
  readonly open: KnownSockets | null;
}

/** It is known before its owner hears of it, who may end it at once. */
function noting(known: KnownSockets | null, attach: Attach): (socket: TcpSocket) => SocketEvents {
  return (socket) => {
    known?.add(socket);
    return attach(socket);
  };
}

function listenOn({ clock, reader, keys, log, open: known }: Transport, address: Address, attach: Attach): Listener {
  const attachTo = (socket: BunTcpSocket, peer: Peer | null, acceptedAt: number) => {
    TcpSocket.attach(socket, { reader, peer, acceptedAt }, noting(known, attach));
  };
  // A listener keeps what it began with.
  const trust = keys?.trust;
  const handshakes = new UnfinishedHandshakes<BunTcpSocket>(clock, log, descriptorLimit());
  try {
    const server = Bun.listen<TcpSocket | null>({
      hostname: address.host,
      port: address.port,
      data: null,
      ...(keys && { tls: acceptingTls(keys.current) }),
      socket: {
        ...socketHandler,
        open(socket) {
          if (descriptorOf(socket) >= descriptorLimit() - SPARE_DESCRIPTORS) socket.terminate();
          else if (keys) handshakes.begin(socket);
          else attachTo(socket, null, clock.now());
        },
        handshake(socket, ok, error) {
          const acceptedAt = handshakes.end(socket);
          if (acceptedAt === null || !trust) return;
          attachTo(socket, acceptedPeer(socket, ok, error, trust), acceptedAt);
          if (!ok) socket.terminate();
        },
        close(socket, error) {
          handshakes.end(socket);
          known?.delete(socket.data);
          socketHandler.close?.(socket, error);
        },
      },
    });
    return { port: server.port, stop: () => server.stop(false) };
  } catch (error) {
    throw listenError(address, error);
  }
}

/** On both address families, since a client may try either for `localhost`. A machine may have only one of them. */
function listenOnLocalhost(transport: Transport, port: number, attach: Attach): Listener {
  for (let tries = 1; ; tries++) {
    const listeners: Listener[] = [];
    const failures: ListenError[] = [];
    for (const host of ["127.0.0.1", "::1"]) {
      try {
        listeners.push(listenOn(transport, { host, port: listeners[0]?.port ?? port }, attach));
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

/**
 * A connection to a port of this machine on which nobody listens may get that port as its own and so be connected with
 * itself. It would keep the port from its server.
 */
function isSelfConnection({ localAddress, localPort, remoteAddress, remotePort }: BunTcpSocket): boolean {
  return localPort === remotePort && localAddress === remoteAddress;
}

/** Ends it in order, so that the other end gets this end's certificate, and can say what is wrong with it. */
function closeGracefully(socket: BunTcpSocket, clock: Clock): void {
  socket.end();
  clock.after(LINGER_MS, () => socket.terminate());
}

function connectTo(
  { clock, reader, keys, open: known }: Transport,
  address: Address,
  attach: Attach,
  server: ServerIdentity,
): Promise<void> {
  const trust = keys?.trust;
  return new Promise((resolve, reject) => {
    let waiting = true;
    let handshaking: BunTcpSocket | null = null;
    const fail = (error: ConnectError) => {
      if (!waiting) return;
      waiting = false;
      cancel();
      reject(error);
    };
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => {
      fail(connectError(address, "timeout", say("no answer")));
      // Who never answers would never end it.
      handshaking?.terminate();
    });
    const connected = (socket: BunTcpSocket, peer: Peer | null) => {
      waiting = false;
      cancel();
      TcpSocket.attach(socket, { reader, peer, acceptedAt: null }, noting(known, attach));
      resolve();
    };
    Bun.connect<TcpSocket | null>({
      hostname: address.host,
      port: address.port,
      data: null,
      ...(keys && { tls: connectingTls(keys.current, server) }),
      socket: {
        ...socketHandler,
        open(socket) {
          if (waiting && isSelfConnection(socket)) fail(connectError(address, "refused", NOT_LISTENING_TEXT));
          if (!waiting) socket.terminate();
          else if (keys) handshaking = socket;
          else connected(socket, null);
        },
        handshake(socket, _ok, error) {
          if (!waiting || !trust) return socket.terminate();
          const peer = reachedPeer(socket, error, server, trust);
          if (peer?.kind === "known") return connected(socket, peer);
          fail(peer ? connectError(address, "key", peer.reason) : handshakeError(address, server, error));
          closeGracefully(socket, clock);
        },
        close(socket, error) {
          fail(connectError(address, "other", say("it closed the connection before any greeting")));
          known?.delete(socket.data);
          socketHandler.close?.(socket, error);
        },
        connectError: (_socket, error) => fail(connectErrorOf(address, error)),
      },
    }).catch((error: unknown) => fail(connectErrorOf(address, error)));
  });
}

export interface TcpOptions {
  /** Reads long payloads in place of the event loop; null: the loop reads all. */
  readonly reader?: DirectReader | null;
  /** With keys every connection is TLS, which the reader cannot read. */
  readonly keys?: KeyRing | null;
  /** Is told what is wrong with a listener after it has begun. Null in threads, which listen nowhere. */
  readonly log?: Log | null;
}

/** TCP through Bun's sockets. */
export function tcpNetwork(clock: Clock, options: TcpOptions = {}): Network {
  const { reader = new DirectReader(clock), keys = null, log = null } = options;
  const open = keys && new KnownSockets(keys.revocations);
  const transport = { clock, reader: keys ? null : reader, keys, log, open };
  return {
    listen({ host, port }, attach) {
      const begin = (wanted: number) =>
        host === "localhost"
          ? listenOnLocalhost(transport, wanted, attach)
          : listenOn(transport, { host, port: wanted }, attach);
      return keys ? renewedListener({ clock, keys, log }, begin, port) : begin(port);
    },
    async connect(address, attach, server) {
      try {
        await connectTo(transport, address, attach, server);
      } catch (error) {
        if (!keys || !(error instanceof ConnectError) || error.failure !== "reset") throw error;
        // A server that begins anew with other keys resets who was not accepted yet, and listens at once.
        await connectTo(transport, address, attach, server);
      }
    },
  };
}
