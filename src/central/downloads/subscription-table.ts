/** Which sessions watch the sources of which versions. The caller bounds how many of each session. */
export class SubscriptionTable {
  /** The ids of versions, by file name and session. */
  private readonly byName = new Map<string, Map<number, Set<string>>>();
  /** The names, and how many versions of all of them, by session. */
  private readonly bySession = new Map<number, { readonly names: Set<string>; count: number }>();

  add(session: number, name: string, id: string): void {
    const sessions = this.byName.get(name) ?? new Map<number, Set<string>>();
    const ids = sessions.get(session) ?? new Set();
    if (ids.has(id)) return;
    this.byName.set(name, sessions.set(session, ids.add(id)));
    const own = this.bySession.get(session) ?? { names: new Set(), count: 0 };
    own.names.add(name);
    own.count += 1;
    this.bySession.set(session, own);
  }

  remove(session: number, name: string, id: string): void {
    const ids = this.byName.get(name)?.get(session);
    const own = this.bySession.get(session);
    if (!own || !ids?.delete(id)) return;
    own.count -= 1;
    if (own.count === 0) this.bySession.delete(session);
    if (ids.size > 0) return;
    own.names.delete(name);
    this.removeFromName(session, name);
  }

  removeSession(session: number): void {
    for (const name of this.bySession.get(session)?.names ?? []) this.removeFromName(session, name);
    this.bySession.delete(session);
  }

  /** How many versions a session watches. */
  count(session: number): number {
    return this.bySession.get(session)?.count ?? 0;
  }

  /** Names of which a session watches a version. */
  names(): Iterable<string> {
    return this.byName.keys();
  }

  /** The sessions that watch versions of a name, and which ones. */
  *of(name: string): Iterable<{ session: number; id: string }> {
    for (const [session, ids] of this.byName.get(name) ?? []) for (const id of ids) yield { session, id };
  }

  private removeFromName(session: number, name: string): void {
    const sessions = this.byName.get(name);
    sessions?.delete(session);
    if (sessions?.size === 0) this.byName.delete(name);
  }
}
