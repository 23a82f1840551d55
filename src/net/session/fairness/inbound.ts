import type { Cancel, Clock } from "../../../platform/clock.ts";
import { NOTHING_TO_CANCEL } from "../../../platform/clock.ts";
import { NO_BYTES } from "../../../platform/memory.ts";
import type { FrameDecoder } from "../../../protocol/frames.ts";
import { MAX_ANSWERED_BACKLOG_BYTES } from "../../../protocol/limits.ts";
import type { Socket } from "../../transport/network.ts";
import { IncomingPayload } from "./incoming-payload.ts";
import { MessagePace } from "./message-pace.ts";
import type { ServerLoad } from "./server-load.ts";

export interface InboundOwner {
  readonly remoteHost: string;
  /** Bytes that wait for the peer to read them. */
  readonly backlog: number;
  /** The decoder threw. */
  decodingFailed(error: unknown): void;
}

/**
 * What one peer sends to a server, at a pace that leaves time for others: what comes too fast, and what a peer sends that does
 * not read the answers, waits here, and meanwhile nothing more is read from it. At the side that connects everything is taken at once.
 */
export class Inbound {
  private held: Uint8Array = NO_BYTES;
  private paused = false;
  private over = false;
  private cancelWait: Cancel = NOTHING_TO_CANCEL;
  readonly payload: IncomingPayload;
  /** Null: everything is taken at once. */
  private readonly pace: MessagePace | null;

  /** `load`: null at the side that connects. */
  constructor(
    private readonly decoder: FrameDecoder,
    private readonly socket: Pick<Socket, "pause" | "resume">,
    private readonly owner: InboundOwner,
    private readonly clock: Clock,
    private readonly load: ServerLoad | null,
  ) {
    this.pace = load && new MessagePace(clock.now());
    this.payload = new IncomingPayload(load);
  }

  /**
   * Another number for each header and each step of a payload that has begun and is not whole; null: none; `not read`: nothing
   * is read from the peer now.
   */
  get begun(): number | null | "not read" {
    return this.paused ? "not read" : (this.decoder.unfinishedHeader ?? this.payload.progress);
  }

  /** Bytes have come. */
  receive(bytes: Uint8Array): void {
    // What was on its way when reading stopped.
    if (this.paused) this.setHeld(Buffer.concat([this.held, bytes]));
    else this.decode(bytes, false);
  }

  /** The decoder has found a message, which the owner deals with now. */
  messageCame(): void {
    const { pace, owner, decoder } = this;
    if (!pace) return;
    const mustWait = pace.messageCame(this.clock.now());
    if (mustWait || owner.backlog > MAX_ANSWERED_BACKLOG_BYTES) decoder.pause();
  }

  /** The peer has read all that waited for it. */
  drained(): void {
    if (this.paused && this.cancelWait === NOTHING_TO_CANCEL) this.wait();
  }

  stop(): void {
    this.over = true;
    this.cancelWait();
    this.setHeld(NO_BYTES);
    this.payload.drop();
    this.decoder.stop();
  }

  /** `ours`: whether the bytes stay as they are when this returns. */
  private decode(bytes: Uint8Array, ours: boolean): void {
    const { decoder, pace, owner } = this;
    pace?.beginTurn(this.clock.now());
    let rest: Uint8Array;
    try {
      rest = decoder.push(bytes);
    } catch (error) {
      owner.decodingFailed(error);
      return;
    }
    if (this.over) return;
    if (rest.length === 0 && owner.backlog <= MAX_ANSWERED_BACKLOG_BYTES) return this.readAgain();
    // `slice` of a Buffer would be a view.
    this.setHeld(ours ? rest : new Uint8Array(rest));
    if (!this.paused) this.socket.pause();
    this.paused = true;
    this.wait();
  }

  private readAgain(): void {
    if (!this.paused) return;
    this.paused = false;
    this.socket.resume();
  }

  private wait(): void {
    this.cancelWait = NOTHING_TO_CANCEL;
    // `drained` follows.
    if (this.owner.backlog > MAX_ANSWERED_BACKLOG_BYTES) return;
    const goOn = () => this.goOn();
    const ms = this.pace?.waitMs() ?? 0;
    if (ms > 0) this.load?.slowed(this.owner.remoteHost);
    this.cancelWait = ms > 0 || !this.load ? this.clock.after(ms, goOn) : this.load.waitForTurn(goOn);
  }

  private goOn(): void {
    this.cancelWait = NOTHING_TO_CANCEL;
    const { held } = this;
    this.setHeld(NO_BYTES);
    this.decode(held, true);
  }

  private setHeld(bytes: Uint8Array): void {
    this.load?.add(bytes.length - this.held.length);
    this.held = bytes;
  }
}
