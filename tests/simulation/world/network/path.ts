import type { SeededRandom } from "../random.ts";
import type { Simulation } from "../simulation.ts";
import { Impairments } from "./impairments.ts";
import type { SimHost } from "./sim-host.ts";

/** How packets travel where nothing is wrong. */
export interface PathShape {
  readonly latencyMs: number;
  /** Each packet takes up to as many milliseconds longer. */
  readonly jitterMs: number;
  readonly bytesPerMs: number;
}

/** The way from one host to another. The way back is another one. */
export class Path {
  readonly impairments = new Impairments();
  /** Bytes that had not left when bytes were last sent, and when that was. */
  private queuedBytes = 0;
  private queuedAt = 0;

  constructor(
    private readonly sim: Simulation,
    private readonly random: SeededRandom,
    readonly from: SimHost,
    readonly to: SimHost,
    private readonly shape: PathShape,
  ) {}

  /** Whether all packets are lost now. */
  get blocked(): boolean {
    return this.passing === 0;
  }

  /** Whether a packet that is sent now is lost. */
  loses(): boolean {
    const { passing } = this;
    return passing < 1 && !this.random.chance(passing);
  }

  /** Milliseconds that a packet takes on average where nothing is wrong and nothing is queued. */
  get usualTravelMs(): number {
    const { latencyMs, jitterMs } = this.shape;
    return latencyMs + jitterMs / 2;
  }

  /** Milliseconds that a packet takes which needs no time to be sent. */
  travelMs(): number {
    const { latencyMs, jitterMs } = this.shape;
    const delayMs = this.impairments.delayMs + this.from.outbound.delayMs + this.to.inbound.delayMs;
    return latencyMs + jitterMs * this.random.fraction() + delayMs;
  }

  /** When so many bytes arrive that are sent now, in milliseconds of the simulation: connections share the way. */
  arrivalOf(bytes: number): number {
    const bytesPerMs = Math.min(
      this.shape.bytesPerMs,
      this.impairments.bytesPerMs,
      this.from.outbound.bytesPerMs,
      this.to.inbound.bytesPerMs,
    );
    const { now } = this.sim;
    // What is queued leaves as fast as the way is now: a slowness that is over does not go on for who comes later.
    const left = this.queuedBytes - (now - this.queuedAt) * bytesPerMs;
    this.queuedBytes = Math.max(0, left) + bytes;
    this.queuedAt = now;
    return now + this.queuedBytes / bytesPerMs + this.travelMs();
  }

  private get passing(): number {
    return this.impairments.passing * this.from.outbound.passing * this.to.inbound.passing;
  }
}
