import { INITIAL_STATE, type PageState } from "./page-state.ts";

/** Holds what the page knows, and tells whoever shows it of each change. */
export class Store {
  private current = INITIAL_STATE;
  private readonly listeners = new Set<() => void>();

  get state(): PageState {
    return this.current;
  }

  update(change: (state: PageState) => PageState): void {
    const next = change(this.current);
    if (next === this.current) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }

  /** Gives what ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
