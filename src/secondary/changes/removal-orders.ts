import type { Cancel, Clock } from "../../platform/clock.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { FileIndex } from "../file-index.ts";
import type { FolderSummary } from "../folder-summary.ts";
import type { IndexedFile } from "../index/file-record.ts";
import type { RemoteSecondaryStore } from "../remote-store.ts";
import { STORE_RETRY_MS } from "../store-failures.ts";
import { newNamesOf } from "./move-steps.ts";

/** Orders carried out before the last of them is acknowledged. */
const MAX_REMOVALS_PER_BATCH = 256;

export interface RemovalOrdersDeps {
  readonly clock: Pick<Clock, "after">;
  /** Bounded: a disk may refuse hundreds of thousands of removals. */
  readonly limitedLog: Pick<LogLimiter, "error">;
  readonly store: Pick<RemoteSecondaryStore, "meta" | "setMeta">;
  readonly index: Pick<FileIndex, "remove" | "get">;
  readonly summary: Pick<FolderSummary, "duringOrder" | "removed" | "moved">;
  /** Whether the shared folder is there. */
  folderIsThere(): Promise<boolean>;
  /** The name is not to be copied or repaired any more. */
  withdraw(name: string): void;
  /** Reports to the central that all removals up to this one were carried out. */
  acknowledge(serial: number): void;
  /** Announces to the central that this file is there. */
  present(file: IndexedFile): void;
}

type RemovalOrder = Messages["remove"];

/**
 * Carries out the central's removals in their order, and stores the number of the last one. Only what is stored is
 * acknowledged; until then the central takes no file of a removed name from here, so storing is tried until it succeeds.
 */
export class RemovalOrders {
  /** The id of the central's history to which the serial numbers belong. */
  private epoch: string | null = null;
  private storedEpoch: string | null = null;
  private lastSerial = 0;
  private storedSerial = 0;
  /** Names of removals that are carried out and not acknowledged yet. */
  private unacknowledged = new Set<string>();
  private queue: RemovalOrder[] = [];
  /** Of the orders that are being carried out. */
  private current: readonly RemovalOrder[] = [];
  /** Called when some have been carried out, or none will be. */
  private moveWaiters: (() => void)[] = [];
  private state: "idle" | "working" | "stopped" = "idle";
  /** The last attempt to store: one after the other, so that none overwrites a later one. */
  private storing: Promise<void> = Promise.resolve();
  private cancelRetry: Cancel | null = null;

  constructor(private readonly deps: RemovalOrdersDeps) {}

  async load(): Promise<void> {
    const { store } = this.deps;
    this.epoch = this.storedEpoch = await store.meta("epoch");
    this.lastSerial = this.storedSerial = Number((await store.meta("removal")) ?? "0");
  }

  /** The last removal that was carried out and stored, and the history of the central to which it belongs. */
  get position(): { readonly epoch: string | null; readonly serial: number } {
    return { epoch: this.epoch, serial: this.storedSerial };
  }

  /**
   * The id of the central's history, which is another one after its data was lost. Orders of the history before are
   * void. Resolves after the first attempt to store it.
   */
  async setEpoch(epoch: string): Promise<void> {
    if (epoch === this.epoch) return;
    this.epoch = epoch;
    this.lastSerial = 0;
    this.storedSerial = 0;
    this.queue = [];
    this.wakeWaiters();
    await this.storePosition();
  }

  add(order: RemovalOrder): void {
    if (this.state === "stopped") return;
    this.queue.push(order);
    this.deps.withdraw(order.name);
    if (this.state === "idle") void this.processQueue();
  }

  /** Resolves once no file is to be moved to any of these names. */
  async untilMoved(names: readonly string[]): Promise<void> {
    const wanted = new Set(names);
    const isMovedTo = (order: RemovalOrder) => newNamesOf(order).some((name) => wanted.has(name));
    while (this.current.some(isMovedTo) || this.queue.some(isMovedTo))
      await new Promise<void>((resolve) => this.moveWaiters.push(resolve));
  }

  stop(): void {
    this.state = "stopped";
    this.queue = [];
    this.current = [];
    this.wakeWaiters();
    this.cancelRetry?.();
  }

