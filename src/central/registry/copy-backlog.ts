/** Milliseconds until a copy that failed is ordered again: after its first failure, its second, and so on. */
export const COPY_RETRY_DELAYS_MS: readonly number[] = [5_000, 20_000, 60_000, 300_000];
/** Milliseconds until a copy that a lasting obstacle prevents is ordered again, where its secondary has not asked before. */
export const OBSTACLE_RETRY_MS = 180_000;

/** Most reasons for which a name failed that are remembered, so that none of them is reported at each retry. */
const MAX_REASONS_PER_NAME = 4;

/** What others than its owner may know of a backlog. */
export type CopyBacklogView = Pick<
  CopyBacklog,
  "pendingCount" | "orderedCount" | "obstacleCount" | "firstObstacle" | "orderedId"
>;

/**
 * The names of which a secondary lacks the cluster's version. Each is in one of these states: `wanted`, to be ordered;
 * `ordered`; `deferred` after a failure; `obstructed`, deferred because of a lasting obstacle at the secondary;
 * `sourceless`, with nobody present who holds it. Sans-I/O. No method takes longer for more names.
 */
export class CopyBacklog {
  private readonly wanted = new Set<string>();
  /** The version that was ordered, by name. */
  private readonly orderedIds = new Map<string, string>();
  /** When to order again, by how often it failed; in each in the order of time, for the wait is the same. */
  private readonly deferred = COPY_RETRY_DELAYS_MS.map(() => new Map<string, number>());
  /** When to order again, in the order of time. */
  private readonly obstructed = new Map<string, number>();
  private readonly sourceless = new Set<string>();
  /** Lasting obstacles, by name, from when they were told until the name is copied or fails for another reason. */
  private readonly obstacleReasons = new Map<string, string>();
  private readonly failures = new Map<string, number>();
  /** Why names failed, the latest news last. */
  private readonly reasons = new Map<string, string[]>();

  /** How many names can be copied sooner or later, without anybody's help, from those who are there. */
  get pendingCount(): number {
    const all = this.deferred.reduce((sum, { size }) => sum + size, this.wanted.size + this.orderedIds.size);
    // Others with a lasting obstacle are being tried again.
    return all - (this.obstacleReasons.size - this.obstructed.size);
  }

  /** How many names a lasting obstacle keeps from being copied. */
  get obstacleCount(): number {
    return this.obstacleReasons.size;
  }

  /** The first of them, with what is in its way; "" when there is none. */
  get firstObstacle(): string {
    for (const [name, reason] of this.obstacleReasons) return `${name}: ${reason}`;
    return "";
  }

  get orderedCount(): number {
    return this.orderedIds.size;
  }

  get wantedCount(): number {
    return this.wanted.size;
  }

  /** Names to be ordered, the longest waiting first. They may leave this state meanwhile. */
  candidates(): Iterable<string> {
    return this.wanted;
  }

  /** The version of a name that was ordered. */
  orderedId(name: string): string | undefined {
    return this.orderedIds.get(name);
  }

  /** Whether the secondary was told to copy a name and has it in mind: it was ordered, or waits there for its obstacle to go. */
  isAwaited(name: string): boolean {
    return this.orderedIds.has(name) || this.obstructed.has(name);
  }

  /** A name is lacking, or somebody who holds it has come. What is ordered or waits for its next try stays so. */
  add(name: string): void {
    this.sourceless.delete(name);
    if (this.orderedIds.has(name) || this.obstructed.has(name)) return;
    if (!this.deferred.some((names) => names.has(name))) this.wanted.add(name);
  }

  markOrdered(name: string, id: string): void {
    if (this.wanted.delete(name)) this.orderedIds.set(name, id);
  }

  /**
   * An order could not be carried out. `obstacle`: the reason, where it is a lasting one. False when it was no order, or
   * not the last one.
   */
  markFailed(name: string, id: string, now: number, obstacle: string | null = null): boolean {
    if (this.orderedIds.get(name) !== id) return false;
    this.orderedIds.delete(name);
    this.obstacleReasons.delete(name);
    if (obstacle !== null) {
      this.obstacleReasons.set(name, obstacle);
      this.obstructed.set(name, now + OBSTACLE_RETRY_MS);
      return true;
    }
    const failures = Math.min((this.failures.get(name) ?? 0) + 1, COPY_RETRY_DELAYS_MS.length);
    this.failures.set(name, failures);
    this.deferred[failures - 1]?.set(name, now + (COPY_RETRY_DELAYS_MS[failures - 1] ?? 0));
    return true;
  }

  /** Whether this is another reason than those for which a name has failed lately; it is remembered as long as it fails. */
  isNewReason(name: string, reason: string): boolean {
    const reasons = this.reasons.get(name) ?? [];
    if (reasons.includes(reason)) return false;
    this.reasons.set(name, [...reasons, reason].slice(-MAX_REASONS_PER_NAME));
    return true;
  }

  /** What was in the way of a name is gone. */
  removeObstacle(name: string): void {
    this.obstacleReasons.delete(name);
    if (this.obstructed.delete(name)) this.wanted.add(name);
  }

  /** Nobody who is there holds it. */
  markSourceless(name: string): void {
    if (!this.wanted.delete(name)) return;
    this.obstacleReasons.delete(name);
    this.sourceless.add(name);
  }

  /** The name is not lacking any more. */
  remove(name: string): void {
    this.wanted.delete(name);
    this.orderedIds.delete(name);
    this.sourceless.delete(name);
    this.reasons.delete(name);
    this.obstructed.delete(name);
    this.obstacleReasons.delete(name);
    if (this.failures.delete(name)) for (const names of this.deferred) names.delete(name);
  }

  /** Wants again what was deferred until now. */
  requeueDue(now: number): void {
    for (const names of [...this.deferred, this.obstructed]) {
      for (const [name, until] of names) {
        if (until > now) break;
        names.delete(name);
        this.wanted.add(name);
      }
    }
  }
}
