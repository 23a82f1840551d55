import type { IndexChange } from "./file-record.ts";

/** The listeners to changes of the index. */
export class IndexListeners {
  private readonly changeListeners: ((changes: readonly IndexChange[]) => void)[] = [];
  private readonly leavingListeners: ((id: string) => void)[] = [];

  /** Adds a listener, which gets the changes in batches. */
  onChanges(listener: (changes: readonly IndexChange[]) => void): void {
    this.changeListeners.push(listener);
  }

  /**
   * Adds a listener, which is notified of a version just before a name loses it, while its hashes can still be read.
   */
  onLeaving(listener: (id: string) => void): void {
    this.leavingListeners.push(listener);
  }

  changed(changes: readonly IndexChange[]): void {
    if (changes.length > 0) for (const listener of this.changeListeners) listener(changes);
  }

  leaving(id: string): void {
    for (const listener of this.leavingListeners) listener(id);
  }
}
