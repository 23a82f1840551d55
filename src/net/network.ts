import type { Address } from "./address.ts";

/** One end of a TCP connection. Nothing is buffered here. */
export interface Socket {
  /** The host at the other end. */
  readonly remoteHost: string;
  /** How many of `bytes` were taken; the rest must wait for `drained`. None once the connection is over. */
  write(bytes: Uint8Array): number;
  /** Stops reading until `resume`: the other end is held back. */
  pause(): void;
  resume(): void;
  /** Sends no more, but still reads what comes until the other end closes too. */
  shutdown(): void;
  /** Ends the connection now. `closed` follows. */
  destroy(): void;
}

export interface SocketEvents {
  data(bytes: Uint8Array): void;
  drained(): void;
  /** Once, and last. */
  closed(error: Error | null): void;
}

export interface Listener {
  readonly port: number;
  /** Accepts no more; what is connected stays. */
  stop(): void;
}

export type ConnectFailure = "refused" | "unreachable" | "unknown-host" | "timeout" | "other";

export class ConnectError extends Error {
  constructor(
    readonly failure: ConnectFailure,
    message: string,
  ) {
    super(message);
  }
}

export type ListenFailure = "in-use" | "denied" | "no-such-address" | "other";

export class ListenError extends Error {
  constructor(
    readonly failure: ListenFailure,
    message: string,
  ) {
    super(message);
  }
}

/** The only way to the network. `attach` is called once for each connection, before anything happens on it. */
export interface Network {
  /** Throws {@link ListenError}. */
  listen(address: Address, attach: (socket: Socket) => SocketEvents): Listener;
  /** Resolves once connected. Rejects with {@link ConnectError}. */
  connect(address: Address, attach: (socket: Socket) => SocketEvents): Promise<void>;
}
