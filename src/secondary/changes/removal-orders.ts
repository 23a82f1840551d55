import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { FileIndex } from "../file-index.ts";
import type { FolderSummary } from "../folder-summary.ts";
import type { IndexedFile } from "../index/file-record.ts";
import type { RemoteStore } from "../remote-store.ts";

/** Orders carried out before the last of them is acknowledged. */
const MAX_REMOVALS_PER_BATCH = 256;

export interface RemovalOrdersDeps {
  /** Bounded: a disk may refuse hundreds of thousands of removals. */
  readonly limitedLog: Pick<LogLimiter, "error">;
  readonly store: Pick<RemoteStore, "meta" | "setMeta">;
  readonly index: Pick<FileIndex, "remove" | "get">;
  readonly summary: Pick<FolderSummary, "duringOrder" | "removed">;
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

/** Carries out the central's removals in their order, and stores the number of the last one. */
export class RemovalOrders {
  /** The id of the central's history to which the serial numbers belong. */
  private epoch: string | null = null;
  private lastSerial = 0;
  private queue: RemovalOrder[] = [];
  private state: "idle" | "working" | "stopped" = "idle";

  constructor(private readonly deps: RemovalOrdersDeps) {}

  async load(): Promise<void> {
    const { store } = this.deps;
    this.epoch = await store.meta("epoch");
    this.lastSerial = Number((await store.meta("removal")) ?? "0");
  }

  /** The last removal that was carried out, and the history of the central to which it belongs. */
  get position(): { readonly epoch: string | null; readonly serial: number } {
    return { epoch: this.epoch, serial: this.lastSerial };
  }

  /** The id of the central's history, which is another one after its data was lost. Rejects when it cannot be stored. */
  async setEpoch(epoch: string): Promise<void> {
    if (epoch === this.epoch) return;
    const { store } = this.deps;
    this.lastSerial = 0;
    this.epoch = epoch;
    // In this order: the number of another history would mean something else in this one.
    await Promise.all([store.setMeta("removal", "0"), store.setMeta("epoch", epoch)]);
  }

  add(order: RemovalOrder): void {
    if (this.state === "stopped") return;
    this.queue.push(order);
    this.deps.withdraw(order.name);
    if (this.state === "idle") void this.processQueue();
  }

  stop(): void {
    this.state = "stopped";
    this.queue = [];
  }

  private async processQueue(): Promise<void> {
    this.state = "working";
    while (this.state === "working" && this.queue.length > 0) {
      const orders = this.nextBatch();
      const names = orders.map(({ name }) => name);
      await this.deps.summary.duringOrder(names, () => this.carryOut(orders));
    }
    if (this.state === "working") this.state = "idle";
  }

  private async carryOut(orders: readonly RemovalOrder[]): Promise<void> {
    const { limitedLog, store, index, present, acknowledge } = this.deps;
    const done = await this.remove(orders);
    try {
      // One that was refused comes again, with its old number.
      if (done !== null && done > this.lastSerial) {
        await store.setMeta("removal", String(done));
        this.lastSerial = done;
        acknowledge(done);
      }
    } catch (error) {
      // It comes again with the next session, and finds that it is done.
      limitedLog.error("store-failed", `cannot store: ${(error as Error).message}`);
    }
    for (const { name } of orders) {
      // A file that is still there is not the one that was removed: the central must know of it.
      const file = index.get(name);
      if (file) present(file);
    }
  }

  /** The next orders, with no name twice. */
  private nextBatch(): RemovalOrder[] {
    const names = new Set<string>();
    let count = 0;
    while (count < Math.min(MAX_REMOVALS_PER_BATCH, this.queue.length) && !names.has(this.queue[count]?.name ?? "")) {
      names.add(this.queue[count]?.name ?? "");
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
    for (const [index, { name, serial }] of orders.entries()) {
      const outcome = outcomes[index];
      if (outcome === "gone") summary.removed(name);
      else if (outcome instanceof Error) {
        if (!there) return done;
        limitedLog.error("unremoved", `cannot remove ${name}: ${outcome.message}; trying again later`, { name });
      }
      done = serial;
    }
    return done;
  }
}
