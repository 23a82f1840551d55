import type { Source } from "./source.ts";

/** Milliseconds without a ready source after which it is told: where there was one, and where none was there yet. */
const ALARM_AFTER_LOSS_MS = 1000;
const FIRST_ALARM_MS = 3000;
/** Sources that are named. */
const MAX_NAMED_SOURCES = 3;

/**
 * When it is told that no source delivers: not while the first ones are being connected to, not for a moment between two
 * connections, and not again before something has come. Pure; times in milliseconds.
 */
export class NoSourcesAlarm {
  private hadSource = false;
  private raised = false;

  constructor(private since: number) {}

  /** From now on there are none for a while, and that is meant so. */
  restart(now: number): void {
    this.since = now;
    this.hadSource = false;
  }

  /** Bytes have come. */
  bytesReceived(): void {
    this.raised = false;
  }

  /** `ready`: how many sources could deliver now. Gives whether it is to be told that there is none. */
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
export function describeNoSources(sources: Iterable<Pick<Source, "number" | "address" | "failure">>): string {
  const all = [...sources];
  if (all.length === 0) return "no secondary is known that has it";
  const named = all.slice(0, MAX_NAMED_SOURCES).map(({ number, address, failure }) => {
    const why = failure ?? "no answer yet";
    return why.includes(address) ? `secondary ${number}: ${why}` : `secondary ${number} at ${address}: ${why}`;
  });
  const more = all.length - named.length;
  return named.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
