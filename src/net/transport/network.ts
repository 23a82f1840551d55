import type { Identity, ServerIdentity } from "../../keys/identity.ts";
import type { PeerKey } from "../../keys/trust/authorities.ts";
import type { Progress } from "../../platform/linux/socket-calls.ts";
import type { Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { Address } from "../address/address.ts";

/** Bytes of an open file, which stays open and as it is until they have been taken. */
export interface FileSlice {
  readonly fd: number;
  readonly position: number;
  readonly length: number;
}

/** Who the other end is by its certificate. */
export interface KnownPeer {
  readonly kind: "known";
  readonly identity: Identity;
  /** Of its certificate. */
  readonly fingerprint: string;
  readonly key: PeerKey;
}

/** `refused`: why its certificate is not believed, for people. */
export type Peer = KnownPeer | { readonly kind: "refused"; readonly reason: Told };

/** One end of a TCP connection. Nothing is buffered here. */
export interface Socket {
  /** The host at the other end. */
  readonly remoteHost: string;
  /** Whether that is this machine, so that no network is between the two. Absent: it is not. */
  readonly isSameMachine?: boolean;
  /** Null where no keys are used. The side that connects is given known peers only. */
  readonly remotePeer: Peer | null;
  /** When it was accepted, in milliseconds of the clock; null at the side that connects, absent where that is now. */
  readonly acceptedAt?: number | null;
  /** How many of `bytes` were taken; the rest must wait for `drained`. None once the connection is over. */
  write(bytes: Uint8Array): number;
  /** Like write, of a file's bytes; blocks unless they are in memory. Throws when the file is shorter or cannot be read. */
  writeFile(slice: FileSlice): number;
  /** How the connection gets on; null where that is not known. Absent: nowhere. */
  progress?(): Progress | null;
  /** Has at most so many bytes a second sent; null: as many as the network takes. */
  limitSending?(bytesPerSecond: number | null): void;
  /** Reads nothing more until `resume`; its end is still noticed. */
  pause(): void;
  resume(): void;
  /** Sends no more, but still reads what comes until the other end closes too. */
  shutdown(): void;
  /** Ends the connection now. `closed` follows. */
  destroy(): void;
}

export interface SocketEvents {
  /** The bytes are there until it returns. */
  data(bytes: Uint8Array): void;
  /** For payloads that gather somewhere: saves copying long ones. A network may ignore it and call `data` alone. */
  readonly buffered?: BufferedReceiver | undefined;
  drained(): void;
  /** Because of a limit here so many bytes that have come must wait, and nothing more is read until they may be taken. */
  heldBack?(bytes: number): void;
  /** The other end, which was known, is refused from now on: the key was revoked. `reason`: for people. */
  refused?(reason: Told): void;
  /** Once, and last. */
  closed(error: Error | null): void;
}

/** Where the next bytes gather, for a network that can put them there itself. */
export interface BufferedReceiver {
  /** The place of the next bytes, never an empty one; null: they are given to `data`. */
  nextBuffer(): Uint8Array | null;
  /** The first `count` bytes of `nextBuffer` have come. */
  bufferFilled(count: number): void;
}

export interface Listener {
  readonly port: number;
  /** Accepts no more; what is connected stays. */
  stop(): void;
}

/** Longest wait for a connection, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 5000;

/** `reset`: it was ended before it was made. `key`: the other end has another cluster's key or none, or is another than the one that was wanted. */
export type ConnectFailure = "refused" | "unreachable" | "unknown-host" | "timeout" | "reset" | "key" | "other";

export class ConnectError extends SentenceError {
  constructor(
    readonly failure: ConnectFailure,
    told: Told,
  ) {
    super(told);
  }
}

export type ListenFailure = "in-use" | "denied" | "no-such-address" | "other";

export class ListenError extends SentenceError {
  constructor(
    readonly failure: ListenFailure,
    told: Told,
  ) {
    super(told);
  }
}

/** The only way to the network. `attach` is called once for each connection, before anything happens on it. */
export interface Network {
  /** Throws {@link ListenError}. */
  listen(address: Address, attach: (socket: Socket) => SocketEvents): Listener;
  /** Resolves once connected; with keys, to `server` and to nobody else. Rejects with {@link ConnectError}. */
  connect(address: Address, attach: (socket: Socket) => SocketEvents, server: ServerIdentity): Promise<void>;
}
