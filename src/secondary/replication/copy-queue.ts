import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { OrderedFile } from "../../protocol/messages/secondary.ts";
import { pieceCount } from "../../protocol/versions/version.ts";

/** A file to copy, and where it is. */
export interface CopyOrder extends OrderedFile {
  readonly sources: readonly SourceAddress[];
  /** The content was thought to be here under another name, and is not. */
  readonly triedLocally?: boolean;
  /** Where it is to be staged, if that was found out; null: most likely where all others are. */
  readonly staging: string | null;
}

/**
 * Most small files fetched over one connection. They stay open, without names, until all of them are here, and are
 * fewer where a process may not have so many open. To give more of them names from the start took 12 % more time.
 */
const MAX_BATCH_FILES = 384;

/** Files of more than one piece that are copied at once, at least and at most... */
const MIN_LARGE_COPIES = 2;
const MAX_LARGE_COPIES = 8;
/** ...and bytes that are to come, below which another one is begun: the last pieces of a file leave the link idle. */
const MIN_REMAINING_BYTES = 32 * 1024 * 1024;

/** Whether another large file should be begun. `left`: the bytes to come of each one under way. */
export function mayStartLargeCopy(left: readonly number[], most = MAX_LARGE_COPIES): boolean {
  if (left.length < Math.min(MIN_LARGE_COPIES, most)) return true;
  return left.length < most && left.reduce((sum, bytes) => sum + bytes, 0) < MIN_REMAINING_BYTES;
}

/** From whom the next bundle may come. */
export interface SourceLoad {
  /** Bundles under way from a source. */
  runningBatches(number: number): number;
  /** Whether a source failed lately. */
  isBackedOff(number: number): boolean;
  /** Whether one that did may be asked for what nobody else holds. */
  readonly allowsBackedOff: boolean;
}

/** What the central has ordered and nobody works on yet, by name. Pure. */
export class CopyQueue {
  private readonly small = new Map<string, CopyOrder>();
  private readonly large = new Map<string, CopyOrder>();

  /** `bundle`: most small files in one. */
  constructor(private readonly maxBatchFiles = MAX_BATCH_FILES) {}

  get size(): number {
    return this.small.size + this.large.size;
  }

  /** Takes orders in; gives small files that nobody is named for. Of a large one the central tells who has it. */
  enqueue({ sources, files }: Messages["fetch"]): CopyOrder[] {
    const byNumber = new Map(sources.map((source) => [source.number, source]));
    const homeless: CopyOrder[] = [];
    for (const file of files) {
      const at = file.at.map((number) => byNumber.get(number)).filter((source) => source !== undefined);
      const order = { ...file, sources: at, staging: null };
      this.remove(file.name);
      if (pieceCount(file.size) > 1) this.large.set(file.name, order);
      else if (at.length > 0) this.small.set(file.name, order);
      else homeless.push(order);
    }
    return homeless;
  }

  /** Takes an order out. */
  dequeue(name: string): CopyOrder | null {
    const order = this.small.get(name) ?? this.large.get(name) ?? null;
    this.remove(name);
    return order;
  }

  /** Puts an order in again, unless the name was ordered anew; false when nobody is named for a small file. */
  requeue(order: CopyOrder): boolean {
    if (this.small.has(order.name) || this.large.has(order.name)) return true;
    const isLarge = pieceCount(order.size) > 1;
    if (!isLarge && order.sources.length === 0) return false;
    (isLarge ? this.large : this.small).set(order.name, order);
    return true;
  }

  remove(name: string): void {
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

  /** Puts back a small file that `number` could not give, for the others who hold it; false when there are none. */
  requeueWithout(order: CopyOrder, number: number): boolean {
    // Ordered again meanwhile.
    if (this.small.has(order.name) || this.large.has(order.name)) return true;
    const sources = order.sources.filter((source) => source.number !== number);
    if (sources.length > 0) this.small.set(order.name, { ...order, sources });
    return sources.length > 0;
  }

  /** Small files for one bundle, all from one source and staged in one folder; null when there is nobody to ask now. */
  nextBatch(choice: SourceLoad): { source: SourceAddress; orders: CopyOrder[] } | null {
    const chosen = this.chooseSource(choice);
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

  /** The first file that somebody well holds, and of those the one with the fewest bundles under way. */
  private chooseSource({
    runningBatches: load,
    isBackedOff: rests,
    allowsBackedOff: mayRest,
  }: SourceLoad): { source: SourceAddress; staging: string | null } | null {
    let resting: { source: SourceAddress; staging: string | null } | null = null;
    for (const { sources, staging } of this.small.values()) {
      const byLoad = [...sources].sort((left, right) => load(left.number) - load(right.number));
      const well = byLoad.find(({ number }) => !rests(number));
      if (well) return { source: well, staging };
      const [first] = byLoad;
      if (first) resting ??= { source: first, staging };
    }
    return mayRest ? resting : null;
  }
}
