import { english, joined, say, type Told } from "../sentences/sentence.ts";
import type { Source } from "./source.ts";

/** Milliseconds without a ready source before the alarm. A source that is only reconnected to is back sooner... */
const ALARM_AFTER_LOSS_MS = 1000;
/** ...and the first ones are connected to within three seconds, even from far away. */
const FIRST_ALARM_MS = 3000;
/** Most sources that are named: with more the line would be too long to read. */
const MAX_NAMED_SOURCES = 3;

/**
 * When to say that no source delivers: not while the first ones are connected to, not for a moment between two
 * connections, and not again before bytes have come. Sans-I/O; times in milliseconds.
 */
export class NoSourcesAlarm {
  private hadSource = false;
  private raised = false;

  constructor(private since: number) {}

  /** Whether it was said that none delivers, and nothing has come since. */
  get isRaised(): boolean {
    return this.raised;
  }

  /** The sources are connected to anew, after a pause. */
  restart(now: number): void {
    this.since = now;
    this.hadSource = false;
  }

  /** Bytes have come. */
  bytesReceived(): void {
    this.raised = false;
  }

  /** `ready`: how many sources are ready. Gives whether to say now that there is none. */
  check(now: number, ready: number): boolean {
    if (ready > 0) {
      this.hadSource = true;
      this.since = now;
    }
    if (this.raised || now - this.since < (this.hadSource ? ALARM_AFTER_LOSS_MS : FIRST_ALARM_MS)) return false;
    this.raised = true;
    return true;
  }
}

/** Why none of these sources is ready, the first few by name. */
export function describeNoSources(sources: Iterable<Pick<Source, "number" | "address" | "failure">>): Told {
  const all = [...sources];
  if (all.length === 0) return say("no secondary is known that has it");
  const named = all.slice(0, MAX_NAMED_SOURCES).map(({ number, address, failure }) => {
    const why = failure ?? say("no answer yet");
    return english(why).includes(address)
      ? say("secondary {number}: {why}", { number, why })
      : say("secondary {number} at {address}: {why}", { number, address, why });
  });
  const more = all.length - named.length;
  return joined([...named, ...(more > 0 ? [say("and {count} more", { count: more })] : [])]);
}
