/** Does so many things at the same time, and no more. */
export class BoundedWork {
  private running = 0;

  constructor(private readonly limit: number) {}

  /** Begins `work` where there is room; says whether it has. */
  run(work: () => Promise<void>): boolean {
    if (this.running >= this.limit) return false;
    this.running += 1;
    void work().finally(() => {
      this.running -= 1;
    });
    return true;
  }
}
