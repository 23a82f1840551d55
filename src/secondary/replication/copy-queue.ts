import type { SourceAddress } from "../../protocol/fields.ts";
import { type CopyOrder, isLarge } from "./copy-order.ts";

/**
 * Most small files that are fetched over one connection. They stay open, without names, until all of them have arrived;
 * a process that may have fewer files open fetches fewer at once. To give more of them names from the start took 12 %
 * more time.
 */
const MAX_BATCH_FILES = 384;

/** Small files that one source is asked for together. */
export interface SmallFilesBatch {
  readonly source: SourceAddress;
  readonly orders: readonly CopyOrder[];
}

/** What each source does now, to choose the source of the next batch. */
export interface SourceLoad {
  /** The number of batches that a source is sending. */
  runningBatches(number: number): number;
  /** Whether a source failed a short time ago. */
  isBackedOff(number: number): boolean;
  /** Whether such a source may be asked now for files that nobody else has. */
  readonly allowsBackedOff: boolean;
}

/** Orders of the central that no copy has begun to carry out, by name. Sans-I/O. */
export class CopyQueue {
  private readonly small = new Map<string, CopyOrder>();
  private readonly large = new Map<string, CopyOrder>();

  constructor(private readonly maxBatchFiles = MAX_BATCH_FILES) {}

  get size(): number {
    return this.small.size + this.large.size;
  }

  /**
   * Adds an order, in the place of an earlier one of its name. Returns false for a small file without a source: of a
   * large one the central tells later who has it.
   */
  enqueue(order: CopyOrder): boolean {
    this.remove(order.name);
    return this.add(order);
  }

  /** Adds an order again, unless its name was ordered anew meanwhile. Returns false for a small file without a source. */
  requeue(order: CopyOrder): boolean {
    return this.has(order.name) || this.add(order);
  }

  /** Adds a small file again that a source did not give, for its other sources. Returns false when there are none. */
  requeueWithout(order: CopyOrder, number: number): boolean {
    return this.requeue({ ...order, sources: order.sources.filter((source) => source.number !== number) });
  }

  remove(name: string): void {
    this.small.delete(name);
    this.large.delete(name);
  }

  clear(): void {
    this.small.clear();
    this.large.clear();
  }

  /** Whether a large file of this version is queued. */
  hasLarge(id: string): boolean {
    for (const order of this.large.values()) if (order.id === id) return true;
    return false;
  }

  /** Removes and returns the first large file whose version is not being copied under another name. */
  nextLarge(isCopying: (id: string) => boolean): CopyOrder | null {
    for (const order of this.large.values()) {
      if (isCopying(order.id)) continue;
      this.large.delete(order.name);
      return order;
    }
    return null;
  }

  /** Removes and returns small files of one source and one staging folder; null when no source may be asked now. */
  nextBatch(load: SourceLoad): SmallFilesBatch | null {
    const chosen = this.chooseSource(load);
    if (!chosen) return null;
    const { source, staging } = chosen;
    const { number } = source;
    const orders: CopyOrder[] = [];
    for (const order of this.small.values()) {
      if (order.staging !== staging || !order.sources.some((holder) => holder.number === number)) continue;
      orders.push(order);
      if (orders.length === this.maxBatchFiles) break;
    }
    for (const { name } of orders) this.small.delete(name);
    return { source, orders };
  }

  private has(name: string): boolean {
    return this.small.has(name) || this.large.has(name);
  }

  private add(order: CopyOrder): boolean {
    if (isLarge(order)) this.large.set(order.name, order);
    else if (order.sources.length > 0) this.small.set(order.name, order);
    else return false;
    return true;
  }

  /** For the first file with a source that is not backed off: the source of it that sends the fewest batches. */
  private chooseSource({ runningBatches, isBackedOff, allowsBackedOff }: SourceLoad) {
    let fallback: { source: SourceAddress; staging: string | null } | null = null;
    for (const { sources, staging } of this.small.values()) {
      const byLoad = sources.toSorted((left, right) => runningBatches(left.number) - runningBatches(right.number));
      const source = byLoad.find(({ number }) => !isBackedOff(number));
      if (source) return { source, staging };
      const [first] = byLoad;
      if (first) fallback ??= { source: first, staging };
    }
    return allowsBackedOff ? fallback : null;
  }
}
