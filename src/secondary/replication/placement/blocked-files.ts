import { type Cancel, type Clock, every } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import { english, type Told } from "../../../sentences/sentence.ts";
import type { Obstacle } from "../../folder/obstacle.ts";

/** Milliseconds between two checks: a user who has removed an obstacle sees the copy begin soon. */
const RECHECK_INTERVAL_MS = 3000;
/** Files that one check asks the disk about, those first that have waited longest. Thousands may be blocked. */
const MAX_RECHECKED_FILES = 64;
/** Most milliseconds until a file is tried again that failed although no obstacle was seen. */
const MAX_RETRY_DELAY_MS = 300_000;
/** Most different obstacles to one file that are logged: a text may differ each time, with the name of a temporary file say. */
const MAX_LOGGED_REASONS = 3;
/** Most blocked files that are logged while they last, and most whose log lines are remembered. */
const MAX_LOGGED_FILES = 10;
const MAX_REMEMBERED_FILES = 1000;

export interface BlockedFilesDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What keeps a file of so many bytes from being copied now; null when nothing does. Never rejects. */
  obstacleTo(name: string, bytes: number): Promise<Obstacle | null>;
  /** The obstacles of these files are gone. */
  unblocked(names: readonly string[]): void;
}

interface BlockedFile {
  /** The size of the file. */
  readonly bytes: number;
  readonly reason: Told;
  /** The time before which it is not tried again, even if no obstacle is seen: it has failed several times. */
  readonly retryAt: number;
}

interface BlockHistory {
  /** Obstacles that were logged. */
  readonly loggedReasons: Set<string>;
  failedTries: number;
}

/** Files that a lasting obstacle keeps from being copied. Logs each once, and checks now and then whether the obstacle is gone. */
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
  list(limit: number): { readonly name: string; readonly reason: Told }[] {
    return [...this.files].slice(0, limit).map(([name, { reason }]) => ({ name, reason }));
  }

  add(name: string, bytes: number, { reason }: Obstacle): void {
    const { clock } = this.deps;
    if (this.histories.size >= MAX_REMEMBERED_FILES && !this.histories.has(name)) this.histories.clear();
    const history = this.histories.get(name) ?? { loggedReasons: new Set<string>(), failedTries: 0 };
    this.histories.set(name, history);
    const retryAt = clock.now() + Math.min(MAX_RETRY_DELAY_MS, RECHECK_INTERVAL_MS * (2 ** history.failedTries - 1));
    history.failedTries += 1;
    this.files.set(name, { bytes, reason, retryAt });
    this.cancel ??= every(clock, RECHECK_INTERVAL_MS, () => void this.recheck());
    const text = english(reason);
    if (history.loggedReasons.has(text) || history.loggedReasons.size === MAX_LOGGED_REASONS) return;
    history.loggedReasons.add(text);
    this.logObstacle(name, text);
  }

  /** A file is not wanted any more, or is copied. */
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
    const unblocked: string[] = [];
    const now = this.deps.clock.now();
    for (const [name, file] of [...this.files].slice(0, MAX_RECHECKED_FILES)) {
      const isBlocked = file.retryAt > now || (await this.deps.obstacleTo(name, file.bytes))?.lasting === true;
      // It may have been withdrawn meanwhile. What stays blocked goes to the end of the queue.
      if (!this.files.delete(name)) continue;
      if (isBlocked) this.files.set(name, file);
      else unblocked.push(name);
    }
    this.rechecking = false;
    if (this.files.size === 0) this.clear();
    if (unblocked.length > 0) this.deps.unblocked(unblocked);
  }
}
