import type { Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import type { ConnectionHost } from "../../transfer/connection/messages.ts";
import type { DescriptorShares } from "../descriptor-shares.ts";
import { type Obstacle, obstacleIn } from "../folder/obstacle.ts";
import type { PartialFiles } from "../serving/partial-files.ts";
import { CopyAdmission } from "./copy-admission.ts";
import { type CopyCounts, countingCentral } from "./copy-counts.ts";
import { type CopyOrder, ordersOf } from "./copy-order.ts";
import type { CopyProgress } from "./copy-progress.ts";
import { CopyQueue } from "./copy-queue.ts";
import { Installer } from "./installer.ts";
import { LargeCopier } from "./large/large-copier.ts";
import type { LocalContent } from "./local/local-content.ts";
import { LocalCopier } from "./local/local-copier.ts";
import { BlockedFiles } from "./placement/blocked-files.ts";
import { DiskSpace, diskFull } from "./placement/disk-space.ts";
import { StagedFiles } from "./placement/staged-files.ts";
import type { Copier, CopierEvents, CopyCentral, CopyDestination, CopyReaders } from "./ports.ts";
import { SmallFilesCopier } from "./small/small-files-copier.ts";

const NO_SOURCE: Obstacle = { reason: say("no secondary was named that holds it"), lasting: false };

export interface ReplicatorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly log: Log;
  /** Connections for large files. */
  readonly connections: ConnectionHost;
  /** Connections for small files. */
  readonly smallFilesConnections: ConnectionHost;
  readonly hasher: Hashing;
  readonly partialFiles: PartialFiles;
  readonly content: LocalContent;
  readonly shares: Pick<DescriptorShares, "batchFiles" | "largeCopies">;
  /** This secondary's number. */
  readonly number: number;
  readonly folder: CopyDestination;
  readonly central: CopyCentral;
  readonly serving: CopyReaders;
  readonly isLimited?: () => boolean;
}

/**
 * Carries out the central's orders to copy files. An order is queued, begun by one of three copiers, and ends in one of
 * three ways: the file is installed, the order is rejected (the central makes it again), or it is queued once more for
 * another copier or source.
 */
export class Replicator {
  private readonly queue: CopyQueue;
  private readonly large: LargeCopier;
  private readonly small: SmallFilesCopier;
  private readonly local: LocalCopier;
  private readonly copiers: readonly Copier[];
  private readonly blockedFiles: BlockedFiles;
  /**
   * The version that each name is to get; none while it does not run. What a copier still says of an order that was
   * withdrawn means nothing.
   */
  private readonly wanted = new Map<string, string>();
  /** Room on the disks for all that comes, from wherever. */
  readonly space: DiskSpace;
  /** `suspended`: the shared folder is not there. */
  private readonly life = new StateMachine<"running" | "suspended" | "stopped">(
    "a replicator",
    { running: ["suspended", "stopped"], suspended: ["running", "stopped"], stopped: ["stopped"] },
    "running",
  );

  private readonly done: CopyCounts = { installed: 0, failed: 0, receivedBytes: 0, wrongPieces: 0 };

  constructor(private readonly deps: ReplicatorDeps) {
    const { disk, folder, shares } = deps;
    const central = countingCentral(deps.central, this.done);
    const events = this.copierEvents();
    const staged = new StagedFiles(deps);
    this.queue = new CopyQueue(shares.batchFiles);
    this.space = new DiskSpace({
      disk,
      freeSpace: async (staging, bytes) => {
        await staged.removeAllIn(staging);
        return folder.freeSpace(staging, bytes);
      },
      freeableBytes: (staging) => folder.freeableBytes(staging),
    });
    this.blockedFiles = new BlockedFiles({
      ...deps,
      obstacleTo: (name, bytes) => this.obstacleTo(name, bytes),
      unblocked: (names) => central.retry(names),
    });
    const admission = new CopyAdmission({ space: this.space, folder, events });
    const installer = new Installer({ disk, folder, events });
    this.large = new LargeCopier({
      ...deps,
      central,
      space: this.space,
      staged,
      events,
      maxCopies: shares.largeCopies,
    });
    this.small = new SmallFilesCopier({
      ...deps,
      central,
      connections: deps.smallFilesConnections,
      admission,
      installer,
      events,
    });
    this.local = new LocalCopier({ ...deps, admission, installer, events });
    this.copiers = [this.large, this.small, this.local];
  }

  /** Large files that are being copied, for the console. */
  progress(): CopyProgress[] {
    return this.copiers.flatMap((copier) => copier.progress());
  }

  /** What was copied since the start, and what has arrived of what is being copied. */
  get counts(): Readonly<CopyCounts> {
    return { ...this.done, receivedBytes: this.done.receivedBytes + this.large.receivedBytes };
  }

  /** Files that are ordered and not begun. */
  get queued(): number {
    return this.queue.size + this.local.queued;
  }

  /** Files that something keeps from being copied: how many, and at most `limit` of them. */
  obstacles(limit: number): { readonly count: number; readonly files: readonly { name: string; reason: Told }[] } {
    return { count: this.blockedFiles.size, files: this.blockedFiles.list(limit) };
  }

  /** Whether a large file of this version was ordered and is not here yet. */
  isExpecting(id: string): boolean {
    return this.large.isCopyingVersion(id) || this.queue.hasLarge(id);
  }

