import { CentralStore } from "../../../../src/central/store.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import type { SeededRandom } from "../../world/random.ts";

/** A database of a machine, which outlives the processes that use it: what is in it is committed. */
export interface KeptStore<Store> {
  readonly store: Store;
  /** Gives it back: nothing of what is in it is left. */
  release(): void;
}

/**
 * Databases in memory. To make one costs a millisecond, so they are used again by later runs: all that a run writes is in
 * a transaction, which is rolled back in the end, so that each run begins with an empty one.
 */
class ReusedCentralStore extends CentralStore {
  begin(epoch: string): void {
    this.db.run("BEGIN");
    this.db.run("UPDATE facts SET value = ? WHERE key = 'epoch'", [epoch]);
  }

  rollBack(): void {
    this.db.run("ROLLBACK");
  }

  /** Ends nothing: the machine has it. */
  override close(): void {}
}

class ReusedSecondaryStore extends SecondaryStore {
  begin(): void {
    this.db.run("BEGIN");
  }

  rollBack(): void {
    this.db.run("ROLLBACK");
  }

  /** Ends nothing: the machine has it. */
  override close(): void {}
}

const idleCentralStores: ReusedCentralStore[] = [];
const idleSecondaryStores: ReusedSecondaryStore[] = [];

/** An empty database of a central. `random`: where its epoch comes from. */
export function centralStore(random: SeededRandom): KeptStore<CentralStore> {
  const store = idleCentralStores.pop() ?? new ReusedCentralStore(":memory:", random);
  store.begin(Buffer.from(random.bytes(16)).toString("hex"));
  return { store, release: () => giveBack(store, idleCentralStores) };
}

/** An empty database of a secondary. */
export function secondaryStore(): KeptStore<SecondaryStore> {
  const store = idleSecondaryStores.pop() ?? new ReusedSecondaryStore(":memory:");
  store.begin();
  return { store, release: () => giveBack(store, idleSecondaryStores) };
}

function giveBack<Store extends { rollBack(): void }>(store: Store, idle: Store[]): void {
  store.rollBack();
  idle.push(store);
}
