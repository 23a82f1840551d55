import { type Cancel, type Clock, every } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { Obstacle } from "../../folder/obstacle.ts";

/** Milliseconds between looks at whether obstacles are gone. */
const RECHECK_INTERVAL_MS = 3000;
/** Names looked at in one go, the longest waiting first. */
const MAX_RECHECKED_FILES = 64;
/** Most milliseconds for which a file rests that fails although nothing seems to be in its way. */
const MAX_RETRY_DELAY_MS = 300_000;
/** Most different obstacles to a file that are named. */
const MAX_LOGGED_REASONS = 3;
/** Most obstacles named in the log while they last, and most that are remembered as named. */
const MAX_LOGGED_FILES = 10;
const MAX_REMEMBERED_FILES = 1000;

export interface BlockedFilesDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What is in the way of a file of so many bytes now; null when nothing is. Never rejects. */
  obstacleTo(name: string, bytes: number): Promise<Obstacle | null>;
  /** Nothing is in the way of these any more. */
  unblocked(names: readonly string[]): void;
}

interface BlockedFile {
  /** Of the file. */
  readonly bytes: number;
  readonly reason: string;
  /** Before this it is not tried again, even if nothing seems to be in its way: it has failed again and again. */
  readonly retryAt: number;
}

interface BlockHistory {
  /** Obstacles that were named in the log. */
  readonly loggedReasons: Set<string>;
  /** How often it was tried and failed. */
  tries: number;
}

/** Files that could not be copied for a lasting reason: each is named once, and its place is looked at now and then. */
export class BlockedFiles {
  private readonly files = new Map<string, BlockedFile>();
  private readonly histories = new Map<string, BlockHistory>();
  private cancel: Cancel | null = null;
  private rechecking = false;

  constructor(private readonly deps: BlockedFilesDeps) {}

  get size(): number {
    return this.files.size;
  }

  /** At most `limit` of them. */
  list(limit: number): { readonly name: string; readonly reason: string }[] {
    return [...this.files].slice(0, limit).map(([name, { reason }]) => ({ name, reason }));
  }

  add(name: string, bytes: number, { reason }: Obstacle): void {
    const { clock } = this.deps;
    if (this.histories.size >= MAX_REMEMBERED_FILES && !this.histories.has(name)) this.histories.clear();
    const told = this.histories.get(name) ?? { loggedReasons: new Set<string>(), tries: 0 };
    this.histories.set(name, told);
    const rest = clock.now() + Math.min(MAX_RETRY_DELAY_MS, RECHECK_INTERVAL_MS * (2 ** told.tries - 1));
    told.tries += 1;
    this.files.set(name, { bytes, reason, retryAt: rest });
    this.cancel ??= every(clock, RECHECK_INTERVAL_MS, () => void this.recheck());
    if (told.loggedReasons.has(reason) || told.loggedReasons.size === MAX_LOGGED_REASONS) return;
    told.loggedReasons.add(reason);
    this.logObstacle(name, reason);
  }

  /** A name is not wanted any more, or is here. */
  remove(name: string): void {
    this.files.delete(name);
    this.histories.delete(name);
  }

  /** The session with the central is over: what is still missing will be ordered again. */
  clear(): void {
    this.files.clear();
    this.cancel?.();
    this.cancel = null;
  }

  private logObstacle(name: string, reason: string): void {
    const { log } = this.deps;
    if (this.files.size <= MAX_LOGGED_FILES) log.warn("obstacle", `cannot copy ${name}: ${reason}`, { name });
    else if (this.files.size === MAX_LOGGED_FILES + 1)
      log.warn("obstacle", "further files cannot be copied, which status counts");
  }

  private async recheck(): Promise<void> {
    if (this.rechecking) return;
    this.rechecking = true;
    const cleared: string[] = [];
    const now = this.deps.clock.now();
    for (const [name, file] of [...this.files].slice(0, MAX_RECHECKED_FILES)) {
      const stays = file.retryAt > now || (await this.deps.obstacleTo(name, file.bytes))?.lasting === true;
      // It may have been withdrawn meanwhile. What stays goes to the end of the row.
      if (!this.files.delete(name)) continue;
      if (stays) this.files.set(name, file);
      else cleared.push(name);
    }
    this.rechecking = false;
    if (this.files.size === 0) this.clear();
    if (cleared.length > 0) this.deps.unblocked(cleared);
  }
}