  order(message: Messages["fetch"]): void {
    // The central orders anew when the folder is there again.
    if (!this.life.is("running")) return;
    for (const order of ordersOf(message)) {
      const { name, id } = order;
      this.wanted.set(name, id);
      // After a reconnect the central orders again what is under way here.
      if (!this.large.isCopying(name, id) && !this.local.isCopying(name, id)) this.enqueue(order);
    }
    this.startNext();
  }

  withdraw(names: readonly string[]): void {
    for (const name of names) {
      this.wanted.delete(name);
      this.queue.remove(name);
      this.blockedFiles.remove(name);
      for (const copier of this.copiers) copier.withdraw(name);
    }
    this.deps.serving.availabilityChanged();
  }

  /** The central says who has a version. */
  sourcesChanged(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void {
    this.large.sourcesChanged(name, id, sources, superseded);
  }

  /** The session with the central is over: it will order again what is still missing. */
  centralLost(): void {
    this.clearQueues();
  }

  /** The session with the central is back. */
  centralRegistered(): void {
    this.large.centralRegistered();
  }

  /** The shared folder is not there: what is under way ends, and what has arrived stays for the next order. */
  suspend(): void {
    if (this.life.is("running")) this.halt("suspended");
  }

  /** The shared folder is there again. */
  resume(): void {
    if (this.life.is("suspended")) this.life.become("running");
  }

  /** Resolves once nothing is under way: nothing of it is written any more, and every connection is closed. */
  async stop(): Promise<void> {
    this.halt("stopped");
    await Promise.all(this.copiers.map((copier) => copier.idle()));
  }

  private halt(state: "suspended" | "stopped"): void {
    this.life.become(state);
    this.clearQueues();
    for (const copier of this.copiers) copier.cancel();
  }

  private clearQueues(): void {
    this.wanted.clear();
    this.queue.clear();
    this.local.clearQueue();
    this.blockedFiles.clear();
    // Those who wait for a version that was ordered would wait for nothing.
    this.deps.serving.availabilityChanged();
  }

  private copierEvents(): CopierEvents {
    return {
      installed: (name, id) => {
        if (this.isWanted({ name, id })) this.wanted.delete(name);
        this.blockedFiles.remove(name);
        this.done.installed += 1;
      },
      received: (bytes) => {
        this.done.receivedBytes += bytes;
      },
      rejected: (order, obstacle) => this.reject(order, obstacle),
      returned: (order) => this.requeue(order),
      sourceFailed: (order, number, reason) => {
        if (!this.isWanted(order) || this.queue.requeueWithout(order, number)) return;
        this.reject(order, { reason: say("secondary {number}: {why}", { number, why: reason }), lasting: false });
      },
      capacityChanged: () => this.startNext(),
    };
  }

  /** Adds an order in the place of an earlier one of its name: content that is on this disk is not fetched. */
  private enqueue(order: CopyOrder): void {
    if (this.local.enqueue(order)) return this.queue.remove(order.name);
    this.local.dequeue(order.name);
    if (!this.queue.enqueue(order)) this.reject(order, NO_SOURCE);
  }

  /** Adds an order again that a copier could not carry out, unless its name was ordered anew meanwhile. */
  private requeue(order: CopyOrder): void {
    if (!this.isWanted(order)) return;
    if (!this.queue.requeue(order) && !this.local.enqueue(order)) this.reject(order, NO_SOURCE);
    // The copier that calls this has not ended yet.
    queueMicrotask(() => this.startNext());
  }

  private startNext(): void {
    if (!this.life.is("running")) return;
    while (this.large.hasCapacity) {
      const order = this.queue.nextLarge((id) => this.large.isCopyingVersion(id));
      if (!order) break;
      // The content may have come here meanwhile, under another name.
      if (!this.local.enqueue(order)) this.large.start(order);
    }
    while (this.small.hasCapacity) {
      const batch = this.queue.nextBatch(this.small.sourceLoad);
      if (!batch) break;
      const orders = batch.orders.filter((order) => !this.local.enqueue(order));
      if (orders.length > 0) this.small.start(batch.source, orders);
    }
    this.local.startNext();
  }

  private isWanted({ name, id }: Pick<CopyOrder, "name" | "id">): boolean {
    return this.wanted.get(name) === id;
  }

  /** Gives an order back to the central. `size`: bytes that there must be space for. */
  private reject({ name, id, size }: Pick<CopyOrder, "name" | "id" | "size">, obstacle: Obstacle): void {
    if (!this.isWanted({ name, id })) return;
    this.wanted.delete(name);
    this.done.failed += 1;
    if (obstacle.lasting) this.blockedFiles.add(name, size, obstacle);
    this.deps.central.unfetched(name, id, obstacle);
  }

  /** What keeps a file from being copied now, a full disk included; null when nothing does. */
  private async obstacleTo(name: string, bytes: number): Promise<Obstacle | null> {
    const [placement] = await this.deps.folder.findPlacements([name]);
    if (!placement || !("staging" in placement)) return placement ?? null;
    try {
      if (await this.space.hasSpaceFor(placement.staging, bytes)) return null;
      return obstacleIn(diskFull(placement.staging, bytes));
    } catch (error) {
      return obstacleIn(error);
    }
  }
}
