import { type Cancel, type Clock, every } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { Obstacle } from "../../folder/obstacle.ts";

/** Milliseconds between looks at whether obstacles are gone. */
const PERIOD = 3000;
/** Names looked at in one go, the longest waiting first. */
const LOOKS = 64;
/** Most milliseconds for which a file rests that fails although nothing seems to be in its way. */
const LONGEST_REST = 300_000;
/** Most different obstacles to a file that are named. */
const REASONS = 3;
/** Most obstacles named in the log while they last, and most that are remembered as named. */
const NAMED = 10;
const REMEMBERED = 1000;

export interface ObstructedDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What is in the way of a file of so many bytes now; null when nothing is. Never rejects. */
  obstacleTo(name: string, bytes: number): Promise<Obstacle | null>;
  /** Nothing is in the way of these any more. */
  cleared(names: readonly string[]): void;
}

interface Waiting {
  /** Of the file. */
  readonly bytes: number;
  readonly reason: string;
  /** Before this it is not tried again, even if nothing seems to be in its way: it has failed again and again. */
  readonly rest: number;
}

interface Told {
  /** Obstacles that were named in the log. */
  readonly reasons: Set<string>;
  /** How often it was tried and failed. */
  tries: number;
}

/** Files that could not be copied for a lasting reason: each is named once, and its place is looked at now and then. */
export class Obstructed {
  private readonly waiting = new Map<string, Waiting>();
  private readonly told = new Map<string, Told>();
  private cancel: Cancel | null = null;
  private looking = false;

  constructor(private readonly deps: ObstructedDeps) {}

  get size(): number {
    return this.waiting.size;
  }

  /** At most `limit` of them. */
  list(limit: number): { readonly name: string; readonly reason: string }[] {
    return [...this.waiting].slice(0, limit).map(([name, { reason }]) => ({ name, reason }));
  }

  add(name: string, bytes: number, { reason }: Obstacle): void {
    const { clock } = this.deps;
    if (this.told.size >= REMEMBERED && !this.told.has(name)) this.told.clear();
    const told = this.told.get(name) ?? { reasons: new Set<string>(), tries: 0 };
    this.told.set(name, told);
    const rest = clock.now() + Math.min(LONGEST_REST, PERIOD * (2 ** told.tries - 1));
    told.tries += 1;
    this.waiting.set(name, { bytes, reason, rest });
    this.cancel ??= every(clock, PERIOD, () => void this.look());
    if (told.reasons.has(reason) || told.reasons.size === REASONS) return;
    told.reasons.add(reason);
    this.tell(name, reason);
  }

  /** A name is not wanted any more, or is here. */
  drop(name: string): void {
    this.waiting.delete(name);
    this.told.delete(name);
  }

  /** The session with the central is over: what is still missing will be ordered again. */
  forget(): void {
    this.waiting.clear();
    this.cancel?.();
    this.cancel = null;
  }

  private tell(name: string, reason: string): void {
    const { log } = this.deps;
    if (this.waiting.size <= NAMED) log.warn("obstacle", `cannot copy ${name}: ${reason}`, { name });
    else if (this.waiting.size === NAMED + 1)
      log.warn("obstacle", "further files cannot be copied, which status counts");
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const cleared: string[] = [];
    const now = this.deps.clock.now();
    for (const [name, file] of [...this.waiting].slice(0, LOOKS)) {
      const stays = file.rest > now || (await this.deps.obstacleTo(name, file.bytes))?.lasting === true;
      // It may have been withdrawn meanwhile. What stays goes to the end of the row.
      if (!this.waiting.delete(name)) continue;
      if (stays) this.waiting.set(name, file);
      else cleared.push(name);
    }
    this.looking = false;
    if (this.waiting.size === 0) this.forget();
    if (cleared.length > 0) this.deps.cleared(cleared);
  }
}
