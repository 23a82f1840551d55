import { say, type Told } from "../../sentences/sentence.ts";
import type { Clock } from "../clock.ts";
import type { Fields, Log } from "./log.ts";

/** Kinds of lines that are counted at once; beyond, the oldest is forgotten. */
const MAX_KINDS = 1000;

export interface LogLimit {
  /** Lines of one kind in each period. */
  readonly maxLines: number;
  readonly periodMs: number;
}

/** For what is said once, and now and then where it lasts. */
export const ONCE_AN_HOUR: LogLimit = { maxLines: 1, periodMs: 3_600_000 };

interface KindCount {
  readonly since: number;
  written: number;
  omitted: number;
}

/**
 * A log for lines that others bring about, and could without end: writes only so many of one kind in a period. The first
 * one that is written after that says how many were left out.
 */
export class LogLimiter {
  private readonly kinds = new Map<string, KindCount>();

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly limit: LogLimit = { maxLines: 10, periodMs: 60_000 },
  ) {}

  /** `kind`: what it is counted with; lines of the same event, unless more is said. */
  warn(event: string, message: Told, fields?: Fields, kind = event): void {
    const omitted = this.countOmitted(kind);
    if (omitted !== null) this.log.warn(event, withOmitted(message, omitted), fields);
  }

  error(event: string, message: Told, fields?: Fields, kind = event): void {
    const omitted = this.countOmitted(kind);
    if (omitted !== null) this.log.error(event, withOmitted(message, omitted), fields);
  }

  /** What was said is news again. */
  reset(): void {
    this.kinds.clear();
  }

  /** Null when a line of this kind is too many now; else how many were left out before it. */
  private countOmitted(name: string): number | null {
    const now = this.clock.now();
    const kind = this.kinds.get(name);
    if (kind && now - kind.since < this.limit.periodMs) {
      if (kind.written < this.limit.maxLines) {
        kind.written += 1;
        return 0;
      }
      kind.omitted += 1;
      return null;
    }
    this.kinds.delete(name);
    this.kinds.set(name, { since: now, written: 1, omitted: 0 });
    const [oldest] = this.kinds.keys();
    if (this.kinds.size > MAX_KINDS && oldest !== undefined) this.kinds.delete(oldest);
    return kind?.omitted ?? 0;
  }
}

function withOmitted(message: Told, omitted: number): Told {
  return omitted === 0 ? message : say("{message} (and {omitted} more like this before)", { message, omitted });
}
