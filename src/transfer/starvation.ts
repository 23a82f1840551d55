import type { Source } from "./source.ts";

/** Milliseconds without a ready source after which it is told: where there was one, and where none was there yet. */
const AFTER_LOSS = 1000;
const AT_FIRST = 3000;
/** Sources that are named. */
const NAMED = 3;

/**
 * When it is told that no source delivers: not while the first ones are being connected to, not for a moment between two
 * connections, and not again before something has come. Pure; times in milliseconds.
 */
export class Starvation {
  private had = false;
  private told = false;

  constructor(private since: number) {}

  /** From now on there are none for a while, and that is meant so. */
  begin(now: number): void {
    this.since = now;
    this.had = false;
  }

  /** Bytes have come. */
  fed(): void {
    this.told = false;
  }

  /** `ready`: how many sources could deliver now. Gives whether it is to be told that there is none. */
  look(now: number, ready: number): boolean {
    if (ready > 0) {
      this.had = true;
      this.since = now;
    }
    if (this.told || now - this.since < (this.had ? AFTER_LOSS : AT_FIRST)) return false;
    this.told = true;
    return true;
  }
}

/** Why none of these sources is ready, the first few by name. */
export function whyNone(sources: Iterable<Pick<Source, "number" | "address" | "failure">>): string {
  const all = [...sources];
  if (all.length === 0) return "no secondary is known that has it";
  const named = all.slice(0, NAMED).map(({ number, address, failure }) => {
    const why = failure ?? "no answer yet";
    return why.includes(address) ? `secondary ${number}: ${why}` : `secondary ${number} at ${address}: ${why}`;
  });
  const more = all.length - named.length;
  return named.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
