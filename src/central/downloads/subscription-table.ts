/** Which sessions want to know about the sources of which versions. Bounded for each session by the caller. */
export class SubscriptionTable {
  /** By file name: session and the versions that it is about. */
  private readonly byName = new Map<string, Map<number, Set<string>>>();
  /** By session: the names, and how many versions of all of them. */
  private readonly bySession = new Map<number, { readonly names: Set<string>; count: number }>();

  add(session: number, name: string, id: string): void {
    const sessions = this.byName.get(name) ?? new Map<number, Set<string>>();
    const ids = sessions.get(session) ?? new Set();
    if (ids.has(id)) return;
    this.byName.set(name, sessions.set(session, ids.add(id)));
    const mine = this.bySession.get(session) ?? { names: new Set(), count: 0 };
    mine.names.add(name);
    mine.count += 1;
    this.bySession.set(session, mine);
  }

  remove(session: number, name: string, id: string): void {
    const sessions = this.byName.get(name);
    const ids = sessions?.get(session);
    const mine = this.bySession.get(session);
    if (!sessions || !mine || !ids?.delete(id)) return;
    mine.count -= 1;
    if (mine.count === 0) this.bySession.delete(session);
    if (ids.size > 0) return;
    mine.names.delete(name);
    this.removeFromName(session, name, sessions);
  }

  removeSession(session: number): void {
    for (const name of this.bySession.get(session)?.names ?? []) {
      const sessions = this.byName.get(name);
      if (sessions) this.removeFromName(session, name, sessions);
    }
    this.bySession.delete(session);
  }

  /** How many versions a session watches. */
  count(session: number): number {
    return this.bySession.get(session)?.count ?? 0;
  }

  /** Names that somebody watches. */
  names(): Iterable<string> {
    return this.byName.keys();
  }

  /** Who watches versions of a name. */
  *of(name: string): Iterable<{ session: number; id: string }> {
    for (const [session, ids] of this.byName.get(name) ?? []) for (const id of ids) yield { session, id };
  }

  private removeFromName(session: number, name: string, sessions: Map<number, Set<string>>): void {
    sessions.delete(session);
    if (sessions.size === 0) this.byName.delete(name);
  }
}
