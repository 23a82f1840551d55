import pMap from "p-map";
import { errorOf } from "../../sentences/sentence-error.ts";
import type { VanishedFiles } from "../index/vanished-files.ts";
import type { InstallSteps } from "./install-steps.ts";
import type { KeptSlot } from "./kept-slots.ts";

/** Files at once: every step waits for a thread of the pool. */
const MAX_CONCURRENT_SYNCS = 8;

/** Removed files that have left the folder, until that survives a power loss. */
export class UnsyncedRemovals {
  /** The places of kept files that may not survive a power loss yet, by the names that they had. */
  readonly slots = new Map<string, KeptSlot>();

  constructor(
    private readonly steps: Pick<InstallSteps, "removeEmptyParents" | "stateOf">,
    private readonly vanished: Pick<VanishedFiles, "markUnsynced" | "isUnsynced">,
  ) {}

  /**
   * Makes it survive a power loss that these have left the folder. Gives those for which the disk refuses that: they are
   * to be removed again.
   */
  async makeDurable(gone: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    const failures = new Map<string, Error>();
    const failed = (name: string, error: unknown) => {
      failures.set(name, errorOf(error));
      this.vanished.markUnsynced(name);
    };
    // After all removals: the first sync writes the whole journal of a file system, the others find it written.
    const syncOne = async (name: string) => {
      await this.slots
        .get(name)
        ?.sync()
        .catch((error: unknown) => failed(name, error));
    };
    await pMap(gone, syncOne, { concurrency: MAX_CONCURRENT_SYNCS });
    for (const [name, error] of await this.steps.removeEmptyParents(gone)) failed(name, error);
    for (const name of gone) if (!failures.has(name)) this.slots.delete(name);
    return failures;
  }

  /**
   * The same for those that were refused before, where there is still no file: the central orders their removal again only
   * as long as nobody has put them back elsewhere. Gives those that are durable now. Rejects with DiskError.
   */
  async finish(names: readonly string[]): Promise<string[]> {
    const states = await pMap(names, (name) => this.steps.stateOf(name), { concurrency: MAX_CONCURRENT_SYNCS });
    const gone = names.filter((name, index) => this.vanished.isUnsynced(name) && states[index] === "nothing");
    const failures = await this.makeDurable(gone);
    return gone.filter((name) => !failures.has(name));
  }
}
