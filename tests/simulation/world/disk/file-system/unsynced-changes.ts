import type { SeededRandom } from "../../random.ts";
import { Content, type Extent, PAGE_BYTES } from "./content.ts";

/** Milliseconds after which the system has brought to the disk by itself what nobody has synced. */
export const WRITEBACK_MS = 35_000;
/** Changes that are kept apart before those that have been brought to the disk are put together. */
const MAX_CHANGES = 64;

/** Nanoseconds since 1970. */
interface Times {
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

interface Moment {
  /** Simulated milliseconds. */
  readonly at: number;
  /** Of the file after it. */
  readonly times: Times;
}

/** A change of a file's bytes. `size` of a write: of the file after it. */
type Change = Moment &
  (
    | { readonly kind: "write"; readonly first: number; readonly pages: readonly Extent[]; readonly size: number }
    | { readonly kind: "resize"; readonly size: number }
    | { readonly kind: "punch" | "reserve"; readonly position: number; readonly length: number }
    | { readonly kind: "clone"; readonly content: Content }
    | { readonly kind: "touch" }
  );

/** What a file is on the disk itself, as opposed to in the page cache, and what has changed since. */
export class UnsyncedChanges {
  private durable = new Content();
  private changes: Change[] = [];

  constructor(private durableTimes: Times) {}

  /** Whether there are any. */
  get any(): boolean {
    return this.changes.length > 0;
  }

  add(change: Change): void {
    const { changes } = this;
    changes.push(change);
    if (changes.length % MAX_CHANGES === 0) this.settle(change.at - WRITEBACK_MS);
  }

  /** All of the file is on the disk now. */
  synced(content: Content): void {
    const last = this.changes.at(-1);
    if (!last) return;
    this.durable = content.snapshot();
    this.durableTimes = last.times;
    this.changes = [];
  }

  /** The disk itself has other bytes now, all of them, though nobody wrote them. */
  damaged(content: Content): void {
    this.synced(content);
    this.durable = content.snapshot();
  }

  /**
   * What a power loss leaves of the file. Each page that was written and not synced is on the disk or is not, in any order,
   * as a page by itself. Changes of the size and of the room go through a journal: of these there are all up to one, and
   * what was written to room that was taken after one that is lost is lost too. So do the times: they may be newer than the
   * bytes.
   */
  powerLoss(random: SeededRandom, now: number): { readonly content: Content; readonly times: Times } {
    this.settle(now - WRITEBACK_MS);
    const kept = this.durable;
    const cached = kept.snapshot();
    const chance = random.pick([0, 0.3, 0.7, 0.95, 1]);
    let { durableTimes: times } = this;
    let [journalEnded, timesEnded] = [false, false];
    for (const change of this.changes) {
      if (change.kind === "write") {
        for (const [index, page] of change.pages.entries()) {
          const number = change.first + index;
          const needsRoom = cached.page(number) === undefined;
          if ((journalEnded && needsRoom) || !random.chance(chance)) continue;
          keepPage(kept, number, page, change.size);
          times = change.times;
        }
        timesEnded ||= !random.chance(chance);
        if (!timesEnded) times = change.times;
      } else if (!journalEnded && random.chance(chance)) {
        apply(kept, change);
        times = change.times;
      } else journalEnded = true;
      apply(cached, change);
    }
    this.changes = [];
    this.durable = kept.snapshot();
    this.durableTimes = times;
    return { content: kept, times };
  }

  /** Everything that happened up to a moment is on the disk. */
  private settle(until: number): void {
    const settled = this.changes.findLastIndex(({ at }) => at <= until);
    if (settled < 0) return;
    for (const change of this.changes.splice(0, settled + 1)) {
      apply(this.durable, change);
      this.durableTimes = change.times;
    }
  }
}

function keepPage(content: Content, number: number, page: Extent, size: number): void {
  content.setPage(number, page);
  content.extend(Math.min(size, (number + 1) * PAGE_BYTES));
}

function apply(content: Content, change: Change): void {
  switch (change.kind) {
    case "write":
      for (const [index, page] of change.pages.entries()) keepPage(content, change.first + index, page, change.size);
      return;
    case "resize":
      return content.resize(change.size);
    case "punch":
      return content.punch(change.position, change.length);
    case "reserve":
      return content.reserve(change.position, change.length);
    case "clone":
      return content.assign(change.content);
    case "touch":
      return;
  }
}
