import type { Identity } from "../../keys/identity.ts";
import type { PeerKey } from "../../keys/trust/authorities.ts";
import type { Cancel } from "../../platform/clock.ts";
import { NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import { NO_BYTES } from "../../platform/memory.ts";
import { beatOf } from "../../platform/process/beat.ts";
import { nextState } from "../../platform/state-machine.ts";
import { encode, encodeHello } from "../../protocol/codec.ts";
import { type ErrorCode, PeerError, ProtocolError } from "../../protocol/errors.ts";
import { FrameDecoder, type FrameSink } from "../../protocol/frames.ts";
import { MAX_BACKLOG_BYTES, MAX_SMALL_HEADER_BYTES } from "../../protocol/limits.ts";
import { ruleViolation, SESSION_TRANSITIONS, type SessionState } from "../../protocol/message-rules.ts";
import { type Message, type Messages, PROTOCOL_VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { unwired, wired } from "../../protocol/said.ts";
import { LINGER_MS } from "../../protocol/timing.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { reasonOf } from "../../sentences/sentence-error.ts";
import type { BufferedReceiver, Socket, SocketEvents } from "../transport/network.ts";
import { knownPeerOf, rightViolation } from "./authenticated.ts";
import type { Channel, ChannelHandler, ChannelOptions, CloseReason } from "./channel.ts";
import { closedWithoutGreetingText, foreignServer, otherVersion, silentPeerText } from "./expected-peer.ts";
import { Inbound, type InboundOwner } from "./fairness/inbound.ts";
import { ServerLoad } from "./fairness/server-load.ts";
import { firstBytes, foreignReply, identifyClient } from "./foreign-protocol.ts";
import { greetingTime, headerLimit, judgeGreeting } from "./greeting.ts";
import { Liveness, MAX_PONGS_BYTES, UNFINISHED_TEXT } from "./liveness/liveness.ts";
import { type Payload, SendQueue, type SendQueueOwner } from "./send-queue.ts";

/** What ends a session because of what the peer is or does. */
const BREACHES: ReadonlySet<ErrorCode> = new Set(["protocol", "version", "key"]);

const SLOW: CloseReason = { cause: "slow", message: say("the peer does not read what it is sent") };

/** Starts a session on a new connection. */
export function openChannel(socket: Socket, options: ChannelOptions, handler: ChannelHandler): Channel {
  return new FramedChannel(socket, options, handler);
}

/**
 * The channel of a session. The network calls it with bytes, and the decoder with frames. All interfaces are of one
 * object, because a server has thousands of sessions and each chunk of a piece passes through here.
 */
class FramedChannel implements Channel, SocketEvents, FrameSink, SendQueueOwner, InboundOwner {
  readonly buffered?: BufferedReceiver;
  private current: SessionState = "greeting";
  private peer: Role | null = null;
  private readonly decoder: FrameDecoder;
  private readonly inbound: Inbound;
  private readonly sending: SendQueue;
  private readonly liveness: Liveness;
  private cancelHeartbeat: Cancel = NOTHING_TO_CANCEL;
  private cancelGreeting: Cancel = NOTHING_TO_CANCEL;
  private cancelLinger: Cancel = NOTHING_TO_CANCEL;
  /** A copy of the first bytes that came: they say which program is there, however they were cut on the way. */
  private first: Uint8Array = NO_BYTES;

  constructor(
    private readonly socket: Socket,
    private readonly options: ChannelOptions,
    private readonly handler: ChannelHandler,
  ) {
    const { clock, heartbeat: times, role } = options;
    this.decoder = new FrameDecoder(this, MAX_SMALL_HEADER_BYTES);
    if (handler.blockBuffer) {
      const nextBuffer = () => this.decoder.nextBuffer();
      this.buffered = { nextBuffer, bufferFilled: (count) => this.bufferFilled(count) };
    }
    const load = options.side === "accepts" ? (options.load ?? new ServerLoad(clock)) : null;
    this.inbound = new Inbound(this.decoder, socket, this, clock, load);
    this.sending = new SendQueue(socket, this, load);
    this.liveness = new Liveness(times, clock.now());
    this.cancelHeartbeat = beatOf(clock).every(times.pingAfterMs, () => this.checkLiveness());
    this.cancelGreeting = clock.after(greetingTime(socket, clock.now()), () => this.timedOut("no greeting came"));
    if (options.side === "accepts") return;
    this.sending.write(encodeHello({ type: "hello", version: PROTOCOL_VERSION, role }));
  }

  get state(): SessionState {
    return this.current;
  }

  get remoteHost(): string {
    return this.socket.remoteHost;
  }

  get identity(): Identity | null {
    return knownPeerOf(this.socket)?.identity ?? null;
  }

  get key(): PeerKey | null {
    return knownPeerOf(this.socket)?.key ?? null;
  }

  get backlog(): number {
    return this.current === "closed" ? 0 : this.sending.queuedBytes;
  }

  get socketEvents(): SocketEvents {
    return this;
  }

  markJoined(): void {
    if (this.current === "joining") this.become("open");
  }

  send(message: Message, payload?: Payload): void {
    if (this.current === "closed") return;
    this.liveness.messageSent(this.options.clock.now());
    this.sending.write(encode(message));
    if (payload && payload.length > 0) this.sending.write(payload);
    if (this.sending.queuedBytes > MAX_BACKLOG_BYTES || this.sending.isTooLong) this.close(SLOW);
  }

  cork(work: () => void): void {
    this.sending.cork(work);
  }

  fail(code: ErrorCode, message: Told): void {
    this.send({ type: "error", code, ...wired(message) });
    this.close({ cause: BREACHES.has(code) ? "protocol" : "ours", message });
  }

  close(reason: CloseReason): void {
    const last = this.current;
    if (last === "closed") return;
    this.sending.uncork();
    this.become("closed");
    this.cancelHeartbeat();
    this.cancelGreeting();
    this.inbound.stop();
    // The peer gets time to read a last message: a reset would remove it from the peer's receive buffer. Queued files are
    // not sent any more, because their owner may close them from now on.
    const lingers = reason.cause === "protocol" || reason.cause === "ours" || reason.cause === "stranger";
    if (lingers && this.sending.hasNoFiles) {
      this.cancelLinger = this.options.clock.after(LINGER_MS, () => this.socket.destroy());
      if (this.sending.isEmpty) this.socket.shutdown();
    } else {
      this.sending.discard();
      this.socket.destroy();
    }
    this.handler.closed(reason, last);
  }

  data(bytes: Uint8Array): void {
    if (this.current === "closed") return;
    this.liveness.bytesReceived(this.options.clock.now());
    if (this.current === "greeting") this.first = firstBytes(this.first, bytes);
    this.inbound.receive(bytes);
  }

  decodingFailed(error: unknown): void {
    if (error instanceof ProtocolError) this.protocolViolated(error);
    else this.handlingFailed(error);
  }

  drained(): void {
    if (!this.sending.flush()) return;
    if (this.current === "closed") this.socket.shutdown();
    else {
      this.handler.drained?.();
      this.inbound.drained();
    }
  }

  heldBack(bytes: number): void {
    this.liveness.heldBack(this.options.clock.now());
    if (this.current !== "closed" && bytes > MAX_PONGS_BYTES) this.handler.heldBack?.();
  }

  closed(error: Error | null): void {
    this.cancelLinger();
    this.sending.discard();
    const { options } = this;
    const { remotePeer } = this.socket;
    if (remotePeer?.kind === "refused") return this.close({ cause: "stranger", message: remotePeer.reason });
    const early = this.current === "greeting" && options.side === "connects";
    const over = error ? say("the connection broke: {reason}", reasonOf(error)) : say("the peer closed");
    // A peer that closes before it has read everything resets the connection. Both are the same end of a session.
    this.close({ cause: "lost", message: early ? closedWithoutGreetingText(options.expected) : over });
  }

  refused(reason: Told): void {
    if (this.current === "closed") return;
    this.send({ type: "error", code: "key", ...wired(say("refused: {reason}", { reason })) });
    this.close({ cause: "stranger", message: reason });
  }

  fileFailed(message: string): void {
    this.close({ cause: "lost", message: say("a file cannot be sent: {message}", { message }) });
  }

  message(message: Message): void {
    this.inbound.messageCame();
    if (message.type === "hello" || message.type === "welcome") return this.receiveGreeting(message);
    if (message.type === "error") return this.endedByPeer(message);
    if (!this.peer) throw new ProtocolError(`${message.type} came before the greeting`);
    const fault = ruleViolation(message.type, this.peer, this.options.role, this.current);
    if (fault) throw new ProtocolError(fault);
    const missing = rightViolation(message.type, this.identity);
    if (missing !== null) return this.fail("key", missing);
    if (message.type === "ping") return this.send({ type: "pong" });
    if (message.type === "pong" || message.type === "block") return;
    // It follows with its payload.
    if ("payload" in message && message.payload > 0) return;
    this.handler.message(message, NO_BYTES);
  }

  payloadBuffer(message: Message): Uint8Array | null {
    if (message.type === "block") return this.handler.blockBuffer?.(message) ?? null;
    if (!("payload" in message) || this.handler.acceptsPayload?.(message) === false) return null;
    const buffer = this.inbound.payload.begin(message.payload);
    if (!buffer) this.fail("busy", say("too much is being sent here at once; try again in a moment"));
    return buffer;
  }

  payload(message: Message, bytes: Uint8Array, left: number): void {
    if (message.type === "block") return this.handler.block?.(message, bytes, left);
    this.inbound.payload.came(bytes.length);
    if (left > 0) return this.handler.payloadBytes?.(message, bytes.length);
    const whole = this.inbound.payload.detach();
    if (whole) this.handler.message(message, whole);
  }

  /** Bytes of a payload have come to where it gathers. */
  private bufferFilled(count: number): void {
    if (this.current === "closed") return;
    this.liveness.bytesReceived(this.options.clock.now());
    try {
      this.decoder.bufferFilled(count);
    } catch (error) {
      this.handlingFailed(error);
    }
  }

  /** No peer can end the process, whatever it sends. */
  private handlingFailed(error: unknown): void {
    this.close({ cause: "fault", message: say("dealing with what it sent failed here: {reason}", reasonOf(error)) });
  }

  private become(next: SessionState): void {
    this.current = nextState("a session", SESSION_TRANSITIONS, this.current, next);
    this.decoder.maxHeaderBytes = headerLimit(this.options, this.peer, next);
  }

  private receiveGreeting(message: Messages["hello"] | Messages["welcome"]): void {
    const { options } = this;
    const { role } = options;
    const verdict = judgeGreeting(message, options, this.current, this.socket.remotePeer);
    if (verdict.kind === "refused") return this.fail(verdict.code, verdict.message);
    if (verdict.kind === "stranger") {
      if (verdict.answer !== null) this.send({ type: "error", code: "version", ...wired(verdict.answer) });
      return this.close(verdict.reason);
    }
    this.peer = message.role;
    this.first = NO_BYTES;
    this.cancelGreeting();
    this.cancelGreeting = NOTHING_TO_CANCEL;
    if (options.side === "accepts") this.send({ type: "welcome", version: PROTOCOL_VERSION, role });
    const server = options.side === "accepts" ? role : message.role;
    this.become(server === "central" ? "joining" : "open");
    this.handler.greeted?.(message.role);
  }

  /** The peer has sent `error`. */
  private endedByPeer({ code, ...told }: Messages["error"]): void {
    const message = unwired(told);
    const { options } = this;
    if (options.side === "connects" && code === "version" && this.current === "greeting")
      return this.close(otherVersion(options.expected, message));
    this.close({ cause: "theirs", message, error: new PeerError(code, message) });
  }

  /** The peer has broken the protocol. If it did so with its first bytes, it is probably another program. */
  private protocolViolated(error: ProtocolError): void {
    const { options, first } = this;
    if (this.current !== "greeting") return this.fail("protocol", error.message);
    if (options.side === "connects") return this.close(foreignServer(options.expected, first, error));
    const what = identifyClient(first);
    if (what === null) return this.fail("protocol", error.message);
    const answer = foreignReply(first, options.role);
    if (answer) this.sending.write(answer);
    const message = say("it is {what}, and this is a redes {role}", { what, role: say(options.role) });
    this.close({ cause: "stranger", message });
  }

  private timedOut(message: Told): void {
    const { options } = this;
    const early = this.current === "greeting" && options.side === "connects";
    this.close({ cause: "silent", message: early ? silentPeerText(options.expected) : message });
  }

  private checkLiveness(): void {
    const verdict = this.liveness.check(this.inbound.begun, this.sending.progress, this.options.clock.now());
    if (verdict === "dead") this.timedOut("nothing was heard from it for too long");
    else if (verdict === "unread") this.close(SLOW);
    else if (verdict === "unfinished") this.fail("protocol", UNFINISHED_TEXT);
    else if (verdict === "ping" && this.current !== "greeting") this.send({ type: "ping" });
  }
}
