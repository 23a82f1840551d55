/** Which sessions want to know about the sources of which versions. Bounded for each session by the caller. */
export class Watchers {
  /** By file name: session and the version that it is about. */
  private readonly byName = new Map<string, Map<number, Set<string>>>();
  private readonly counts = new Map<number, number>();

  add(session: number, name: string, id: string): void {
    let sessions = this.byName.get(name);
    if (!sessions) {
      sessions = new Map();
      this.byName.set(name, sessions);
    }
    const ids = sessions.get(session) ?? new Set();
    if (!ids.has(id)) this.counts.set(session, this.count(session) + 1);
    sessions.set(session, ids.add(id));
  }

  drop(session: number, name: string, id: string): void {
    const sessions = this.byName.get(name);
    const ids = sessions?.get(session);
    if (!sessions || !ids?.delete(id)) return;
    this.counts.set(session, this.count(session) - 1);
    if (ids.size === 0) sessions.delete(session);
    if (sessions.size === 0) this.byName.delete(name);
  }

  dropAll(session: number): void {
    for (const [name, sessions] of this.byName) {
      if (sessions.delete(session) && sessions.size === 0) this.byName.delete(name);
    }
    this.counts.delete(session);
  }

  /** How many versions a session watches. */
  count(session: number): number {
    return this.counts.get(session) ?? 0;
  }

  /** Who watches versions of a name. */
  *of(name: string): Iterable<{ session: number; id: string }> {
    for (const [session, ids] of this.byName.get(name) ?? []) for (const id of ids) yield { session, id };
  }
}
