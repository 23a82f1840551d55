import type { Cancel, Clock } from "../../platform/clock.ts";
import { encode, encodeHello } from "../../protocol/codec.ts";
import { type ErrorCode, PeerError, ProtocolError } from "../../protocol/errors.ts";
import { FrameDecoder, type FrameSink } from "../../protocol/frames.ts";
import { type Message, type Messages, VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { illegal, mayBecome, type SessionState } from "../../protocol/table.ts";
import { type Expected, noAnswer, noGreeting, noWord, otherVersion, strangeGreeting } from "../address/expected.ts";
import type { FileSlice, Socket, SocketEvents } from "../transport/network.ts";
import { Heartbeat, type HeartbeatRhythm } from "./heartbeat.ts";
import { answerTo, clientBehind } from "./stranger.ts";

/** Most bytes that may wait for a peer that does not read; more ends the session. */
const MAX_BACKLOG = 16 * 1024 * 1024;
/** Milliseconds until the greeting must be over. */
const GREETING_DEADLINE = 5000;
/** Milliseconds that the peer has to read a last message before the connection is cut. */
const FAREWELL = 1000;

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
  arriving?(message: Message, bytes: number): void;
  /** Where the next bytes of a block, at most `left`, should be put; null for anywhere. */
  room?(message: Messages["block"], left: number): Uint8Array | null;
  /** The next bytes of a block; `left` are still to come. The view is the handler's to use until it returns. */
  block(message: Messages["block"], bytes: Uint8Array, left: number): void;
  /** All that was sent has been taken by the network. */
  drained(): void;
  /** Once, and last. */
  closed(reason: CloseReason): void;
}

/** What is sent after a header. */
export type Payload = Uint8Array | FileSlice;

interface CommonOptions {
  readonly clock: Clock;
  readonly role: Role;
  readonly rhythm: HeartbeatRhythm;
}

/** Whoever connects says hello, and knows whom it expects where. */
export type ChannelOptions =
  | (CommonOptions & { readonly side: "accepts" })
  | (CommonOptions & { readonly side: "connects"; readonly expected: Expected });

const nothing: Cancel = () => {};

