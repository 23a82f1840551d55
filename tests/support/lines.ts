/** Text lines as they come from a program, and the waiters for one of them. */
export class Lines {
  readonly all: string[] = [];
  private rest = "";
  private watchers = new Set<() => void>();

  push(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    if (lines.length === 0) return;
    this.all.push(...lines);
    this.wake();
  }

  end(): void {
    if (this.rest !== "") this.push("\n");
  }

  /** Lets all watchers look again. */
  wake(): void {
    for (const watcher of [...this.watchers]) watcher();
  }

  /** Calls `look` after each change until the returned function is called. */
  watch(look: () => void): () => void {
    this.watchers.add(look);
    return () => this.watchers.delete(look);
  }
}
