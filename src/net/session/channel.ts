import type { Identity } from "../../keys/identity.ts";
import type { PeerKey } from "../../keys/trust/authorities.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ErrorCode, PeerError } from "../../protocol/errors.ts";
import type { SessionState } from "../../protocol/message-rules.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import type { HeartbeatTimes } from "../../protocol/timing.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { SocketEvents } from "../transport/network.ts";
import type { ExpectedPeer } from "./expected-peer.ts";
import type { ServerLoad } from "./fairness/server-load.ts";
import type { Payload } from "./send-queue.ts";

/** A session as its owner uses it: frames on a socket, greeting, legal states, heartbeats, one close. */
export interface Channel {
  readonly state: SessionState;
  /** The host at the other end. */
  readonly remoteHost: string;
  /** Who the other end is by its certificate; null where no keys are used, and before the greeting. */
  readonly identity: Identity | null;
  /** With which it has got in; null where {@link identity} is. */
  readonly key: PeerKey | null;
  /** Bytes that the network has not taken yet. */
  readonly backlog: number;
  /** The network calls these when something happens on the connection. */
  readonly socketEvents: SocketEvents;
  /** At both ends of a session with the central: register or enter was accepted. */
  markJoined(): void;
  /**
   * Sends a message and its payload, in order. The payload must not change while `backlog` is above zero, and a file
   * must stay open. Does nothing on a closed session.
   */
  send(message: Message, payload?: Payload): void;
  /** What `work` sends goes out in one write, up to a file: many small ones would each cost both ends a packet. */
  cork(work: () => void): void;
  /** Tells the peer why and ends the session. */
  fail(code: ErrorCode, message: Told): void;
  /** Ends the session. Only the first call counts. */
  close(reason: CloseReason): void;
}

/**
 * Why a session ended. `stranger`: the other end is not redes, or has another role or version than the expected one;
 * `fault`: this program failed while it handled what the peer sent.
 */
export type CloseCause = "ours" | "theirs" | "lost" | "silent" | "protocol" | "stranger" | "slow" | "fault";

export interface CloseReason {
  readonly cause: CloseCause;
  readonly message: Told;
  /** What the peer said when it ended the session. */
  readonly error?: PeerError;
}

/**
 * The owner of a session. It is notified of everything except the greeting and heartbeats, which the channel handles.
 */
export interface ChannelHandler {
  /** The greeting is over. */
  greeted?(peer: Role): void;
  /** `payload` is whole; empty when the message has none. */
  message(message: Message, payload: Uint8Array): void;
  /**
   * A payload begins to come, for which memory is taken. False: nobody waits for it; its bytes are passed over, and `message`
   * is not called. Throws ProtocolError for one that may not come. Absent: all are taken. Not for blocks.
   */
  acceptsPayload?(message: Message): boolean;
  /** Bytes of the payload of a message are here; `message` is called when the payload is whole. Not for blocks. */
  payloadBytes?(message: Message, bytes: number): void;
  /**
   * The buffer in which a block gathers, exactly as long as the block; null where its bytes are only passed on. It belongs
   * to the session until the block is whole or the session ends.
   */
  blockBuffer?(message: Messages["block"]): Uint8Array | null;
  /**
   * The next bytes of a block; `left` are still to come. They are in the buffer that `blockBuffer` gave; else the view is
   * the handler's to use until it returns. Only sides that ask for pieces have it: elsewhere the table of messages refuses
   * blocks.
   */
  block?(message: Messages["block"], bytes: Uint8Array, left: number): void;
  /** The network has taken all that was sent. */
  drained?(): void;
  /** What the peer has sent must wait because of a limit here. Not told of pongs alone, which one that is stuck sends too. */
  heldBack?(): void;
  /** The session has ended; no other call follows. `last`: the state in which it ended. */
  closed(reason: CloseReason, last: SessionState): void;
}

interface CommonOptions {
  readonly clock: Clock;
  readonly role: Role;
  readonly heartbeat: HeartbeatTimes;
}

/**
 * The side that connects says hello, and knows which peer it expects at which address. `load`: what the sessions of a server
 * share; one without it shares nothing.
 */
export type ChannelOptions =
  | (CommonOptions & { readonly side: "accepts"; readonly load?: ServerLoad })
  | (CommonOptions & { readonly side: "connects"; readonly expected: ExpectedPeer });
