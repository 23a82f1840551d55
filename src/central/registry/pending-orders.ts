import type { Messages } from "../../protocol/messages/messages.ts";

/** An order to rename or to remove a file that a secondary holds. */
export interface PendingOrder {
  /** The id of the version that it is about. */
  readonly id: string;
  readonly message: Messages["conflict"] | Messages["remove"];
}

/** Milliseconds until an order that could not be carried out is sent again: a program may have the file open. */
export const ORDER_RETRY_MS = 5_000;

/** What a secondary is to rename or to remove, by name, until it does not hold it any more. Sans-I/O. */
export class PendingOrders {
  private readonly orders = new Map<string, PendingOrder>();
  /** When to send those again that could not be carried out (milliseconds), in the order of time. */
  private readonly retryTimes = new Map<string, number>();

  get size(): number {
    return this.orders.size;
  }

  /** How many are not known to have failed. */
  get pendingCount(): number {
    return this.orders.size - this.retryTimes.size;
  }

  has(name: string): boolean {
    return this.orders.has(name);
  }

  get(name: string): PendingOrder | undefined {
    return this.orders.get(name);
  }

  add(name: string, order: PendingOrder): void {
    this.orders.set(name, order);
  }

  /** The secondary has announced which version it holds under a name. */
  versionAnnounced(name: string, id: string, now: number): void {
    if (this.orders.get(name)?.id !== id) this.remove(name);
    // It has the order, and holds the version still: it could not carry it out.
    else if (!this.retryTimes.has(name)) this.retryTimes.set(name, now + ORDER_RETRY_MS);
  }

  remove(name: string): void {
    this.orders.delete(name);
    this.retryTimes.delete(name);
  }

  /** The orders that are to be sent again now. */
  reissueDue(now: number): PendingOrder["message"][] {
    const messages: PendingOrder["message"][] = [];
    for (const [name, until] of this.retryTimes) {
      if (until > now) break;
      this.retryTimes.delete(name);
      const order = this.orders.get(name);
      if (order) messages.push(order.message);
    }
    return messages;
  }
}
