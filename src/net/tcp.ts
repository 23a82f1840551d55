import type { Socket as BunSocket, SocketHandler } from "bun";
import type { Clock } from "../base/clock.ts";
import { formatAddress } from "./address.ts";
import {
  ConnectError,
  type ConnectFailure,
  ListenError,
  type ListenFailure,
  type Network,
  type Socket,
  type SocketEvents,
} from "./network.ts";

/** Longest wait for a connection, in milliseconds. */
const CONNECT_DEADLINE = 5000;

interface State {
  /** Null until attached, and after the end. */
  events: SocketEvents | null;
}

const handler: SocketHandler<State> = {
  data: (socket, bytes) => socket.data.events?.data(bytes),
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

function wrap(socket: BunSocket<State>): Socket {
  return {
    remoteHost: socket.remoteAddress,
    write: (bytes) => Math.max(0, socket.write(bytes)),
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    shutdown: () => {
      socket.shutdown();
    },
    destroy: () => {
      socket.terminate();
      finish(socket, null);
    },
  };
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
          data: { events: null },
          socket: {
            ...handler,
            open(socket) {
              socket.data = { events: null };
              socket.setNoDelay(true);
              socket.data.events = attach(wrap(socket));
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
          data: { events: null },
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
              socket.data.events = attach(wrap(socket));
              resolve();
            },
            connectError: (_socket, error) => failWith(error),
          },
        }).catch(failWith);
      }),
  };
}
