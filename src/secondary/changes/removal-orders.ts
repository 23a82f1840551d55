import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { FolderNews } from "../folder-summary.ts";
import type { FileIndex } from "../index/file-index.ts";
import type { IndexedFile } from "../index/file-record.ts";
import type { RemoteStore } from "../remote-store.ts";

/** Orders carried out before the last of them is acknowledged. */
const BATCH = 256;

export interface RemovalOrdersDeps {
  /** Bounded: a disk may refuse hundreds of thousands of removals. */
  readonly log: Pick<LogLimiter, "error">;
  readonly store: Pick<RemoteStore, "meta" | "setMeta">;
  readonly index: Pick<FileIndex, "remove" | "get">;
  readonly news: Pick<FolderNews, "during" | "removed">;
  /** Whether the shared folder is there. */
  isThere(): Promise<boolean>;
  /** The name is not to be copied or repaired any more. */
  withdraw(name: string): void;
  /** The central is to hear that all removals up to this one were carried out. */
  carriedOut(serial: number): void;
  /** The central is to hear that this is there. */
  present(file: IndexedFile): void;
}

type Order = Messages["remove"];

/** Carries out the central's removals in their order, and remembers how far it came. */
export class RemovalOrders {
  /** Of which central's history the serial numbers are. */
  private epoch: string | null = null;
  private last = 0;
  private waiting: Order[] = [];
  private state: "idle" | "working" | "stopped" = "idle";

  constructor(private readonly deps: RemovalOrdersDeps) {}

  async load(): Promise<void> {
    const { store } = this.deps;
    this.epoch = await store.meta("epoch");
    this.last = Number((await store.meta("removal")) ?? "0");
  }

  /** The last removal that was carried out, and of which central's history. */
  get position(): { readonly epoch: string | null; readonly serial: number } {
    return { epoch: this.epoch, serial: this.last };
  }

  /** The central's history is this one. Rejects when that cannot be stored. */
  async follow(epoch: string): Promise<void> {
    if (epoch === this.epoch) return;
    const { store } = this.deps;
    this.last = 0;
    this.epoch = epoch;
    // In this order: the number of another history would mean something else in this one.
    await Promise.all([store.setMeta("removal", "0"), store.setMeta("epoch", epoch)]);
  }

  add(order: Order): void {
    if (this.state === "stopped") return;
    this.waiting.push(order);
    this.deps.withdraw(order.name);
    if (this.state === "idle") void this.work();
  }

  stop(): void {
    this.state = "stopped";
    this.waiting = [];
  }

  private async work(): Promise<void> {
    this.state = "working";
    while (this.state === "working" && this.waiting.length > 0) {
      const orders = this.take();
      const names = orders.map(({ name }) => name);
      await this.deps.news.during(names, () => this.carryOut(orders));
    }
    if (this.state === "working") this.state = "idle";
  }

  private async carryOut(orders: readonly Order[]): Promise<void> {
    const { log, store, index, present, carriedOut } = this.deps;
    const done = await this.remove(orders);
    try {
      // One that was refused comes again, with its old number.
      if (done !== null && done > this.last) {
        await store.setMeta("removal", String(done));
        this.last = done;
        carriedOut(done);
      }
    } catch (error) {
      // It comes again with the next session, and finds that it is done.
      log.error("store-failed", `cannot store: ${(error as Error).message}`);
    }
    for (const { name } of orders) {
      // What is still there is not what was removed: the central must hear of it again.
      const file = index.get(name);
      if (file) present(file);
    }
  }

  /** The next orders, with no name twice. */
  private take(): Order[] {
    const names = new Set<string>();
    let count = 0;
    while (count < Math.min(BATCH, this.waiting.length) && !names.has(this.waiting[count]?.name ?? "")) {
      names.add(this.waiting[count]?.name ?? "");
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /**
   * Gives the number to acknowledge afterwards; null for none. One that the disk refuses counts too: the central hears that
   * the file is still there, and orders it again, while the removals after it would wait for that for ever.
   */
  private async remove(orders: readonly Order[]): Promise<number | null> {
    const { log, index, news, isThere } = this.deps;
    const failed = (error: Error) => orders.map(() => error);
    const outcomes = await index.remove(orders).catch(failed);
    const there = await isThere();
    let done: number | null = null;
    for (const [index, { name, serial }] of orders.entries()) {
      const outcome = outcomes[index];
      if (outcome === "gone") news.removed(name);
      else if (outcome instanceof Error) {
        if (!there) return done;
        log.error("unremoved", `cannot remove ${name}: ${outcome.message}; trying again later`, { name });
      }
      done = serial;
    }
    return done;
  }
}
