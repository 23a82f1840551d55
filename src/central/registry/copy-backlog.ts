/** Milliseconds until a copy that failed is ordered again: after its first failure, its second, and so on. */
export const RETRIES: readonly number[] = [5_000, 20_000, 60_000, 300_000];
/** Milliseconds until a copy that a lasting obstacle prevents is ordered again, where its secondary has not asked before. */
export const OBSTACLE_RETRY = 180_000;

/** Most reasons for which a name failed that are remembered, so that none of them is reported at each retry. */
const REASONS = 4;

/**
 * The names of which a secondary lacks the cluster's version. Each is in one of these states: `wanted`, to be ordered;
 * `ordered`; `deferred` after a failure; `obstructed`, deferred because of a lasting obstacle at the secondary;
 * `stranded`, with nobody there who holds it. Pure. Nothing here takes longer for more names.
 */
export class Needs {
  private readonly wanted = new Set<string>();
  /** The version that was ordered, by name. */
  private readonly ordered = new Map<string, string>();
  /** When to order again, by how often it failed; in each in the order of time, for the wait is the same. */
  private readonly deferred = RETRIES.map(() => new Map<string, number>());
  /** When to order again, in the order of time. */
  private readonly obstructed = new Map<string, number>();
  private readonly stranded = new Set<string>();
  /** Lasting obstacles, by name, from when they were told until the name is copied or fails for another reason. */
  private readonly lasting = new Map<string, string>();
  private readonly failures = new Map<string, number>();
  /** Why names failed, the latest news last. */
  private readonly reasons = new Map<string, string[]>();

  /** How many names can be copied sooner or later, without anybody's help, from those who are there. */
  get open(): number {
    const all = this.deferred.reduce((sum, { size }) => sum + size, this.wanted.size + this.ordered.size);
    // Others with a lasting obstacle are being tried again.
    return all - (this.lasting.size - this.obstructed.size);
  }

  /** How many names a lasting obstacle keeps from being copied. */
  get obstacles(): number {
    return this.lasting.size;
  }

  /** The first of them, with what is in its way; "" when there is none. */
  get obstacle(): string {
    for (const [name, reason] of this.lasting) return `${name}: ${reason}`;
    return "";
  }

  get orders(): number {
    return this.ordered.size;
  }

  get waiting(): number {
    return this.wanted.size;
  }

  /** Names to be ordered, the longest waiting first. They may leave this state meanwhile. */
  candidates(): Iterable<string> {
    return this.wanted;
  }

  /** The version of a name that was ordered. */
  order(name: string): string | undefined {
    return this.ordered.get(name);
  }

  /** Whether the secondary was told to copy a name and has it in mind: it was ordered, or waits there for its obstacle to go. */
  isTold(name: string): boolean {
    return this.ordered.has(name) || this.obstructed.has(name);
  }

  /** A name is lacking, or somebody who holds it has come. What is ordered or waits for its next try stays so. */
  want(name: string): void {
    this.stranded.delete(name);
    if (this.ordered.has(name) || this.obstructed.has(name)) return;
    if (!this.deferred.some((names) => names.has(name))) this.wanted.add(name);
  }

  ordering(name: string, id: string): void {
    if (this.wanted.delete(name)) this.ordered.set(name, id);
  }

  /**
   * An order could not be carried out. `obstacle`: the reason, where it is a lasting one. False when it was no order, or
   * not the last one.
   */
  fail(name: string, id: string, now: number, obstacle: string | null = null): boolean {
    if (this.ordered.get(name) !== id) return false;
    this.ordered.delete(name);
    this.lasting.delete(name);
    if (obstacle !== null) {
      this.lasting.set(name, obstacle);
      this.obstructed.set(name, now + OBSTACLE_RETRY);
      return true;
    }
    const failures = Math.min((this.failures.get(name) ?? 0) + 1, RETRIES.length);
    this.failures.set(name, failures);
    this.deferred[failures - 1]?.set(name, now + (RETRIES[failures - 1] ?? 0));
    return true;
  }

  /** Whether this is another reason than those for which a name has failed lately; it is remembered as long as it fails. */
  isNews(name: string, reason: string): boolean {
    const reasons = this.reasons.get(name) ?? [];
    if (reasons.includes(reason)) return false;
    this.reasons.set(name, [...reasons, reason].slice(-REASONS));
    return true;
  }

  /** What was in the way of a name is gone. */
  clear(name: string): void {
    this.lasting.delete(name);
    if (this.obstructed.delete(name)) this.wanted.add(name);
  }

  /** Nobody who is there holds it. */
  strand(name: string): void {
    if (!this.wanted.delete(name)) return;
    this.lasting.delete(name);
    this.stranded.add(name);
  }

  /** The name is not lacking any more. */
  drop(name: string): void {
    this.wanted.delete(name);
    this.ordered.delete(name);
    this.stranded.delete(name);
    this.reasons.delete(name);
    this.obstructed.delete(name);
    this.lasting.delete(name);
    if (this.failures.delete(name)) for (const names of this.deferred) names.delete(name);
  }

  /** Wants again what was deferred until now. */
  due(now: number): void {
    for (const names of [...this.deferred, this.obstructed]) {
      for (const [name, until] of names) {
        if (until > now) break;
        names.delete(name);
        this.wanted.add(name);
      }
    }
  }
}
