import type { Clock } from "../../../platform/clock.ts";
import { DiskError } from "../../../platform/disk/disk.ts";
import { type Random, uniqueId } from "../../../platform/random.ts";
import type { SourceAddress } from "../../../protocol/fields.ts";
import { english } from "../../../sentences/sentence.ts";
import { diskObstacle } from "../copy-admission.ts";
import type { CopyOrder } from "../copy-order.ts";
import type { CopyProgress } from "../copy-progress.ts";
import type { SourceLoad } from "../copy-queue.ts";
import { SMALL_COPY_PREFIX } from "../placement/staging-cleanup.ts";
import type { Copier, CopierEvents } from "../ports.ts";
import { SmallFilesCopy, type SmallFilesCopyDeps, type SmallFilesOutcome } from "./small-files-copy.ts";
import { SourceBackoff } from "./source-backoff.ts";

/** Copies at once, each of which waits for a disk most of the time. With two, 20,000 files took a tenth longer. */
const MAX_CONCURRENT_COPIES = 4;

export interface SmallFilesCopierDeps extends SmallFilesCopyDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly events: CopierEvents;
}

/** Copies small files, many over one connection. */
export class SmallFilesCopier implements Copier {
  private readonly copies = new Map<SmallFilesCopy, Promise<void>>();
  private readonly backoff = new SourceBackoff();

  constructor(private readonly deps: SmallFilesCopierDeps) {}

  get hasCapacity(): boolean {
    return this.copies.size < MAX_CONCURRENT_COPIES;
  }

  /** A source that failed a short time ago takes one place at most from those that answer. */
  get sourceLoad(): SourceLoad {
    const now = this.deps.clock.now();
    const running = [...this.copies.keys()].map(({ source }) => source.number);
    const isBackedOff = (number: number) => this.backoff.isBackedOff(number, now);
    return {
      runningBatches: (number) => running.filter((other) => other === number).length,
      isBackedOff,
      allowsBackedOff: !running.some(isBackedOff),
    };
  }

  /** Begins to copy files from a source that has them all. */
  start(source: SourceAddress, orders: readonly CopyOrder[]): void {
    const { deps } = this;
    const copy = new SmallFilesCopy(deps, source, orders, `${SMALL_COPY_PREFIX}${uniqueId(deps.random)}`);
    this.copies.set(copy, this.run(copy));
  }

  withdraw(name: string): void {
    for (const copy of this.copies.keys()) copy.withdraw(name);
  }

  cancel(): void {
    for (const copy of this.copies.keys()) copy.cancel();
  }

  async idle(): Promise<void> {
    await Promise.all(this.copies.values());
  }

  progress(): CopyProgress[] {
    return [];
  }

  private async run(copy: SmallFilesCopy): Promise<void> {
    const outcome = await copy.run();
    this.copies.delete(copy);
    this.handleOutcome(copy.source, outcome);
    this.deps.events.capacityChanged();
  }

  private handleOutcome({ number }: SourceAddress, { end, remaining }: SmallFilesOutcome): void {
    const { clock, events } = this.deps;
    if (end.cause === "source") this.backoff.recordFailure(number, clock.now());
    else if (remaining.length === 0) this.backoff.recordSuccess(number);
    for (const order of remaining) {
      if (end.cause === "disk") {
        events.rejected(order, diskObstacle(new DiskError(end.failure, "", end.message), "", order));
      } else {
        events.sourceFailed(order, number, end.cause === "stopped" ? "could not give it" : english(end.message));
      }
    }
  }
}
