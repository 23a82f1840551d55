import { type Clock, pause } from "../../platform/clock.ts";
import type { ClusterNews } from "../cluster-summary.ts";
import type { Effect } from "../registry/effect.ts";
import type { Registry } from "../registry/registry.ts";
import type { RemoteStore } from "../remote-store.ts";

/** Files removed in one go: numbered and stored together, and no longer than others can wait. */
const AT_ONCE = 256;
/** Bytes of orders that a secondary has still to take, beyond which further removals wait... */
const MOST_BACKLOG = 1024 * 1024;
/** ...for so many milliseconds each time. */
const WAIT = 100;

export interface RemovingDeps {
  readonly clock: Clock;
  readonly news: Pick<ClusterNews, "removed">;
  readonly store: Pick<RemoteStore, "nextSerials" | "addRemovals">;
  readonly registry: Pick<Registry, "entry" | "remove">;
  /** Stores something, and then carries out what rests upon it. Resolves once that is done. */
  commit(store: () => Promise<unknown>, effects: readonly Effect[]): Promise<void>;
  /** Bytes that each secondary has still to take. */
  backlogs(): readonly number[];
}

/** Removes files from every secondary, however many, a part at a time. */
export class Removing {
  constructor(private readonly deps: RemovingDeps) {}

  /** Gives how many of these files there were. Rejects where a part cannot be stored. */
  async remove(names: readonly string[]): Promise<number> {
    let removed = 0;
    for (let start = 0; start < names.length; start += AT_ONCE) {
      removed += await this.removeSome(names.slice(start, start + AT_ONCE));
      while (this.deps.backlogs().some((bytes) => bytes > MOST_BACKLOG)) await pause(this.deps.clock, WAIT);
    }
    return removed;
  }

  private async removeSome(names: readonly string[]): Promise<number> {
    const { store, registry, commit, news } = this.deps;
    const there = names.filter((name) => registry.entry(name));
    if (there.length === 0) return 0;
    const first = await store.nextSerials(there.length);
    const done = there.flatMap((name, index) => registry.remove(name, first + index) ?? []);
    const removals = done.map(({ removal }) => removal);
    await commit(
      () => store.addRemovals(removals),
      done.flatMap(({ effects }) => effects),
    );
    for (const { removal } of done) news.removed(removal.name);
    return done.length;
  }
}
