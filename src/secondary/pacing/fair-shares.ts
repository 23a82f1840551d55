import type { Socket } from "../../net/transport/network.ts";
import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { SHARE_OF_ONE_CLIENT } from "./copy-throttle.ts";
import { type FlowSample, SAMPLE_INTERVAL_MS } from "./flows.ts";
import { WaterLevel } from "./water-level.ts";

/** Samples in a row in which nothing came through, after which a connection is no longer sampled. */
const MAX_IDLE_SAMPLES = 25;

type Line = Pick<Socket, "isSameMachine" | "progress" | "limitSending">;

/** A connection that is sent files, and what it may have; null: all it gets. */
interface ServedConnection {
  readonly forClient: boolean;
  acknowledged: number;
  idleSamples: number;
  limit: number | null;
}

/** Has all connections of a secondary get the same of a line that they share. Where no network tells how it gets on, it does nothing. */
export class FairShares {
  private readonly served = new Map<Line, ServedConnection>();
  private level = new WaterLevel();
  private cancelSampling: Cancel | null = null;
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  /** Bytes of files are about to be sent over a connection. */
  sending(line: Line, forClient: boolean): void {
    // Within a machine it is processors that are shared, and to pace costs these: 200 downloads at once took half as long again.
    if (this.stopped || !line.progress || line.isSameMachine) return;
    const served = this.served.get(line);
    if (served) served.idleSamples = 0;
    else this.begin(line, forClient);
    this.cancelSampling ??= every(this.clock, SAMPLE_INTERVAL_MS, () => this.sample());
  }

  closed(line: Line): void {
    this.served.delete(line);
  }

  stop(): void {
    this.stopped = true;
    this.rest();
  }

  private begin(line: Line, forClient: boolean): void {
    const acknowledged = line.progress?.()?.acknowledged ?? 0;
    this.served.set(line, { forClient, acknowledged, idleSamples: 0, limit: null });
    if (forClient) this.level.begin(line, acknowledged, this.clock.now());
  }

  private sample(): void {
    const samples: FlowSample[] = [];
    for (const [line, served] of this.served) {
      const progress = line.progress?.() ?? null;
      if (progress && progress.acknowledged !== served.acknowledged) served.idleSamples = 0;
      else served.idleSamples += 1;
      if (!progress || served.idleSamples > MAX_IDLE_SAMPLES) {
        this.limit(line, served, null);
        this.served.delete(line);
        continue;
      }
      served.acknowledged = progress.acknowledged;
      if (served.forClient) samples.push({ key: line, progress });
    }
    if (this.served.size === 0) return this.rest();
    const level = this.level.update(samples, this.clock.now());
    const copies = this.served.size - samples.length;
    for (const [line, served] of this.served) {
      this.limit(line, served, level === null || served.forClient ? level : (level * SHARE_OF_ONE_CLIENT) / copies);
    }
  }

  private limit(line: Line, served: ServedConnection, limit: number | null): void {
    if (limit === served.limit) return;
    served.limit = limit;
    line.limitSending?.(limit);
  }

  private rest(): void {
    this.cancelSampling?.();
    this.cancelSampling = null;
    this.level = new WaterLevel();
  }
}
