import { type Cancel, type Clock, every } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Obstacle } from "./library/obstacle.ts";

/** Milliseconds between looks at whether obstacles are gone. */
const PERIOD = 3000;
/** Names looked at in one go, the longest waiting first. */
const LOOKS = 64;
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

/** Files that could not be copied for a lasting reason: each is named once, and its place is looked at now and then. */
export class Obstructed {
  /** Bytes of the file, by name. */
  private readonly waiting = new Map<string, number>();
  /** The obstacle that was told, by name. */
  private readonly told = new Map<string, string>();
  private cancel: Cancel | null = null;
  private looking = false;

  constructor(private readonly deps: ObstructedDeps) {}

  get size(): number {
    return this.waiting.size;
  }

  add(name: string, bytes: number, { reason }: Obstacle): void {
    this.waiting.set(name, bytes);
    this.cancel ??= every(this.deps.clock, PERIOD, () => void this.look());
    if (this.told.get(name) === reason) return;
    if (this.told.size >= REMEMBERED) this.told.clear();
    this.told.set(name, reason);
    if (this.waiting.size > NAMED + 1) return;
    const further = this.waiting.size > NAMED;
    const text = further ? "further files cannot be copied, which status counts" : `cannot copy ${name}: ${reason}`;
    this.deps.log.warn("obstacle", text, { name });
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

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const cleared: string[] = [];
    for (const [name, bytes] of [...this.waiting].slice(0, LOOKS)) {
      if ((await this.deps.obstacleTo(name, bytes))?.lasting) {
        // To the end of the row.
        if (this.waiting.delete(name)) this.waiting.set(name, bytes);
      } else if (this.waiting.delete(name)) {
        cleared.push(name);
      }
    }
    this.looking = false;
    if (this.waiting.size === 0) this.forget();
    if (cleared.length > 0) this.deps.cleared(cleared);
  }
}
