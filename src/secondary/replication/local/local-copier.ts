import type { Clock } from "../../../platform/clock.ts";
import { listNames, MAX_NAMES_IN_LINE } from "../../../platform/log/file-summary.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type Random, uniqueId } from "../../../platform/random.ts";
import { formatBytes, formatDuration, plural } from "../../../platform/units.ts";
import { type CopyOrder, isLarge } from "../copy-order.ts";
import type { CopyProgress } from "../copy-progress.ts";
import { LOCAL_COPY_PREFIX } from "../placement/staging-cleanup.ts";
import type { Copier, CopierEvents, CopyDestination } from "../ports.ts";
import { LocalCopy, type LocalCopyDeps, type LocallyCopied } from "./local-copy.ts";

/**
 * Most small files, and most bytes of them, that are copied together: enough that one flush of the disk serves many
 * files, and few enough that the first files have their names soon.
 */
const MAX_BATCH_FILES = 256;
const MAX_BATCH_BYTES = 64 * 1024 * 1024;

export interface LocalCopierDeps extends LocalCopyDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly folder: Pick<CopyDestination, "isPartNeeded" | "reach">;
  readonly events: CopierEvents;
}

/**
 * Carries out orders whose content is on this disk already, under another name or as a kept file, so that nothing
 * crosses the network. One large file at a time and one batch of small ones, at the same time as files are fetched.
 */
export class LocalCopier implements Copier {
  private readonly small = new Map<string, CopyOrder>();
  private readonly large = new Map<string, CopyOrder>();
  private readonly copies = new Map<LocalCopy, Promise<void>>();

  constructor(private readonly deps: LocalCopierDeps) {}

  /** Orders that no copy has begun to carry out. */
  get queued(): number {
    return this.small.size + this.large.size;
  }

  progress(): CopyProgress[] {
    return [...this.copies.keys()].flatMap((copy) =>
      copy.orders
        .filter(isLarge)
        .map(({ name, size }) => ({ name, size, doneBytes: copy.doneBytesOf(name), rate: null })),
    );
  }

  /** Whether a copy of a version to a name is under way and still wanted. */
  isCopying(name: string, id: string): boolean {
    for (const copy of this.copies.keys()) if (copy.isCopying(name, id)) return true;
    return false;
  }

  /** Adds an order whose content is here, as far as is known; `startNext` begins it. Returns false for another one. */
  enqueue(order: CopyOrder): boolean {
    const { content, folder } = this.deps;
    if (order.triedLocally || !content.has(order.id) || folder.isPartNeeded(order.id)) return false;
    (isLarge(order) ? this.large : this.small).set(order.name, order);
    return true;
  }

  dequeue(name: string): void {
    this.small.delete(name);
    this.large.delete(name);
  }

  clearQueue(): void {
    this.small.clear();
    this.large.clear();
  }

  /** Begins copies if the disk is not busy with others of their kind. */
  startNext(): void {
    if (this.queued === 0) return;
    const running = [...this.copies.keys()].map(({ orders }) => orders.some(isLarge));
    if (!running.includes(true)) this.start([...this.large.values()].slice(0, 1));
    if (!running.includes(false)) this.start(batchOf(this.small.values()));
  }

  withdraw(name: string): void {
    this.dequeue(name);
    for (const copy of this.copies.keys()) copy.withdraw(name);
  }

  cancel(): void {
    this.clearQueue();
    for (const copy of this.copies.keys()) copy.cancel();
  }

  async idle(): Promise<void> {
    await Promise.all(this.copies.values());
  }

  private start(orders: readonly CopyOrder[]): void {
    if (orders.length === 0) return;
    for (const { name } of orders) this.dequeue(name);
    const { deps } = this;
    const copy = new LocalCopy(deps, orders, `${LOCAL_COPY_PREFIX}${uniqueId(deps.random)}`);
    this.copies.set(copy, this.run(copy));
  }

  private async run(copy: LocalCopy): Promise<void> {
    const { clock, events } = this.deps;
    const started = clock.now();
    const { copied, remaining } = await copy.run();
    this.copies.delete(copy);
    this.logCopied(copied, (clock.now() - started) / 1000);
    for (const order of remaining) events.returned({ ...order, triedLocally: true });
    events.capacityChanged();
  }

  private logCopied(copied: readonly LocallyCopied[], seconds: number): void {
    const { log } = this.deps;
    const [first] = copied;
    if (!first) return;
    if (copied.length > 1) {
      const names = copied.map(({ order }) => order.name);
      const files = plural(copied.length, "small file");
      const text = `${files} were here under other names, and nothing was fetched: ${listNames(names)}`;
      return log.info("reused", text, { files: copied.length, names: names.slice(0, MAX_NAMES_IN_LINE) });
    }
    const { name, size } = first.order;
    const where = first.from.name === null ? "among the kept files" : `as ${first.from.name}`;
    const text = `${name} was here ${where}: ${formatBytes(size)} in ${formatDuration(seconds)}; nothing was fetched`;
    log.info("reused", text, { name, from: first.from.name, size });
  }
}

function batchOf(orders: Iterable<CopyOrder>): CopyOrder[] {
  const batch: CopyOrder[] = [];
  let bytes = 0;
  for (const order of orders) {
    if (batch.length === MAX_BATCH_FILES || bytes >= MAX_BATCH_BYTES) break;
    if (batch[0] && batch[0].staging !== order.staging) continue;
    batch.push(order);
    bytes += order.size;
  }
  return batch;
}