  private async processQueue(): Promise<void> {
    this.state = "working";
    while (this.state === "working" && this.queue.length > 0) {
      const orders = this.nextBatch();
      const names = orders.flatMap(namesOf);
      this.current = orders;
      await this.deps.summary.duringOrder(names, () => this.carryOut(orders));
      this.current = [];
      this.wakeWaiters();
    }
    if (this.state === "working") this.state = "idle";
  }

  private wakeWaiters(): void {
    for (const wake of this.moveWaiters.splice(0)) wake();
  }

  private async carryOut(orders: readonly RemovalOrder[]): Promise<void> {
    const { epoch } = this;
    const done = await this.remove(orders);
    for (const { name } of orders) this.unacknowledged.add(name);
    // One that was refused comes again, with its old number. A number of another history means something else in this one.
    if (done !== null && epoch === this.epoch) this.lastSerial = Math.max(this.lastSerial, done);
    await this.storePosition();
  }

  /** Stores and acknowledges what is carried out, and announces what is still there. Does not reject. */
  private storePosition(): Promise<void> {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.storing = this.storing.then(async () => {
      try {
        await this.tryStorePosition();
      } catch (error) {
        this.deps.limitedLog.error("store-failed", `cannot store: ${(error as Error).message}`);
        if (this.state === "stopped") return;
        this.cancelRetry ??= this.deps.clock.after(STORE_RETRY_MS, () => void this.storePosition());
      }
    });
    return this.storing;
  }

  private async tryStorePosition(): Promise<void> {
    const { store, acknowledge } = this.deps;
    const { epoch } = this;
    if (epoch !== null && epoch !== this.storedEpoch) {
      // In this order: the number of another history would mean something else in this one.
      await store.setMeta("removal", "0");
      await store.setMeta("epoch", epoch);
      this.storedEpoch = epoch;
    }
    // The central has begun another history meanwhile, which is stored next.
    if (epoch !== this.epoch) return;
    const { lastSerial } = this;
    const names = this.unacknowledged;
    if (lastSerial > this.storedSerial) {
      // What is carried out while this is stored is not acknowledged with it.
      this.unacknowledged = new Set();
      try {
        await store.setMeta("removal", String(lastSerial));
      } catch (error) {
        for (const name of names) this.unacknowledged.add(name);
        throw error;
      }
      if (epoch !== this.epoch) return;
      this.storedSerial = lastSerial;
      acknowledge(lastSerial);
    }
    this.announceRemaining(names);
  }

  /** A file that is still there is not the one that was removed: the central must know of it. */
  private announceRemaining(names: Set<string>): void {
    for (const name of names) {
      names.delete(name);
      const file = this.deps.index.get(name);
      if (file) this.deps.present(file);
    }
  }

  /** The next orders, with no name twice: what is moved to a name comes before or after what else is done with it. */
  private nextBatch(): RemovalOrder[] {
    const names = new Set<string>();
    let count = 0;
    for (const order of this.queue.slice(0, MAX_REMOVALS_PER_BATCH)) {
      if (namesOf(order).some((name) => names.has(name))) break;
      for (const name of namesOf(order)) names.add(name);
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  /**
   * Resolves with the serial number to acknowledge; null for none. A removal that the disk refuses counts too: the central learns that
   * the file is still there, and orders it again, while the removals after it would wait for that for ever.
   */
  private async remove(orders: readonly RemovalOrder[]): Promise<number | null> {
    const { limitedLog, index, summary, folderIsThere } = this.deps;
    const failed = (error: Error) => orders.map(() => error);
    const outcomes = await index.remove(orders).catch(failed);
    const there = await folderIsThere();
    let done: number | null = null;
    for (const [index, { name, serial, moved }] of orders.entries()) {
      const outcome = outcomes[index];
      const what = moved ? `move ${name} to ${moved.as}` : `remove ${name}`;
      if (outcome === "gone") summary.removed(name);
      else if (outcome instanceof Error) {
        if (!there) return done;
        limitedLog.error("unremoved", `cannot ${what}: ${outcome.message}; trying again later`, { name });
      } else if (typeof outcome === "object") {
        if ("as" in outcome) summary.moved(name, outcome.as);
        else limitedLog.error("unmoved", `cannot ${what}: ${outcome.unmoved}; it keeps its name`, { name });
      }
      done = serial;
    }
    return done;
  }
}

/** The names that an order is about. */
function namesOf(order: RemovalOrder): string[] {
  return [order.name, ...newNamesOf(order)];
}
