import type { Channel } from "../../net/session/channel.ts";
import { chunksOf } from "../../platform/chunks.ts";
import { type Clock, delay } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import type { Moved } from "../../protocol/messages/secondary.ts";
import type { ClusterSummary } from "../cluster-summary.ts";
import type { CentralObserver } from "../observer.ts";
import type { Registry } from "../registry/registry.ts";
import type { RegistryDriver } from "../registry-driver.ts";
import type { RemoteCentralStore } from "../remote-store.ts";

/** Files that are numbered and stored together: some milliseconds' work, for which other events wait. */
const FILES_PER_BATCH = 256;
/** Bytes of unsent orders for one secondary, beyond which further removals wait. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
/** Milliseconds between two checks of the unsent orders. */
const BACKLOG_POLL_MS = 100;

export interface RemoveOperationDeps {
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
  readonly summary: Pick<ClusterSummary, "recordRemoval">;
  readonly store: Pick<RemoteCentralStore, "allocateSerials" | "addTombstones">;
  readonly registry: Pick<Registry, "catalogue" | "remove">;
  readonly driver: Pick<RegistryDriver, "commit">;
  readonly observer: Pick<CentralObserver, "fileChanged"> | null;
  /** Of the secondaries that are connected. */
  readonly channels: ReadonlyMap<number, Pick<Channel, "backlog">>;
  /** Aborted when the central stops. */
  readonly ended: AbortSignal;
}

/** A file that is to have another name. */
export interface Move {
  readonly name: string;
  readonly moved: Moved;
}

/** Removes files from every secondary, however many, a part at a time; or gives them other names there. */
export class RemoveOperation {
  constructor(private readonly deps: RemoveOperationDeps) {}

  /**
   * Gives how many of these files there were, or had been removed when the central stopped. `by`: who has ordered it, for the
   * log. Rejects when the store cannot number their tombstones.
   */
  async remove(names: readonly string[], by: string): Promise<number> {
    const [first] = names;
    if (first === undefined) return 0;
    const { clock, ended } = this.deps;
    const what = names.length === 1 ? first : plural(names.length, "file");
    this.deps.log.info("remove", `${by} has ${what} removed`, { by, files: names.length });
    let removed = 0;
    for (const some of chunksOf(names, FILES_PER_BATCH)) {
      removed += await this.removeSome(some.map((name) => ({ name, moved: null })));
      while (!ended.aborted && this.isBacklogged()) await delay(clock, BACKLOG_POLL_MS, ended);
      if (ended.aborted) break;
    }
    return removed;
  }

  /**
   * Gives these files other names, all with one transaction: whoever is away then, or dies, has them moved when it comes
   * back. Gives how many of them there were. Rejects as `remove` does, with nothing moved.
   */
  move(moves: readonly Move[]): Promise<number> {
    return this.removeSome(moves);
  }

  private isBacklogged(): boolean {
    for (const { backlog } of this.deps.channels.values()) if (backlog > MAX_BACKLOG_BYTES) return true;
    return false;
  }

  private async removeSome(
    files: readonly (Move | { readonly name: string; readonly moved: null })[],
  ): Promise<number> {
    const { store, registry, driver, summary, observer } = this.deps;
    const there = files.filter(({ name }) => registry.catalogue.get(name));
    if (there.length === 0) return 0;
    const first = await store.allocateSerials(there.length);
    const done = there.flatMap(({ name, moved }, index) => registry.remove(name, first + index, moved) ?? []);
    const tombstones = done.map(({ tombstone }) => tombstone);
    await driver.commit(
      () => store.addTombstones(tombstones),
      done.flatMap(({ effects }) => effects),
    );
    for (const { name, moved } of tombstones) {
      if (!moved) summary.recordRemoval(name);
      observer?.fileChanged({ what: "removed", name });
    }
    return done.length;
  }
}
