import type { RepairFigures, Room } from "../../protocol/messages/figures.ts";
import type { Messages } from "../../protocol/messages/messages.ts";

/** Bytes of files by their way; or bytes in a second. */
export interface Flow {
  readonly toClients: number;
  readonly toSecondaries: number;
  readonly overHttp: number;
  /** From other secondaries. */
  readonly received: number;
}

export const NO_FLOW: Flow = { toClients: 0, toSecondaries: 0, overHttp: 0, received: 0 };

/** Milliseconds after which what was received before counts half as much: an estimate must not jump with each file. */
const HALF_LIFE_MS = 10_000;

/** What a secondary tells of itself in numbers, over all of its sessions. Sans-I/O. */
export class SecondaryFigures {
  private sum: Flow = NO_FLOW;
  /** Bytes in a second that it has received lately; null before anything was told. */
  private usualRate: number | null = null;
  private latest: Messages["figures"] | null = null;

  told(figures: Messages["figures"]): void {
    this.latest = figures;
    const { traffic } = figures;
    this.sum = mapFlow(traffic, (bytes, way) => Math.min(this.sum[way] + bytes, Number.MAX_SAFE_INTEGER));
    const rate = this.rates.received;
    const weight = 1 - 2 ** (-traffic.milliseconds / HALF_LIFE_MS);
    this.usualRate = this.usualRate === null ? rate : this.usualRate + (rate - this.usualRate) * weight;
  }

  /** Its session has ended, or a new one begins: nobody knows how it is now. */
  forget(): void {
    this.latest = null;
    this.usualRate = null;
  }

  /** Whether it has told how it is, in the session that it has. */
  get isKnown(): boolean {
    return this.latest !== null;
  }

  /** Null where it has not told, or does not know it itself. */
  get room(): Room | null {
    return this.latest?.room ?? null;
  }

  /** Bytes that would make way for a file that needs their room. */
  get kept(): number {
    return this.latest?.kept ?? 0;
  }

  /** Null where it has not told. */
  get repairs(): RepairFigures | null {
    return this.latest?.repairs ?? null;
  }

  /** Bytes in a second. */
  get rates(): Flow {
    const traffic = this.latest?.traffic;
    return traffic ? mapFlow(traffic, (bytes) => inOneSecond(bytes, traffic.milliseconds)) : NO_FLOW;
  }

  /** Bytes since the central was started. */
  get totals(): Flow {
    return this.sum;
  }

  /** Bytes that are there of files that it is copying. */
  get copied(): number {
    return this.latest?.copied ?? 0;
  }

  /** Seconds that it needs for so many bytes, at the rate of late; null where it receives nothing. */
  secondsFor(bytes: number): number | null {
    if (bytes === 0) return 0;
    return this.usualRate === null || this.usualRate < 1 ? null : Math.ceil(bytes / this.usualRate);
  }
}

function inOneSecond(bytes: number, milliseconds: number): number {
  return Math.min(Math.round((bytes / Math.max(1, milliseconds)) * 1000), Number.MAX_SAFE_INTEGER);
}

function mapFlow(flow: Flow, map: (bytes: number, way: keyof Flow) => number): Flow {
  return {
    toClients: map(flow.toClients, "toClients"),
    toSecondaries: map(flow.toSecondaries, "toSecondaries"),
    overHttp: map(flow.overHttp, "overHttp"),
    received: map(flow.received, "received"),
  };
}
