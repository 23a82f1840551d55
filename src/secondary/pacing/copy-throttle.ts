import { KIB } from "../../platform/units.ts";

/** Milliseconds between two samples. */
export const SAMPLE_INTERVAL_MS = 500;
/** Milliseconds that a rate is the mean of: what HTTP has sent is told once a second. */
const RATE_MS = 3000;
/** Milliseconds for which the other rates are tried: what waits in the buffers of the system is sent first, at the old ones. */
const TRIAL_MS = 5000;
/** Milliseconds after which it is tried again whether yielding is still of use. */
const YIELDING_MS = 30_000;
/** Milliseconds for which it was of no use, and is not tried again: the first time, and at most. */
const [APART_MS, MAX_APART_MS] = [30_000, 240_000];
/** Copies that give way get such a part of what all clients get, or of what one of them gets, and never less than so many bytes a second. */
const SHARE_OF_CLIENTS = 1 / 8;
export const SHARE_OF_ONE_CLIENT = 1 / 3;
const LEAST_BYTES_PER_SECOND = 64 * KIB;
/**
 * Clients must win so much of what copies lose, or it is not the copies that they wait for. Of a line that all share they win all,
 * as far as that can be measured among the ups and downs of many.
 */
const LEAST_WON_SHARE = 0.1;

/** Bytes. */
export interface SentTraffic {
  readonly clients: number;
  readonly copies: number;
  /** How many clients there are that files are sent to. */
  readonly receivers: number;
}

/** What was sent up to a time. */
interface Sample extends SentTraffic {
  readonly at: number;
}

/** Of both. */
type Rates = Omit<SentTraffic, "receivers">;

/**
 * `open`: only one of them sends, or it is not known yet; `trying` whether clients win what copies lose; `yielding`;
 * `retrying` whether they still do; `apart`: copies take nothing from clients, who wait for something else.
 */
type YieldState =
  | { readonly kind: "open" }
  | { readonly kind: "trying" | "retrying"; readonly until: number; readonly before: Rates }
  | { readonly kind: "yielding" | "apart"; readonly until: number };

/**
 * How fast a secondary sends to others that copy, while it also sends to clients. Nobody knows what they share, a link, a
 * disk or nothing: so copies are slowed for some seconds, and stay slow where clients get faster by that. They never stop.
 * Sans-I/O; times in milliseconds, rates in bytes for each second.
 */
export class CopyThrottle {
  private samples: readonly Sample[] = [];
  private state: YieldState = { kind: "open" };
  private apartMs = APART_MS;

  /** To be called every {@link SAMPLE_INTERVAL_MS} with all that was sent so far. Gives what copies may have; null: all. */
  update(sent: SentTraffic, now: number): number | null {
    this.samples = [...this.samples.filter(({ at }) => at >= now - RATE_MS - SAMPLE_INTERVAL_MS), { ...sent, at: now }];
    const rates = this.rates();
    this.advance(rates, now);
    const { kind } = this.state;
    if (kind !== "trying" && kind !== "yielding") return null;
    return Math.max(
      LEAST_BYTES_PER_SECOND,
      rates.clients * Math.min(SHARE_OF_CLIENTS, SHARE_OF_ONE_CLIENT / Math.max(1, sent.receivers)),
    );
  }

  private advance(rates: Rates, now: number): void {
    const { state } = this;
    if (rates.clients === 0 || rates.copies === 0) {
      this.state = { kind: "open" };
      if (rates.clients === 0) this.apartMs = APART_MS;
    } else if (state.kind === "open") {
      if (this.isMeasured) this.begin("trying", rates, now);
    } else if (now < state.until) return;
    else if (state.kind === "trying")
      this.judge(rates.clients - state.before.clients, state.before.copies - rates.copies, now);
    else if (state.kind === "retrying")
      this.judge(state.before.clients - rates.clients, rates.copies - state.before.copies, now);
    else this.begin(state.kind === "apart" ? "trying" : "retrying", rates, now);
  }

  private begin(kind: "trying" | "retrying", before: Rates, now: number): void {
    this.state = { kind, before, until: now + TRIAL_MS };
  }

  private judge(won: number, lost: number, now: number): void {
    if (won >= LEAST_WON_SHARE * Math.max(0, lost)) {
      this.apartMs = APART_MS;
      this.state = { kind: "yielding", until: now + YIELDING_MS };
      return;
    }
    this.state = { kind: "apart", until: now + this.apartMs };
    this.apartMs = Math.min(MAX_APART_MS, 2 * this.apartMs);
  }

  /** Whether the rates are of all the time that they should be of. */
  private get isMeasured(): boolean {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    return first !== undefined && last !== undefined && last.at - first.at >= RATE_MS;
  }

  private rates(): Rates {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    if (!first || !last || last.at === first.at) return { clients: 0, copies: 0 };
    const seconds = (last.at - first.at) / 1000;
    return { clients: (last.clients - first.clients) / seconds, copies: (last.copies - first.copies) / seconds };
  }
}
