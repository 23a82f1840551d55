import { type Cancel, type Clock, every, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatRate } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { type Rate, rateText } from "./rate.ts";
import { minuteOfDay, type ScheduledLimit, scheduledAt } from "./schedule.ts";

/** Milliseconds between two checks of the clock on the wall. */
const CHECK_INTERVAL_MS = 1000;

/** What the flags say. */
export interface LimitSetting<Kind> {
  /** Those that hold where the schedule says nothing. */
  readonly standing: ReadonlyMap<Kind, Rate>;
  readonly schedule: readonly ScheduledLimit<Kind>[];
}

export interface RateLimitsDeps<Kind> {
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
  /** Each kind, with what has it hold. */
  readonly apply: ReadonlyMap<Kind, (rate: Rate) => void>;
}

/** A limit as it is now. */
interface CurrentLimit<Kind> {
  readonly rate: Rate;
  /** What the schedule says; null: nothing. */
  readonly scheduled: ScheduledLimit<Kind> | null;
  /** Whether somebody has said otherwise since the schedule said so. */
  readonly overruled: boolean;
}

/**
 * Which limits hold now: those of the flags, at some times of the day those of the schedule, or what somebody has said since.
 * What is said while a schedule holds, holds until that changes; what is said at any time holds where there is none.
 */
export class RateLimits<Kind extends string> {
  private readonly standing: Map<Kind, Rate>;
  private readonly current = new Map<Kind, CurrentLimit<Kind>>();
  private cancelChecks: Cancel = NOTHING_TO_CANCEL;

  constructor(
    private readonly deps: RateLimitsDeps<Kind>,
    private readonly setting: LimitSetting<Kind>,
  ) {
    this.standing = new Map(setting.standing);
    for (const kind of deps.apply.keys()) this.use(kind, this.ruled(kind));
  }

  /** From now on limits change at the times of the schedule. */
  start(): void {
    if (this.setting.schedule.length > 0)
      this.cancelChecks = every(this.deps.clock, CHECK_INTERVAL_MS, () => this.checkClock());
  }

  stop(): void {
    this.cancelChecks();
  }

  /** Somebody says so. */
  set(kinds: readonly Kind[], rate: Rate): void {
    for (const kind of kinds) {
      this.standing.set(kind, rate);
      const scheduled = this.scheduled(kind);
      this.use(kind, { rate, scheduled, overruled: scheduled !== null });
    }
  }

  /** Each kind that there is, its limit now, and where that comes from where it is not the usual one. */
  rows(): readonly (readonly [Kind, string, string])[] {
    return [...this.current].map(([kind, { rate, scheduled, overruled }]) => {
      const until =
        scheduled && overruled ? shown(say("until the schedule changes ({times})", { times: scheduled.times })) : "";
      return [
        kind,
        rateText(rate),
        scheduled && !overruled ? shown(say("by the schedule, {times}", { times: scheduled.times })) : until,
      ] as const;
    });
  }

  private checkClock(): void {
    for (const [kind, { rate, scheduled }] of this.current) {
      if (this.scheduled(kind) === scheduled) continue;
      const next = this.ruled(kind);
      this.use(kind, next);
      if (next.rate === rate) continue;
      const why = next.scheduled ? ` (${next.scheduled.times})` : "";
      this.deps.log.info("limit", `${kind} limit: ${next.rate === null ? "no limit" : formatRate(next.rate)}${why}`, {
        kind,
        rate: next.rate,
      });
    }
  }

  private use(kind: Kind, limit: CurrentLimit<Kind>): void {
    this.current.set(kind, limit);
    this.deps.apply.get(kind)?.(limit.rate);
  }

  /** What the schedule and the flags say. */
  private ruled(kind: Kind): CurrentLimit<Kind> {
    const scheduled = this.scheduled(kind);
    const rate = scheduled ? scheduled.rate : (this.standing.get(kind) ?? null);
    return { rate, scheduled, overruled: false };
  }

  private scheduled(kind: Kind): ScheduledLimit<Kind> | null {
    // Without one the time of the day is not needed: to learn the zone of this machine takes 6 ms.
    if (this.setting.schedule.length === 0) return null;
    return scheduledAt(this.setting.schedule, kind, minuteOfDay(this.deps.clock.wall()));
  }
}
