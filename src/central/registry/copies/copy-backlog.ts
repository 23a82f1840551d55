import { say, type Told } from "../../../sentences/sentence.ts";

/** Milliseconds until a copy that failed is ordered again: after its first failure, its second, and so on. What lasts for
 * seconds is over soon; what lasts longer must not fill the network and the log. */
export const COPY_RETRY_DELAYS_MS: readonly number[] = [5_000, 20_000, 60_000, 300_000];
/** Milliseconds until a copy with a lasting obstacle is ordered again, unless its secondary asks for it before. */
export const OBSTACLE_RETRY_MS = 180_000;

/** Most reasons that are remembered of a name, so that each is logged once and not at each retry. */
const MAX_REASONS_PER_NAME = 4;

/** What others than its owner may know of a backlog. */
export type CopyBacklogView = Pick<
  CopyBacklog,
  "pendingCount" | "pendingBytes" | "orderedCount" | "obstacleCount" | "firstObstacle" | "orderedId"
>;

/**
 * The names that a secondary can copy: it lacks the cluster's version, and a present secondary holds that version. Each
 * is in one of these states: `wanted`, to be ordered; `ordered`; `deferred` after a failure; `obstructed`, deferred
 * because of a lasting obstacle at the secondary. Sans-I/O. No method but `requeueDue` takes longer for more names.
 */
export class CopyBacklog {
  private readonly wanted = new Set<string>();
  /** The ids of the versions that were ordered, by name. */
  private readonly orderedIds = new Map<string, string>();
  /** When to order again, one map for each number of failures; each in the order of time, since its delay is the same. */
  private readonly deferred = COPY_RETRY_DELAYS_MS.map(() => new Map<string, number>());
  /** When to order again, in the order of time. */
  private readonly obstructed = new Map<string, number>();
  /** Lasting obstacles by name, until the name is copied or fails for another reason. */
  private readonly obstacleReasons = new Map<string, Told>();
  /** Bytes of the versions that are lacking, by name: of all names. */
  private readonly sizes = new Map<string, number>();
  /** Their sum, and that of the names with an obstacle. */
  private totalBytes = 0;
  private obstructedBytes = 0;
  private readonly failures = new Map<string, number>();
  /** Why names failed, the latest reason last. */
  private readonly reasons = new Map<string, string[]>();

  /** How many names can be copied without help from a user. */
  get pendingCount(): number {
    const all = this.deferred.reduce((sum, { size }) => sum + size, this.wanted.size + this.orderedIds.size);
    // The names with an obstacle that are not obstructed now are tried again.
    return all - (this.obstacleReasons.size - this.obstructed.size);
  }

  /** Bytes of these names' versions. */
  get pendingBytes(): number {
    return this.totalBytes - this.obstructedBytes;
  }

  /** How many names a lasting obstacle keeps from being copied. */
  get obstacleCount(): number {
    return this.obstacleReasons.size;
  }

  /** The first of them, with what is in its way; "" when there is none. */
  get firstObstacle(): Told {
    for (const [name, reason] of this.obstacleReasons) return say("{name}: {error}", { name, error: reason });
    return "";
  }

  get orderedCount(): number {
    return this.orderedIds.size;
  }

  get wantedCount(): number {
    return this.wanted.size;
  }

  /** Names to be ordered, the longest waiting first. They may be ordered or removed during the iteration. */
  candidates(): Iterable<string> {
    return this.wanted;
  }

  /** The id of the version of a name that was ordered. */
  orderedId(name: string): string | undefined {
    return this.orderedIds.get(name);
  }

  /** Whether the secondary still means to copy a name: it was ordered, or the secondary waits for its obstacle to go. */
  isAwaited(name: string): boolean {
    return this.orderedIds.has(name) || this.obstructed.has(name);
  }

  /** A name is lacking, whose version has `size` bytes. One that is ordered, or that waits for its next try, stays so. */
  add(name: string, size: number): void {
    this.setSize(name, size);
    if (this.orderedIds.has(name) || this.obstructed.has(name)) return;
    if (!this.deferred.some((names) => names.has(name))) this.wanted.add(name);
  }

  markOrdered(name: string, id: string): void {
    if (this.wanted.delete(name)) this.orderedIds.set(name, id);
  }

  /**
   * An order could not be carried out. `obstacle`: the reason, where it is a lasting one. False when this version is not
   * ordered, or not any more.
   */
  markFailed(name: string, id: string, now: number, obstacle: Told | null = null): boolean {
    if (this.orderedIds.get(name) !== id) return false;
    this.orderedIds.delete(name);
    this.setObstacle(name, obstacle);
    if (obstacle !== null) {
      this.obstructed.set(name, now + OBSTACLE_RETRY_MS);
      return true;
    }
    const failures = Math.min((this.failures.get(name) ?? 0) + 1, COPY_RETRY_DELAYS_MS.length);
    this.failures.set(name, failures);
    this.deferred[failures - 1]?.set(name, now + (COPY_RETRY_DELAYS_MS[failures - 1] ?? 0));
    return true;
  }

  /** Whether a name has not failed for this reason lately. The reason is remembered until the name is removed. */
  isNewReason(name: string, reason: string): boolean {
    const reasons = this.reasons.get(name) ?? [];
    if (reasons.includes(reason)) return false;
    this.reasons.set(name, [...reasons, reason].slice(-MAX_REASONS_PER_NAME));
    return true;
  }

  /** The obstacle of a name is gone: it is ordered again at once. */
  removeObstacle(name: string): void {
    this.setObstacle(name, null);
    if (this.obstructed.delete(name)) this.wanted.add(name);
  }

  /** Nobody present holds it. When somebody comes who does, it is added again. */
  markSourceless(name: string): void {
    if (!this.wanted.delete(name)) return;
    this.setObstacle(name, null);
    this.setSize(name, null);
  }

  /** The name is not lacking any more, or not wanted. */
  remove(name: string): void {
    this.wanted.delete(name);
    this.orderedIds.delete(name);
    this.reasons.delete(name);
    this.obstructed.delete(name);
    this.setObstacle(name, null);
    this.setSize(name, null);
    if (this.failures.delete(name)) for (const names of this.deferred) names.delete(name);
  }

  /** What was deferred until now is to be ordered again. */
  requeueDue(now: number): void {
    for (const names of [...this.deferred, this.obstructed]) {
      for (const [name, until] of names) {
        if (until > now) break;
        names.delete(name);
        this.wanted.add(name);
      }
    }
  }

  /** `size`: null where the name is lacking no more. */
  private setSize(name: string, size: number | null): void {
    const change = (size ?? 0) - (this.sizes.get(name) ?? 0);
    if (size === null) this.sizes.delete(name);
    else this.sizes.set(name, size);
    this.totalBytes += change;
    if (this.obstacleReasons.has(name)) this.obstructedBytes += change;
  }

  private setObstacle(name: string, reason: Told | null): void {
    const size = this.sizes.get(name) ?? 0;
    if (this.obstacleReasons.delete(name)) this.obstructedBytes -= size;
    if (reason === null) return;
    this.obstacleReasons.set(name, reason);
    this.obstructedBytes += size;
  }
}
