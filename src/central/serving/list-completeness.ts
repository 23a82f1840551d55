import { GRACE_PERIOD_MS } from "../registry/catalogue.ts";
import type { SecondaryDirectory } from "../registry/secondary-table.ts";

/** A secondary that goes and comes again and again is not waited for any longer than this (milliseconds). */
const LONGEST_WAIT_MS = 4 * GRACE_PERIOD_MS;

/** Who may hold files that no list has yet, by their numbers: those who are telling what they hold, and those who are away. */
export interface Unheard {
  readonly announcing: readonly number[];
  readonly away: readonly number[];
}

/**
 * Whether a list of the catalogue is whole. A central that was started again learns from the secondaries what there is: until
 * all that it knew before have told it, or have had time to come back, a list may lack what one of them alone holds. A list
 * that was whole once stays so, since what a secondary has told is remembered when it is lost. Sans-I/O.
 */
export class ListCompleteness {
  private readonly awaited: Set<number>;
  private whole: boolean;
  /** Since when somebody has been there who has told all (milliseconds); null while nobody is. */
  private heardSince: number | null = null;

  /** `known`: the secondaries from before the central was started. `wasSynchronized`: the cluster was in step once. */
  constructor(
    private readonly secondaries: Pick<SecondaryDirectory, "get" | "sorted">,
    known: Iterable<number>,
    wasSynchronized: boolean,
  ) {
    this.awaited = new Set(known);
    // A new cluster has nothing that could be missing, and does not serve before all have told what they hold.
    this.whole = !wasSynchronized && this.awaited.size === 0;
  }

  /** Who keeps a list from being whole; null: nobody does. */
  unheard(): Unheard | null {
    if (this.whole) return null;
    const announcing = this.announcing();
    return { announcing, away: [...this.awaited].filter((number) => !announcing.includes(number)) };
  }

  /**
   * To be called when the registry has changed, and at regular times. Gives, once, who has not come back in time when a list
   * counts as whole from now on all the same; null where nothing has changed.
   */
  update(now: number): readonly number[] | null {
    if (this.whole) return null;
    if (!this.secondaries.sorted().some(({ phase }) => phase === "live")) {
      // While nobody is there the others may be as far away: the network, or the central, was.
      this.heardSince = null;
      return null;
    }
    this.heardSince ??= now;
    const since = this.heardSince;
    for (const number of this.awaited) {
      const phase = this.secondaries.get(number)?.phase;
      // One that is not known any more is forgotten.
      if (phase === undefined || phase === "live") this.awaited.delete(number);
    }
    if (this.announcing().length > 0) return null;
    if ([...this.awaited].some((number) => now < this.deadlineOf(number, since))) return null;
    this.whole = true;
    return [...this.awaited];
  }

  private announcing(): number[] {
    return this.secondaries.sorted().flatMap(({ phase, number }) => (phase === "announcing" ? [number] : []));
  }

  /** Until when one that is away may come back. */
  private deadlineOf(number: number, since: number): number {
    const lostAt = this.secondaries.get(number)?.lostAt ?? since;
    return Math.min(Math.max(since, lostAt) + GRACE_PERIOD_MS, since + LONGEST_WAIT_MS);
  }
}
