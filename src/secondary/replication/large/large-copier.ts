import type { SourceAddress } from "../../../protocol/fields.ts";
import { obstacleIn } from "../../folder/obstacle.ts";
import type { CopyOrder } from "../copy-order.ts";
import type { CopyProgress } from "../copy-progress.ts";
import type { Copier, CopierEvents } from "../ports.ts";
import { LargeCopy, type LargeCopyDeps } from "./large-copy.ts";

/** Large files that are copied at once whatever their sizes, unless the process may have fewer files open. */
const MIN_CONCURRENT_COPIES = 2;
/** Descriptors and memory of a copy do not depend on its size, so their number has a limit of its own. */
const MAX_CONCURRENT_COPIES = 8;
/**
 * Bytes that all copies together have still to fetch; with fewer, another copy begins, since the last pieces of a file
 * leave the link idle. 32 MiB are a quarter of a second at 1 Gbit/s.
 */
const MIN_REMAINING_BYTES = 32 * 1024 * 1024;

export interface LargeCopierDeps extends Omit<LargeCopyDeps, "pieceAdded"> {
  /** Most copies at once, as descriptors allow. */
  readonly maxCopies: number;
  readonly events: CopierEvents;
}

/** Copies large files, each as a download from several sources. */
export class LargeCopier implements Copier {
  private readonly copies = new Map<LargeCopy, Promise<void>>();

  constructor(private readonly deps: LargeCopierDeps) {}

  get hasCapacity(): boolean {
    const remaining = [...this.copies.keys()].map(({ remainingBytes }) => remainingBytes);
    return mayStartLargeCopy(remaining, this.deps.maxCopies);
  }

  /** Bytes that have come from others for copies under way. */
  get receivedBytes(): number {
    let sum = 0;
    for (const copy of this.copies.keys()) sum += copy.receivedBytes;
    return sum;
  }

  /** Whether a copy of a version to a name is under way and still wanted. */
  isCopying(name: string, id: string): boolean {
    for (const copy of this.copies.keys()) if (copy.order.name === name && copy.isWanted(id)) return true;
    return false;
  }

  /** Whether a copy of a version is under way, to whatever name. */
  isCopyingVersion(id: string): boolean {
    for (const { order } of this.copies.keys()) if (order.id === id) return true;
    return false;
  }

  /** Begins a copy of a version that no other copy is for. */
  start(order: CopyOrder): void {
    const { serving, events } = this.deps;
    const copy = new LargeCopy(
      {
        ...this.deps,
        pieceAdded: (id, piece) => {
          serving.piecesAdded(id, [piece]);
          events.capacityChanged();
        },
      },
      order,
    );
    this.copies.set(copy, this.run(copy));
  }

  /** The central says who has a version. */
  sourcesChanged(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void {
    for (const copy of this.copies.keys()) {
      if (copy.order.name === name && copy.order.id === id) copy.offer(sources, superseded);
    }
  }

  /** The session with the central is back, which has to be asked again who has what. */
  centralRegistered(): void {
    for (const { order } of this.copies.keys()) this.deps.central.watch(order.name, order.id);
  }

  withdraw(name: string): void {
    void this.deps.staged.removeName(name);
    for (const copy of this.copies.keys()) if (copy.order.name === name) copy.cancel("withdrawn");
  }

  cancel(): void {
    for (const copy of this.copies.keys()) copy.cancel("stopped");
  }

  async idle(): Promise<void> {
    await Promise.all(this.copies.values());
  }

  progress(): CopyProgress[] {
    return [...this.copies.keys()].flatMap((copy) => copy.progress() ?? []);
  }

  private async run(copy: LargeCopy): Promise<void> {
    const { events, partialFiles, serving } = this.deps;
    const { order } = copy;
    try {
      if (await copy.run()) events.installed(order.name, order.id);
    } catch (error) {
      // The central does not wait any more for a copy that was withdrawn.
      if (copy.isWanted(order.id)) events.rejected({ ...order, size: copy.spaceNeeded }, obstacleIn(error));
    }
    this.copies.delete(copy);
    events.received(copy.receivedBytes);
    partialFiles.remove(order.id);
    serving.availabilityChanged();
    events.capacityChanged();
  }
}

/** Whether another large file should be begun. `remaining`: the bytes that each copy under way has still to fetch. */
export function mayStartLargeCopy(remaining: readonly number[], most = MAX_CONCURRENT_COPIES): boolean {
  if (remaining.length < Math.min(MIN_CONCURRENT_COPIES, most)) return true;
  return remaining.length < most && remaining.reduce((sum, bytes) => sum + bytes, 0) < MIN_REMAINING_BYTES;
}