/** A session: frames on a socket, greeting, legal states, heartbeats, one close. A server has thousands of these. */
export class Channel implements SocketEvents, FrameSink {
  readonly room?: () => Uint8Array | null;
  private current: SessionState = "greeting";
  private peer: Role | null = null;
  private readonly decoder: FrameDecoder;
  private readonly heartbeat: Heartbeat;
  private cancelBeat: Cancel = nothing;
  private cancelGreeting: Cancel = nothing;
  private queue: Payload[] = [];
  private queued = 0;
  private collecting: Uint8Array | null = null;
  private cancelFarewell: Cancel = nothing;
  /** What `together` holds back. */
  private gathered: Uint8Array[] | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly options: ChannelOptions,
    private readonly handler: ChannelHandler,
  ) {
    const { clock, rhythm } = options;
    this.decoder = new FrameDecoder(this);
    if (handler.room) this.room = () => this.decoder.room();
    this.heartbeat = new Heartbeat(rhythm, clock.now());
    const beat = () => {
      this.cancelBeat = clock.after(rhythm.interval, beat);
      this.beat();
    };
    this.cancelBeat = clock.after(rhythm.interval, beat);
    this.cancelGreeting = clock.after(GREETING_DEADLINE, () => this.giveUp("no greeting came"));
    if (options.side === "connects") this.write(encodeHello({ type: "hello", version: VERSION, role: options.role }));
  }

  get state(): SessionState {
    return this.current;
  }

  /** The host at the other end. */
  get remoteHost(): string {
    return this.socket.remoteHost;
  }

  /** Bytes that the network has not taken yet. */
  get backlog(): number {
    return this.current === "closed" ? 0 : this.queued;
  }

  /** At the central's sessions: register or enter was accepted. */
  joined(): void {
    if (this.current === "joining") this.become("open");
  }

  /**
   * Sends a message and its payload, in order. The payload must not change while `backlog` is above zero, and a file
   * must stay open. Does nothing on a closed session.
   */
  send(message: Message, payload?: Payload): void {
    if (this.current === "closed") return;
    this.write(encode(message));
    if (payload && payload.length > 0) this.write(payload);
    if (this.queued > MAX_BACKLOG) this.close({ cause: "slow", message: "the peer does not read what it is sent" });
  }

  /** What `work` sends goes out in one write, up to a file: many small ones would each cost both ends a packet. */
  together(work: () => void): void {
    this.gathered ??= [];
    try {
      work();
    } finally {
      this.flush();
    }
  }

  /** Tells the peer why and ends the session. */
  fail(code: ErrorCode, message: string): void {
    this.send({ type: "error", code, message: message.slice(0, 1000) });
    this.close({ cause: code === "protocol" || code === "version" ? "protocol" : "ours", message });
  }

  /** Ends the session. Only the first call counts. */
  close(reason: CloseReason): void {
    if (this.current === "closed") return;
    this.flush();
    this.become("closed");
    this.cancelBeat();
    this.cancelGreeting();
    this.decoder.stop();
    // A last message is still on its way: a hard end now could take it back out of the peer's buffer. A file may be
    // closed by its owner from now on, so what waits for one is not worth a message.
    const ownBytes = this.queue.every((payload) => payload instanceof Uint8Array);
    if (ownBytes && (reason.cause === "protocol" || reason.cause === "ours" || reason.cause === "stranger")) {
      this.cancelFarewell = this.options.clock.after(FAREWELL, () => this.socket.destroy());
      if (this.queue.length === 0) this.socket.shutdown();
    } else {
      this.queue = [];
      this.socket.destroy();
    }
    this.handler.closed(reason);
  }

  data(bytes: Uint8Array): void {
    if (this.current === "closed") return;
    this.heartbeat.heard(this.options.clock.now());
    try {
      this.decoder.push(bytes);
    } catch (error) {
      if (error instanceof ProtocolError) return this.offended(error, bytes);
      // No peer can end the process, whatever it sends.
      const what = error instanceof Error ? error.message : String(error);
      this.close({ cause: "fault", message: `dealing with what it sent failed here: ${what}` });
    }
  }

  drained(): void {
    for (let next = this.queue[0]; next; next = this.queue[0]) {
      const taken = this.hand(next);
      this.queued -= taken;
      if (taken < next.length) {
        if (this.queue[0] === next) this.queue[0] = after(next, taken);
        return;
      }
      this.queue.shift();
    }
    if (this.current === "closed") this.socket.shutdown();
    else this.handler.drained();
  }

  closed(error: Error | null): void {
    this.cancelFarewell();
    const { options } = this;
    const early = this.current === "greeting" && options.side === "connects";
    const over = error ? `the connection broke: ${error.message}` : "the peer closed";
    // Whether it reads what it was sent before it closes, and so resets the connection or not, is chance.
    this.close({ cause: "lost", message: early ? noWord(options.expected) : over });
  }

  private become(next: SessionState): void {
    if (!mayBecome(this.current, next)) throw new Error(`a session cannot go from ${this.current} to ${next}`);
    this.current = next;
  }

  private flush(): void {
    const parts = this.gathered;
    this.gathered = null;
    if (parts && parts.length > 0 && this.current !== "closed") this.write(Buffer.concat(parts));
  }

  private write(payload: Payload): void {
    if (this.gathered) {
      if (payload instanceof Uint8Array) {
        this.gathered.push(payload);
        return;
      }
      this.flush();
    }
    const taken = this.queue.length === 0 ? this.hand(payload) : 0;
    if (this.current === "closed" || taken === payload.length) return;
    this.queue.push(after(payload, taken));
    this.queued += payload.length - taken;
  }

  private hand(payload: Payload): number {
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
    if (message.type === "error") return this.dismissed(message);
    if (!this.peer) throw new ProtocolError(`${message.type} came before the greeting`);
    const fault = illegal(message.type, this.peer, this.options.role, this.current);
    if (fault) throw new ProtocolError(fault);
    if (message.type === "ping") return this.send({ type: "pong" });
    if (message.type === "pong" || message.type === "block") return;
    if ("payload" in message && message.payload > 0) {
      this.collecting = new Uint8Array(message.payload);
      return;
    }
    this.handler.message(message, new Uint8Array(0));
  }

  /** For the decoder: where bytes of a payload should be put. */
  roomFor(message: Message, left: number): Uint8Array | null {
    return message.type === "block" ? (this.handler.room?.(message, left) ?? null) : null;
  }

  /** From the decoder: bytes of a payload are here. */
  payload(message: Message, bytes: Uint8Array, left: number): void {
    if (message.type === "block") return this.handler.block(message, bytes, left);
    const whole = this.collecting;
    if (!whole) return;
    whole.set(bytes, whole.length - left - bytes.length);
    if (left > 0) return this.handler.arriving?.(message, bytes.length);
    this.collecting = null;
    this.handler.message(message, whole);
  }

  private greet(message: Messages["hello"] | Messages["welcome"]): void {
    const { options } = this;
    const { role } = options;
    const other = `version ${message.version} of the protocol is not spoken here, only ${VERSION}`;
    if (options.side === "connects") {
      const strange = strangeGreeting(message, options.expected);
      if (strange !== null) {
        if (message.version !== VERSION) this.send({ type: "error", code: "version", message: other });
        return this.close({ cause: "stranger", message: strange });
      }
    } else if (message.type !== "hello") throw new ProtocolError(`${message.type} came where hello was due`);
    const fault = illegal(message.type, message.role, role, this.current);
    if (fault) throw new ProtocolError(fault);
    if (message.version !== VERSION) return this.fail("version", other);
    this.peer = message.role;
    this.cancelGreeting();
    this.cancelGreeting = nothing;
    if (options.side === "accepts") this.send({ type: "welcome", version: VERSION, role });
    this.become(role === "central" || message.role === "central" ? "joining" : "open");
    this.handler.greeted(message.role);
  }

  /** The peer ends the session, and says why. */
  private dismissed({ code, message }: Messages["error"]): void {
    const { options } = this;
    if (options.side === "connects" && code === "version" && this.current === "greeting") {
      return this.close({ cause: "stranger", message: otherVersion(options.expected, message) });
    }
    this.close({ cause: "theirs", message, error: new PeerError(code, message) });
  }

  /** What came breaks the protocol. Whoever does so with its first bytes has most likely never heard of it. */
  private offended(error: ProtocolError, bytes: Uint8Array): void {
    const { options } = this;
    if (this.current !== "greeting") return this.fail("protocol", error.message);
    if (options.side === "connects") {
      return this.close({ cause: "stranger", message: noGreeting(options.expected, bytes, error) });
    }
    const what = clientBehind(bytes);
    if (what === null) return this.fail("protocol", error.message);
    const answer = answerTo(bytes, options.role);
    if (answer) this.write(answer);
    this.close({ cause: "stranger", message: `it is ${what}, and this is a redes ${options.role}` });
  }

  private giveUp(message: string): void {
    const { options } = this;
    const early = this.current === "greeting" && options.side === "connects";
    this.close({ cause: "silent", message: early ? noAnswer(options.expected) : message });
  }

  private beat(): void {
    const verdict = this.heartbeat.look(this.options.clock.now());
    if (verdict === "dead") this.giveUp("nothing was heard from it for too long");
    else if (verdict === "ping" && this.current !== "greeting") this.send({ type: "ping" });
  }
}

/** What is left of a payload after its first `taken` bytes. */
function after(payload: Payload, taken: number): Payload {
  if (payload instanceof Uint8Array) return payload.subarray(taken);
  const { fd, position, length } = payload;
  return { fd, position: position + taken, length: length - taken };
}

/** The handler of a side that takes no blocks: they are illegal there, and the table has refused them already. */
export const noBlocks: Pick<ChannelHandler, "block" | "drained"> = { block() {}, drained() {} };
