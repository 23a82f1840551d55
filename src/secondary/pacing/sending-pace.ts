import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { type Allowance, JointAllowance, UNLIMITED, type Wait } from "../../platform/pacing/allowance.ts";
import { RateLimiter } from "../../platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../platform/pacing/token-bucket.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { CopyThrottle, SAMPLE_INTERVAL_MS, type SentTraffic } from "./copy-throttle.ts";
import type { SecondaryLimits } from "./secondary-limits.ts";

/** Samples in a row in which no copy has wanted anything, after which sampling stops. */
const MAX_IDLE_SAMPLES = 20;

export interface SendingPaceDeps {
  readonly clock: Clock;
  /** Null: none. */
  readonly limits: SecondaryLimits | null;
  /** Bytes of files that have been sent since the start. */
  sent(): SentTraffic;
}

/** Who may send how much of a secondary's files: its limits, and copies that give way to clients. */
export class SendingPace {
  private readonly yielding: RateLimiter;
  private readonly clients: Allowance;
  private readonly copies: Allowance;
  private copyThrottle = new CopyThrottle();
  private idleSamples = 0;
  private cancelSampling: Cancel | null = null;
  private stopped = false;

  constructor(private readonly deps: SendingPaceDeps) {
    const { clock, limits } = deps;
    this.yielding = new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket());
    this.clients = limits?.upload ?? UNLIMITED;
    const parts = [...(limits ? [limits.upload, limits.copies] : []), this.yielding];
    this.copies = new WatchedAllowance(new JointAllowance(parts), () => this.copyWants());
  }

  allowance(role: Exclude<Role, "central">): Allowance {
    return role === "client" ? this.clients : this.copies;
  }

  stop(): void {
    this.stopped = true;
    this.rest();
  }

  private copyWants(): void {
    this.idleSamples = 0;
    if (!this.stopped) this.cancelSampling ??= every(this.deps.clock, SAMPLE_INTERVAL_MS, () => this.sample());
  }

  private sample(): void {
    const { clock, sent } = this.deps;
    this.idleSamples += 1;
    if (this.idleSamples <= MAX_IDLE_SAMPLES)
      return this.yielding.setRate(this.copyThrottle.update(sent(), clock.now()));
    this.rest();
    this.copyThrottle = new CopyThrottle();
  }

  private rest(): void {
    this.cancelSampling?.();
    this.cancelSampling = null;
    this.yielding.setRate(null);
  }
}

/** Tells whenever something is wanted. */
class WatchedAllowance implements Allowance {
  constructor(
    private readonly inner: Allowance,
    private readonly wanted: () => void,
  ) {}

  get quantum(): number | null {
    return this.inner.quantum;
  }

  consume(bytes: number): Wait | null {
    this.wanted();
    return this.inner.consume(bytes);
  }
}
