import { encode } from "../../../../../src/protocol/codec.ts";
import { FrameDecoder } from "../../../../../src/protocol/frames.ts";
import { type Message, payloadLength } from "../../../../../src/protocol/messages/messages.ts";
import type { SeededRandom } from "../../random.ts";
import type { Simulation } from "../../simulation.ts";
import type { Outgoing, Signal } from "../connection/outgoing.ts";
import { isTls } from "../tls/records.ts";
import type { Tamper, Wire } from "./interference.ts";

const EMPTY = new Uint8Array(0);

/** Cuts what an honest end sends into frames, and sends what a {@link Tamper} makes of them. */
export class TamperedFlow implements Outgoing, Wire {
  private readonly decoder: FrameDecoder;
  /** When the last of what was sent so far leaves: later frames do not overtake it. */
  private lastAt = 0;
  private delayMs = 0;
  private ended = false;
  /** Whether a frame has been sent: before it there may be a handshake, which who is not honest leaves as it is. */
  private speaks = false;

  constructor(
    private readonly sim: Simulation,
    readonly random: SeededRandom,
    private readonly flow: Outgoing,
    tamper: Tamper,
  ) {
    const deliver = (message: Message, payload: Uint8Array) => {
      if (!this.ended) tamper({ message, payload }, this);
    };
    let gathered = EMPTY;
    this.decoder = new FrameDecoder({
      message: (message) => {
        if (payloadLength(message) === 0) deliver(message, EMPTY);
      },
      payloadBuffer: (message) => {
        gathered = new Uint8Array(payloadLength(message));
        return gathered;
      },
      payload: (message, _bytes, left) => {
        if (left === 0) deliver(message, gathered);
      },
    });
  }

  get room(): number {
    return this.flow.room;
  }

  get unsentBytes(): number {
    return this.flow.unsentBytes;
  }

  waitForRoom(): void {
    this.flow.waitForRoom();
  }

  send(bytes: Uint8Array): void {
    if (!this.speaks && isTls(bytes)) return this.bytes(bytes);
    this.speaks = true;
    try {
      this.decoder.push(bytes);
    } catch {
      // Not a frame: an answer to somebody who did not speak in frames.
      this.bytes(bytes);
    }
  }

  signal(signal: Signal): void {
    this.pass(() => this.flow.signal(signal));
  }

  abandon(signal: "reset" | null): void {
    this.ended = true;
    this.flow.abandon(signal);
  }

  frame(message: Message, payload: Uint8Array = EMPTY): void {
    this.bytes(encode(message));
    if (payload.length > 0) this.bytes(payload);
  }

  bytes(bytes: Uint8Array): void {
    this.pass(() => this.flow.send(bytes));
  }

  delay(ms: number): void {
    this.delayMs = ms;
  }

  end(): void {
    this.signal("end");
    this.ended = true;
  }

  private pass(send: () => void): void {
    const { sim } = this;
    this.lastAt = Math.max(this.lastAt, sim.now + this.delayMs);
    if (this.lastAt === sim.now) return send();
    sim.after(this.lastAt - sim.now, send);
  }
}
