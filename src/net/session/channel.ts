import type { Cancel, Clock } from "../../platform/clock.ts";
import { encode, encodeHello } from "../../protocol/codec.ts";
import { type ErrorCode, PeerError, ProtocolError } from "../../protocol/errors.ts";
import { FrameDecoder, type FrameSink } from "../../protocol/frames.ts";
import { mayBecome, ruleViolation, type SessionState } from "../../protocol/message-rules.ts";
import { type Message, type Messages, PROTOCOL_VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { GREETING_TIMEOUT_MS, type HeartbeatTimes, LINGER_MS } from "../../protocol/timing.ts";
import type { FileSlice, Socket, SocketEvents } from "../transport/network.ts";
import {
  closedWithoutGreetingText,
  type ExpectedPeer,
  foreignServerText,
  otherVersionText,
  silentPeerText,
  unexpectedGreetingText,
} from "./expected-peer.ts";
import { foreignReply, identifyClient } from "./foreign-protocol.ts";
import { Heartbeat } from "./heartbeat.ts";

/** Most bytes that may wait for a peer that does not read; more ends the session. */
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;

/**
 * Why a session ended. `stranger`: the other end is no redes, or not the role or the version of it that was expected;
 * `fault`: an error of this program, while it dealt with what the peer sent.
 */
export type CloseCause = "ours" | "theirs" | "lost" | "silent" | "protocol" | "stranger" | "slow" | "fault";

export interface CloseReason {
  readonly cause: CloseCause;
  readonly message: string;
  /** What the peer said when it ended the session. */
  readonly error?: PeerError;
}

/** A control message: everything but the greeting, heartbeats and blocks, which the channel deals with. */
export interface ChannelHandler {
  /** The greeting is over. */
  greeted(peer: Role): void;
  /** `payload` is whole; empty when the message has none. */
  message(message: Message, payload: Uint8Array): void;
  /** Bytes of the payload of a message are here; it follows when the payload is whole. Not of blocks. */
  payloadBytes?(message: Message, bytes: number): void;
  /** Where the next bytes of a block, at most `left`, should be put; null for anywhere. */
  bufferFor?(message: Messages["block"], left: number): Uint8Array | null;
  /**
   * The next bytes of a block; `left` are still to come. The view is the handler's to use until it returns. Only sides
   * that ask for pieces have it: elsewhere the table of messages refuses blocks.
   */
  block?(message: Messages["block"], bytes: Uint8Array, left: number): void;
  /** All that was sent has been taken by the network. */
  drained?(): void;
  /** Once, and last. `last`: the state in which the session ended. */
  closed(reason: CloseReason, last: SessionState): void;
}

/** What is sent after a header. */
export type Payload = Uint8Array | FileSlice;

interface CommonOptions {
  readonly clock: Clock;
  readonly role: Role;
  readonly heartbeat: HeartbeatTimes;
}

/** Whoever connects says hello, and knows whom it expects where. */
export type ChannelOptions =
  | (CommonOptions & { readonly side: "accepts" })
  | (CommonOptions & { readonly side: "connects"; readonly expected: ExpectedPeer });

const nothing: Cancel = () => {};

/** A session: frames on a socket, greeting, legal states, heartbeats, one close. A server has thousands of these. */
export class Channel implements SocketEvents, FrameSink {
  readonly room?: () => Uint8Array | null;
  private sessionState: SessionState = "greeting";
  private peer: Role | null = null;
  private readonly decoder: FrameDecoder;
  private readonly heartbeat: Heartbeat;
  private cancelHeartbeat: Cancel = nothing;
  private cancelGreeting: Cancel = nothing;
  private queue: Payload[] = [];
  private queuedBytes = 0;
  private partialPayload: Uint8Array | null = null;
  private cancelLinger: Cancel = nothing;
  /** What `together` holds back. */
  private corked: Uint8Array[] | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly options: ChannelOptions,
    private readonly handler: ChannelHandler,
  ) {
    const { clock, heartbeat: times } = options;
    this.decoder = new FrameDecoder(this);
    if (handler.bufferFor) this.room = () => this.decoder.nextBuffer();
    this.heartbeat = new Heartbeat(times, clock.now());
    const checkHeartbeat = () => {
      this.cancelHeartbeat = clock.after(times.pingAfterMs, checkHeartbeat);
      this.beat();
    };
    this.cancelHeartbeat = clock.after(times.pingAfterMs, checkHeartbeat);
    this.cancelGreeting = clock.after(GREETING_TIMEOUT_MS, () => this.timedOut("no greeting came"));
    if (options.side === "connects")
      this.write(encodeHello({ type: "hello", version: PROTOCOL_VERSION, role: options.role }));
  }

  get state(): SessionState {
    return this.sessionState;
  }

  /** The host at the other end. */
  get remoteHost(): string {
    return this.socket.remoteHost;
  }

  /** Bytes that the network has not taken yet. */
  get backlog(): number {
    return this.sessionState === "closed" ? 0 : this.queuedBytes;
  }

  /** At the central's sessions: register or enter was accepted. */
  markJoined(): void {
    if (this.sessionState === "joining") this.become("open");
  }

  /**
   * Sends a message and its payload, in order. The payload must not change while `backlog` is above zero, and a file
   * must stay open. Does nothing on a closed session.
   */
  send(message: Message, payload?: Payload): void {
    if (this.sessionState === "closed") return;
    this.write(encode(message));
    if (payload && payload.length > 0) this.write(payload);
    if (this.queuedBytes > MAX_BACKLOG_BYTES)
      this.close({ cause: "slow", message: "the peer does not read what it is sent" });
  }

  /** What `work` sends goes out in one write, up to a file: many small ones would each cost both ends a packet. */
  cork(work: () => void): void {
    this.corked ??= [];
    try {
      work();
    } finally {
      this.uncork();
    }
  }

  /** Tells the peer why and ends the session. */
  fail(code: ErrorCode, message: string): void {
    this.send({ type: "error", code, message: message.slice(0, 1000) });
    this.close({ cause: code === "protocol" || code === "version" ? "protocol" : "ours", message });
  }

  /** Ends the session. Only the first call counts. */
  close(reason: CloseReason): void {
    const last = this.sessionState;
    if (last === "closed") return;
    this.uncork();
    this.become("closed");
    this.cancelHeartbeat();
    this.cancelGreeting();
    this.decoder.stop();
    // A last message is still on its way: a hard end now could take it back out of the peer's buffer. A file may be
    // closed by its owner from now on, so what waits for one is not worth a message.
    const ownBytes = this.queue.every((payload) => payload instanceof Uint8Array);
    if (ownBytes && (reason.cause === "protocol" || reason.cause === "ours" || reason.cause === "stranger")) {
      this.cancelLinger = this.options.clock.after(LINGER_MS, () => this.socket.destroy());
      if (this.queue.length === 0) this.socket.shutdown();
    } else {
      this.queue = [];
      this.socket.destroy();
    }
    this.handler.closed(reason, last);
  }

  data(bytes: Uint8Array): void {
    if (this.sessionState === "closed") return;
    this.heartbeat.bytesReceived(this.options.clock.now());
    try {
      this.decoder.push(bytes);
    } catch (error) {
      if (error instanceof ProtocolError) return this.protocolViolated(error, bytes);
      // No peer can end the process, whatever it sends.
      const what = error instanceof Error ? error.message : String(error);
      this.close({ cause: "fault", message: `dealing with what it sent failed here: ${what}` });
    }
  }

  drained(): void {
    for (let next = this.queue[0]; next; next = this.queue[0]) {
      const taken = this.writeNow(next);
      this.queuedBytes -= taken;
      if (taken < next.length) {
        if (this.queue[0] === next) this.queue[0] = restOf(next, taken);
        return;
      }
      this.queue.shift();
    }
    if (this.sessionState === "closed") this.socket.shutdown();
    else this.handler.drained?.();
  }

  closed(error: Error | null): void {
    this.cancelLinger();
    const { options } = this;
    const early = this.sessionState === "greeting" && options.side === "connects";
    const over = error ? `the connection broke: ${error.message}` : "the peer closed";
    // Whether it reads what it was sent before it closes, and so resets the connection or not, is chance.
    this.close({ cause: "lost", message: early ? closedWithoutGreetingText(options.expected) : over });
  }

  private become(next: SessionState): void {
    if (!mayBecome(this.sessionState, next))
      throw new Error(`a session cannot go from ${this.sessionState} to ${next}`);
    this.sessionState = next;
  }

  private uncork(): void {
    const parts = this.corked;
    this.corked = null;
    if (parts && parts.length > 0 && this.sessionState !== "closed") this.write(Buffer.concat(parts));
  }

  private write(payload: Payload): void {
    if (this.corked) {
      if (payload instanceof Uint8Array) {
        this.corked.push(payload);
        return;
      }
      this.uncork();
    }
    const taken = this.queue.length === 0 ? this.writeNow(payload) : 0;
    if (this.sessionState === "closed" || taken === payload.length) return;
    this.queue.push(restOf(payload, taken));
    this.queuedBytes += payload.length - taken;
  }

  private writeNow(payload: Payload): number {
    if (payload instanceof Uint8Array) return this.socket.write(payload);
    try {
      return this.socket.writeFile(payload);
    } catch (error) {
      // Its header is out: nothing but these bytes could follow.
      this.close({
        cause: "lost",
        message: `a file cannot be sent: ${error instanceof Error ? error.message : error}`,
      });
      return 0;
    }
  }

  /** From the decoder: a header is here. */
  message(message: Message): void {
    if (message.type === "hello" || message.type === "welcome") return this.greet(message);
    if (message.type === "error") return this.endedByPeer(message);
    if (!this.peer) throw new ProtocolError(`${message.type} came before the greeting`);
    const fault = ruleViolation(message.type, this.peer, this.options.role, this.sessionState);
    if (fault) throw new ProtocolError(fault);
    if (message.type === "ping") return this.send({ type: "pong" });
    if (message.type === "pong" || message.type === "block") return;
    if ("payload" in message && message.payload > 0) {
      this.partialPayload = new Uint8Array(message.payload);
      return;
    }
    this.handler.message(message, new Uint8Array(0));
  }

  /** For the decoder: where bytes of a payload should be put. */
  bufferFor(message: Message, left: number): Uint8Array | null {
    return message.type === "block" ? (this.handler.bufferFor?.(message, left) ?? null) : null;
  }

  /** From the decoder: bytes of a payload are here. */
  payload(message: Message, bytes: Uint8Array, left: number): void {
    if (message.type === "block") return this.handler.block?.(message, bytes, left);
    const whole = this.partialPayload;
    if (!whole) return;
    whole.set(bytes, whole.length - left - bytes.length);
    if (left > 0) return this.handler.payloadBytes?.(message, bytes.length);
    this.partialPayload = null;
    this.handler.message(message, whole);
  }

  private greet(message: Messages["hello"] | Messages["welcome"]): void {
    const { options } = this;
    const { role } = options;
    const other = `version ${message.version} of the protocol is not spoken here, only ${PROTOCOL_VERSION}`;
    if (options.side === "connects") {
      const strange = unexpectedGreetingText(message, options.expected);
      if (strange !== null) {
        if (message.version !== PROTOCOL_VERSION) this.send({ type: "error", code: "version", message: other });
        return this.close({ cause: "stranger", message: strange });
      }
    } else if (message.type !== "hello") throw new ProtocolError(`${message.type} came where hello was due`);
    const fault = ruleViolation(message.type, message.role, role, this.sessionState);
    if (fault) throw new ProtocolError(fault);
    if (message.version !== PROTOCOL_VERSION) return this.fail("version", other);
    this.peer = message.role;
    this.cancelGreeting();
    this.cancelGreeting = nothing;
    if (options.side === "accepts") this.send({ type: "welcome", version: PROTOCOL_VERSION, role });
    this.become(role === "central" || message.role === "central" ? "joining" : "open");
    this.handler.greeted(message.role);
  }

  /** The peer ends the session, and says why. */
  private endedByPeer({ code, message }: Messages["error"]): void {
    const { options } = this;
    if (options.side === "connects" && code === "version" && this.sessionState === "greeting") {
      return this.close({ cause: "stranger", message: otherVersionText(options.expected, message) });
    }
    this.close({ cause: "theirs", message, error: new PeerError(code, message) });
  }

  /** What came breaks the protocol. Whoever does so with its first bytes has most likely never heard of it. */
  private protocolViolated(error: ProtocolError, bytes: Uint8Array): void {
    const { options } = this;
    if (this.sessionState !== "greeting") return this.fail("protocol", error.message);
    if (options.side === "connects") {
      return this.close({ cause: "stranger", message: foreignServerText(options.expected, bytes, error) });
    }
    const what = identifyClient(bytes);
    if (what === null) return this.fail("protocol", error.message);
    const answer = foreignReply(bytes, options.role);
    if (answer) this.write(answer);
    this.close({ cause: "stranger", message: `it is ${what}, and this is a redes ${options.role}` });
  }

  private timedOut(message: string): void {
    const { options } = this;
    const early = this.sessionState === "greeting" && options.side === "connects";
    this.close({ cause: "silent", message: early ? silentPeerText(options.expected) : message });
  }

  private beat(): void {
    const verdict = this.heartbeat.check(this.options.clock.now());
    if (verdict === "dead") this.timedOut("nothing was heard from it for too long");
    else if (verdict === "ping" && this.sessionState !== "greeting") this.send({ type: "ping" });
  }
}

/** What is left of a payload after its first `taken` bytes. */
function restOf(payload: Payload, taken: number): Payload {
  if (payload instanceof Uint8Array) return payload.subarray(taken);
  const { fd, position, length } = payload;
  return { fd, position: position + taken, length: length - taken };
}
