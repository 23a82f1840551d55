/** Waits until something is known about each of a set of names. */
export class Verdicts {
  private readonly open = new Set<string>();
  private waiters: (() => void)[] = [];

  /** Resolves once each of these names, and those asked for before, has its verdict. */
  async all(names: Iterable<string>): Promise<void> {
    for (const name of names) this.open.add(name);
    if (this.open.size > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  reach(name: string): void {
    if (!this.open.delete(name) || this.open.size > 0) return;
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
