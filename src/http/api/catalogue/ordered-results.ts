import { LRUCache } from "lru-cache";
import type { Clock } from "../../../platform/clock.ts";

/** Milliseconds for which an order is kept: as long as somebody scrolls through it without a pause. */
export const ORDER_LIFETIME_MS = 5000;
/** Orders that are kept at once: an entry is a reference, so one of 200,000 files takes 1.6 MB. */
const MAX_ORDERS = 4;

/** What was found lately, in its order, for those who ask for one part of it after the other. */
export class OrderedResults<T> {
  private readonly orders = new LRUCache<string, Promise<readonly T[]>>({ max: MAX_ORDERS });

  constructor(private readonly clock: Pick<Clock, "after">) {}

  /** What was made lately for this key; else makes it. */
  get(key: string, make: () => Promise<readonly T[]>): Promise<readonly T[]> {
    return this.orders.get(key) ?? this.renew(key, make);
  }

  /** Makes it anew. */
  renew(key: string, make: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const made = make();
    this.orders.set(key, made);
    const forget = () => {
      if (this.orders.peek(key) === made) this.orders.delete(key);
    };
    made.then(() => this.clock.after(ORDER_LIFETIME_MS, forget), forget);
    return made;
  }
}
