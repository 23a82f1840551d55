import type { Clock } from "../../../platform/clock.ts";
import { listNames, MAX_NAMES_IN_LINE } from "../../../platform/log/file-summary.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type Random, uniqueId } from "../../../platform/random.ts";
import { formatBytes, formatDuration, plural } from "../../../platform/units.ts";
import { pieceCount } from "../../../protocol/versions/version.ts";
import type { CopyOrder } from "../copy-queue.ts";
import { LocalCopy, type LocalCopyDeps, type LocallyCopied } from "./local-copy.ts";

/** Small files copied together, staged in one folder: so many, and so many bytes. */
const MAX_BATCH_FILES = 256;
const MAX_BATCH_BYTES = 64 * 1024 * 1024;

export interface LocalCopierDeps extends LocalCopyDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Whether the part of a version is all that is here of a damaged file. */
  isRepairing(id: string): boolean;
  /** An order that cannot be met from here. */
  fetchInstead(order: CopyOrder): void;
}

/** What the beginning of a folder's name says: it is gone when nobody works in it any more. */
export const LOCAL_COPY_PREFIX = "local-";

/**
 * Orders whose content this secondary has already, under another name or among the kept files: they are met from there
 * and nothing crosses the network. One large file at a time and one batch of small ones, beside those that are fetched.
 */
export class LocalCopier {
  private readonly small = new Map<string, CopyOrder>();
  private readonly large = new Map<string, CopyOrder>();
  private readonly running = new Set<LocalCopy>();
  private readonly ending = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly deps: LocalCopierDeps) {}

  get waiting(): number {
    return this.small.size + this.large.size;
  }

  /** Large files under way. Sizes in bytes. */
  progress(): { readonly name: string; readonly size: number; readonly doneBytes: number }[] {
    return [...this.running].flatMap((copy) =>
      copy.orders.filter(isLarge).map(({ name, size }) => ({ name, size, doneBytes: copy.doneBytesOf(name) })),
    );
  }

  /** Whether a version is being copied to a name. */
  isCopying(name: string, id: string): boolean {
    return [...this.running].some((copy) => copy.isCopying(name, id));
  }

  /** Takes an order whose content is here; `begin` begins it. Says whether it did. */
  enqueue(order: CopyOrder): boolean {
    const { content, isRepairing: keeps } = this.deps;
    if (this.stopped || order.triedLocally || !content.has(order.id) || keeps(order.id)) return false;
    (isLarge(order) ? this.large : this.small).set(order.name, order);
    return true;
  }

  startNext(): void {
    const busy = [...this.running].map(({ orders }) => orders.some(isLarge));
    if (!busy.includes(true)) this.start([...this.large.values()].slice(0, 1));
    if (!busy.includes(false)) this.start(batchOf(this.small.values()));
  }

  withdraw(name: string): void {
    this.dequeue(name);
    for (const copy of this.running) copy.withdraw(name);
  }

  /** Forgets what is not begun. */
  clear(): void {
    this.small.clear();
    this.large.clear();
  }

  /** Ends what is under way. */
  cancel(): void {
    this.clear();
    for (const copy of this.running) copy.stop();
  }

  /** Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    await Promise.all(this.ending);
  }

  private dequeue(name: string): void {
    this.small.delete(name);
    this.large.delete(name);
  }

  private start(orders: readonly CopyOrder[]): void {
    if (orders.length === 0 || this.stopped) return;
    for (const { name } of orders) this.dequeue(name);
    const { deps } = this;
    const copy = new LocalCopy(deps, orders, `${LOCAL_COPY_PREFIX}${uniqueId(deps.random)}`);
    this.running.add(copy);
    const over = this.run(copy).finally(() => this.ending.delete(over));
    this.ending.add(over);
  }

  private async run(copy: LocalCopy): Promise<void> {
    const began = this.deps.clock.now();
    const { copied, remaining: left } = await copy.run();
    this.running.delete(copy);
    this.logCopied(copied, (this.deps.clock.now() - began) / 1000);
    if (this.stopped) return;
    for (const order of left) this.deps.fetchInstead({ ...order, triedLocally: true });
    this.startNext();
  }

  private logCopied(copied: readonly LocallyCopied[], seconds: number): void {
    const { log } = this.deps;
    const [first] = copied;
    if (!first) return;
    if (copied.length > 1) {
      const names = copied.map(({ order }) => order.name);
      const what = plural(copied.length, "small file");
      const text = `${what} were here under other names, and nothing was fetched: ${listNames(names)}`;
      return log.info("reused", text, { files: copied.length, names: names.slice(0, MAX_NAMES_IN_LINE) });
    }
    const { name, size } = first.order;
    const where = first.from.name === null ? "among the kept files" : `as ${first.from.name}`;
    const text = `${name} was here ${where}: ${formatBytes(size)} in ${formatDuration(seconds)}; nothing was fetched`;
    log.info("reused", text, { name, from: first.from.name, size });
  }
}

const isLarge = ({ size }: CopyOrder) => pieceCount(size) > 1;

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
