import type { SourceAddress } from "../protocol/fields.ts";
import type { OrderedFile } from "../protocol/member-messages.ts";
import type { Messages } from "../protocol/messages.ts";
import { pieceCount } from "../protocol/version.ts";

/** A file to copy, and where it is. */
export interface CopyOrder extends OrderedFile {
  readonly sources: readonly SourceAddress[];
}

/**
 * Most small files fetched over one connection. They stay open, without names, until all of them are here: two bundles
 * at once must do where a process may open 1024. To give more of them names from the start took 12 % more time.
 */
const BUNDLE = 384;

/** Files of more than one piece that are copied at once, at least and at most... */
const LEAST_AT_ONCE = 2;
const MOST_AT_ONCE = 8;
/** ...and bytes that are to come, below which another one is begun: the last pieces of a file leave the link idle. */
const IN_HAND = 32 * 1024 * 1024;

/** Whether another large file should be begun. `left`: the bytes to come of each one under way. */
export function hasRoom(left: readonly number[]): boolean {
  if (left.length < LEAST_AT_ONCE) return true;
  return left.length < MOST_AT_ONCE && left.reduce((sum, bytes) => sum + bytes, 0) < IN_HAND;
}

/** What the central has ordered and nobody works on yet, by name. Pure. */
export class CopyQueue {
  private readonly small = new Map<string, CopyOrder>();
  private readonly large = new Map<string, CopyOrder>();

  get size(): number {
    return this.small.size + this.large.size;
  }

  add({ sources, files }: Messages["fetch"]): void {
    const byNumber = new Map(sources.map((source) => [source.number, source]));
    for (const file of files) {
      const at = file.at.map((number) => byNumber.get(number)).filter((source) => source !== undefined);
      this.drop(file.name);
      (pieceCount(file.size) <= 1 ? this.small : this.large).set(file.name, { ...file, sources: at });
    }
  }

  drop(name: string): void {
    this.small.delete(name);
    this.large.delete(name);
  }

  clear(): void {
    this.small.clear();
    this.large.clear();
  }

  /** Whether a large file of this version waits. */
  hasLarge(id: string): boolean {
    for (const order of this.large.values()) if (order.id === id) return true;
    return false;
  }

  /** The next large file whose version nobody is copying under another name. */
  nextLarge(busy: (id: string) => boolean): CopyOrder | null {
    for (const order of this.large.values()) {
      if (busy(order.id)) continue;
      this.large.delete(order.name);
      return order;
    }
    return null;
  }

  /**
   * Small files for one bundle, all from one source: of those who hold the first file, the one with the fewest bundles
   * under way.
   */
  nextBundle(load: (number: number) => number): { source: SourceAddress; orders: CopyOrder[] } | null {
    let source: SourceAddress | null = null;
    const orders: CopyOrder[] = [];
    for (const order of this.small.values()) {
      const holders = [...order.sources];
      source ??= holders.sort((left, right) => load(left.number) - load(right.number))[0] ?? null;
      if (!source) {
        this.small.delete(order.name);
        continue;
      }
      const { number } = source;
      if (!holders.some((holder) => holder.number === number)) continue;
      orders.push(order);
      if (orders.length === BUNDLE) break;
    }
    for (const { name } of orders) this.small.delete(name);
    return source && orders.length > 0 ? { source, orders } : null;
  }
}
