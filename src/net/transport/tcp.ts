import type { Clock } from "../../platform/clock.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import type { Address } from "../address/address.ts";
import { DirectReader } from "./direct-reader.ts";
import {
  CONNECT_TIMEOUT_MS,
  type ConnectError,
  ListenError,
  type Listener,
  type Network,
  type Socket,
  type SocketEvents,
} from "./network.ts";
import { connectError, connectErrorOf, listenError, NOT_LISTENING_TEXT } from "./tcp-errors.ts";
import { type BunTcpSocket, descriptorOf, socketHandler, TcpSocket } from "./tcp-socket.ts";

type Attach = (socket: Socket) => SocketEvents;

/** Ports that are tried until one is found that is free in both families. */
const MAX_FREE_PORT_TRIES = 10;

/**
 * Descriptors that no accepted connection takes: where there is none left, Bun accepts in a busy loop. The number of a new
 * one is the lowest that is free, so that at least as many are open.
 */
const SPARE_DESCRIPTORS = 8;

function listenOn(reader: DirectReader | null, address: Address, attach: Attach): Listener {
  try {
    const server = Bun.listen<TcpSocket | null>({
      hostname: address.host,
      port: address.port,
      data: null,
      socket: {
        ...socketHandler,
        open(socket) {
          if (descriptorOf(socket) < descriptorLimit() - SPARE_DESCRIPTORS) TcpSocket.attach(socket, reader, attach);
          else socket.terminate();
        },
      },
    });
    return { port: server.port, stop: () => server.stop(false) };
  } catch (error) {
    throw listenError(address, error);
  }
}

/** On both address families, since a client may try either for `localhost`. A machine may have only one of them. */
function listenOnLocalhost(reader: DirectReader | null, port: number, attach: Attach): Listener {
  for (let tries = 1; ; tries++) {
    const listeners: Listener[] = [];
    const failures: ListenError[] = [];
    for (const host of ["127.0.0.1", "::1"]) {
      try {
        listeners.push(listenOn(reader, { host, port: listeners[0]?.port ?? port }, attach));
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

function connectTo(clock: Clock, reader: DirectReader | null, address: Address, attach: Attach): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting = true;
    const fail = (error: ConnectError) => {
      if (!waiting) return;
      waiting = false;
      cancel();
      reject(error);
    };
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => fail(connectError(address, "timeout", "no answer")));
    Bun.connect<TcpSocket | null>({
      hostname: address.host,
      port: address.port,
      data: null,
      socket: {
        ...socketHandler,
        open(socket) {
          if (!waiting) {
            socket.terminate();
            return;
          }
          if (isSelfConnection(socket)) {
            socket.terminate();
            fail(connectError(address, "refused", NOT_LISTENING_TEXT));
            return;
          }
          waiting = false;
          cancel();
          TcpSocket.attach(socket, reader, attach);
          resolve();
        },
        connectError: (_socket, error) => fail(connectErrorOf(address, error)),
      },
    }).catch((error: unknown) => fail(connectErrorOf(address, error)));
  });
}

/** TCP through Bun's sockets. `reader` reads long payloads in place of the event loop; null: the loop reads all. */
export function tcpNetwork(clock: Clock, reader: DirectReader | null = new DirectReader()): Network {
  return {
    listen: (address, attach) =>
      address.host === "localhost"
        ? listenOnLocalhost(reader, address.port, attach)
        : listenOn(reader, address, attach),
    connect: (address, attach) => connectTo(clock, reader, address, attach),
  };
}
