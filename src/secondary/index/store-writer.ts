import type { IndexStore, StoredChanges } from "./file-record.ts";
import type { PlannedInstalls } from "./planned-installs.ts";

/** What a transaction is about, apart from the plans of installs that go with it. */
export type FileChanges = Omit<StoredChanges, "planned" | "over">;

const NO_FILES: FileChanges = { put: [], drop: [], vanished: [], forget: [], undigested: [] };

/** Stores the changes of the index. */
export class StoreWriter {
  /** The last of the changes that were begun: one after the other, so that the memory follows in their order. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Pick<IndexStore, "save">,
    private readonly installs: Pick<PlannedInstalls, "hasUnstored" | "changes" | "stored">,
  ) {}

  /** Does one change after the other. */
  inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.last.then(change);
    this.last = done.catch(() => {});
    return done;
  }

  /** Stores changes of files, and what is planned. To be called within {@link inTurn}. Rejects when the store fails. */
  async save(files: FileChanges): Promise<void> {
    const plans = this.installs.changes();
    await this.store.save({ ...files, ...plans });
    this.installs.stored(plans);
  }

  /** Stores what is planned, unless another change has done so already. Rejects when the store fails. */
  savePlans(): Promise<void> {
    return this.inTurn(async () => {
      if (this.installs.hasUnstored) await this.save(NO_FILES);
    });
  }
}
