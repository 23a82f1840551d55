import type { Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { ConnectionHost } from "../../transfer/connection/messages.ts";
import type { InstallResult, StagedFile } from "../changes/folder-changes.ts";
import type { DescriptorShares } from "../descriptor-shares.ts";
import { CHANGED, type Obstacle, obstacleIn } from "../folder/obstacle.ts";
import type { PartialFiles } from "../serving/partial-files.ts";
import { CopyAdmission, diskObstacle } from "./copy-admission.ts";
import type { CopyProgress } from "./copy-progress.ts";
import { type CopyOrder, CopyQueue, mayStartLargeCopy, type SourceLoad } from "./copy-queue.ts";
import { LargeCopy } from "./large-copy.ts";
import type { LocalContent } from "./local/local-content.ts";
import { LocalCopier } from "./local/local-copier.ts";
import { BlockedFiles } from "./placement/blocked-files.ts";
import { DiskSpace, diskFull } from "./placement/disk-space.ts";
import type { Placement } from "./placement/placement-finder.ts";
import { StagedFiles } from "./placement/staged-files.ts";
import { SmallFilesCopy, type SmallFilesOutcome } from "./small-files-copy.ts";
import { SourceBackoff } from "./source-backoff.ts";

/** Bundles of small files at once: most of the time each waits for a disk. With two, 20,000 files took a tenth longer. */
const MAX_SMALL_FILES_COPIES = 4;

const NO_SOURCE: Obstacle = { reason: "no secondary was named that holds it", lasting: false };

export interface ReplicatorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly log: Log;
  readonly lanes: ConnectionHost;
  /** The same for small files. */
  readonly bundles: ConnectionHost;
  readonly hasher: Hashing;
  readonly partialFiles: PartialFiles;
  /** What is here already, under whatever name. */
  readonly content: LocalContent;
  readonly shares: Pick<DescriptorShares, "bundle" | "copies">;
  /** This secondary's number. */
  readonly number: number;
  /** Where files of these names are to be staged, or what keeps each from getting its name. Does not reject. */
  findPlacements(names: readonly string[]): Promise<Placement[]>;
  /** Lets files that were only kept go until a staging folder's disk has so many bytes, if it can; gives how many it has. */
  freeSpace(staging: string, bytes: number): Promise<number>;
  /** Whether the part of a version is all that is here of a damaged file. */
  isRepairing(id: string): boolean;
  /** Puts delivered files under their names; says what became of each. `alone`: nobody else tells of those that came. */
  adopt(deliveries: readonly StagedFile[], alone: boolean): Promise<InstallResult[]>;
  unfetched(name: string, id: string, obstacle: Obstacle): void;
  /** What was in the way of these names is gone. */
  retry(names: readonly string[]): void;
  watch(name: string, id: string): void;
  unwatch(name: string, id: string): void;
  accuse(id: string, piece: number | null, number: number): void;
  piecesAdded(id: string, pieces: readonly number[]): void;
  /** Something can be read from now, or is not expected any more. */
  availabilityChanged(): void;
}

/** Copies what the central orders: large files as downloads, small ones in bundles. */
export class Replicator {
  private readonly queue: CopyQueue;
  /** Large files under way, by name. */
  private readonly largeCopies = new Map<string, LargeCopy>();
  /** Versions of large files under way. */
  private readonly largeVersions = new Set<string>();
  private readonly copying = new Set<Promise<void>>();
  private readonly smallFilesCopies = new Set<SmallFilesCopy>();
  private readonly sourceBackoff = new SourceBackoff();
  private readonly blockedFiles: BlockedFiles;
  private readonly space: DiskSpace;
  private readonly admission: CopyAdmission;
  private readonly staged: StagedFiles;
  private readonly local: LocalCopier;
  /** `suspended`: the shared folder is not there. */
  private state: "running" | "suspended" | "stopped" = "running";

  constructor(private readonly deps: ReplicatorDeps) {
    this.queue = new CopyQueue(deps.shares.bundle);
    const { disk, retry } = deps;
    this.local = new LocalCopier({
      ...deps,
      admit: (orders, left) => this.admission.admitLocal(orders, left),
      install: (deliveries) => this.deliver(deliveries, false),
      fetchInstead: (order) => this.fetchInstead(order),
    });
    this.staged = new StagedFiles(deps);
    this.space = new DiskSpace({ disk, freeSpace: (folder, bytes) => this.makeRoom(folder, bytes) });
    this.admission = new CopyAdmission({
      ...deps,
      space: this.space,
      reject: (order, obstacle) => this.reject(order, obstacle),
      requeue: (order) => {
        if (!this.queue.requeue(order) && !this.local.enqueue(order)) this.reject(order, NO_SOURCE);
        queueMicrotask(() => this.startNext());
      },
    });
    const obstacleTo = (name: string, bytes: number) => this.obstacleTo(name, bytes);
    this.blockedFiles = new BlockedFiles({ ...deps, obstacleTo, unblocked: retry });
  }

  /** Copies of large files under way, for the console. */
  progress(): CopyProgress[] {
    const fetched = [...this.largeCopies.values()].flatMap((copy) => copy.progress() ?? []);
    return [...fetched, ...this.local.progress().map((copy) => ({ ...copy, rate: null }))];
  }

  /** Files that are ordered and not begun. */
  get waiting(): number {
    return this.queue.size + this.local.waiting;
  }

  /** Files that something keeps from being copied: how many, and at most `limit` of them. */
  obstacles(limit: number): { readonly count: number; readonly files: readonly { name: string; reason: string }[] } {
    return { count: this.blockedFiles.size, files: this.blockedFiles.list(limit) };
  }

  /** Whether a large file of this version was ordered and is not here yet. */
  isExpecting(id: string): boolean {
    return this.largeVersions.has(id) || this.queue.hasLarge(id);
  }

  order(message: Messages["fetch"]): void {
    // The central orders anew when the folder is there again.
    if (this.state !== "running") return;
    // After a reconnect the central orders again what is under way here.
    const files = message.files.filter(({ name, id }) => {
      return !this.largeCopies.get(name)?.isCopying(id) && !this.local.isCopying(name, id);
    });
    for (const order of this.queue.enqueue({ ...message, files }))
      if (!this.local.enqueue(order)) this.reject(order, NO_SOURCE);
    for (const { name, id } of files) {
      const order = this.deps.content.has(id) ? this.queue.dequeue(name) : null;
      if (order && !this.local.enqueue(order)) this.queue.requeue(order);
    }
    this.startNext();
  }

  withdraw(names: readonly string[]): void {
    for (const name of names) {
      this.queue.remove(name);
      this.local.withdraw(name);
      this.blockedFiles.remove(name);
      void this.staged.removeName(name);
      for (const bundle of this.smallFilesCopies) bundle.withdraw(name);
      this.largeCopies.get(name)?.end("withdrawn");
    }
    this.deps.availabilityChanged();
  }

  sources(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void {
    const copy = this.largeCopies.get(name);
    if (copy?.order.id === id) copy.offer(sources, superseded);
  }

  /** The session with the central is over: it will order again what is still missing. */
  centralLost(): void {
    this.queue.clear();
    this.local.clear();
    this.blockedFiles.clear();
    this.deps.availabilityChanged();
  }

  /** The session is back. */
  centralRegistered(): void {
    for (const { order } of this.largeCopies.values()) this.deps.watch(order.name, order.id);
  }

  /** The shared folder is not there: what is under way ends, and what has arrived stays for the next order. */
  suspend(): void {
    if (this.state !== "running") return;
    this.halt("suspended");
    this.local.cancel();
  }

  /** The shared folder is there again. */
  resume(): void {
    if (this.state === "suspended") this.state = "running";
  }

  /** Resolves once nothing is under way: nothing of it is written any more, and every connection is closed. */
  async stop(): Promise<void> {
    this.halt("stopped");
    const bundles = [...this.smallFilesCopies].map(({ ended: over }) => over);
    await Promise.all([this.local.stop(), ...this.copying, ...bundles]);
  }

  private halt(state: "suspended" | "stopped"): void {
    this.state = state;
    this.queue.clear();
    this.blockedFiles.clear();
    for (const copy of this.largeCopies.values()) copy.end("stop");
    for (const bundle of this.smallFilesCopies) bundle.stop();
    // Whoever waits for what was ordered would wait for nothing.
    this.deps.availabilityChanged();
  }

  private startNext(): void {
    const { deps } = this;
    while (
      this.state === "running" &&
      mayStartLargeCopy(
        [...this.largeCopies.values()].map(({ remainingBytes: left }) => left),
        deps.shares.copies,
      )
    ) {
      const order = this.queue.nextLarge((id) => this.largeVersions.has(id));
      if (!order) break;
      // It may have come here meanwhile, under another name.
      if (this.local.enqueue(order)) continue;
      this.largeVersions.add(order.id);
      const copying = this.copyLarge(order).finally(() => {
        this.copying.delete(copying);
        this.largeVersions.delete(order.id);
        deps.partialFiles.remove(order.id);
        deps.availabilityChanged();
        this.startNext();
      });
      this.copying.add(copying);
    }
    while (this.state === "running" && this.smallFilesCopies.size < MAX_SMALL_FILES_COPIES) {
      const bundle = this.queue.nextBatch(this.sourceLoad());
      if (!bundle) break;
      const orders = bundle.orders.filter((order) => !this.local.enqueue(order));
      if (orders.length > 0) this.copySmall(bundle.source, orders);
    }
    this.local.startNext();
  }

  /** An order that could not be met from this disk, although its content was thought to be here. */
  private fetchInstead(order: CopyOrder): void {
    if (this.state !== "running") return;
    if (!this.queue.requeue(order)) this.reject(order, NO_SOURCE);
    this.startNext();
  }

  /** Whoever failed lately takes one place at most from those who are well. */
  private sourceLoad(): SourceLoad {
    const now = this.deps.clock.now();
    const busy = [...this.smallFilesCopies].map(({ source }) => source.number);
    return {
      runningBatches: (number) => busy.filter((other) => other === number).length,
      isBackedOff: (number) => this.sourceBackoff.isBackedOff(number, now),
      allowsBackedOff: !busy.some((number) => this.sourceBackoff.isBackedOff(number, now)),
    };
  }

  /** Gives an order back to the central, which will make it again. `size`: bytes that there must be room for. */
  private reject({ name, id, size }: Pick<CopyOrder, "name" | "id" | "size">, obstacle: Obstacle): void {
    if (this.state !== "running") return;
    if (obstacle.lasting) this.blockedFiles.add(name, size, obstacle);
    this.deps.unfetched(name, id, obstacle);
  }

  private async copyLarge(order: CopyOrder): Promise<void> {
    const { deps, space: room, staged } = this;
    const { name } = order;
    const target = async () => (await deps.findPlacements([name]))[0] ?? CHANGED;
    const gained = (id: string, piece: number) => {
      deps.piecesAdded(id, [piece]);
      this.startNext();
    };
    const copy = new LargeCopy({ ...deps, space: room, staged, findPlacement: target, pieceAdded: gained }, order);
    this.largeCopies.set(name, copy);
    try {
      await copy.run();
      this.blockedFiles.remove(name);
    } catch (error) {
      // One that was withdrawn is nothing to the central any more.
      if (copy.isCopying(order.id)) this.reject({ ...order, size: copy.spaceNeeded }, obstacleIn(error));
    } finally {
      if (this.largeCopies.get(name) === copy) this.largeCopies.delete(name);
    }
  }

  private copySmall(source: SourceAddress, orders: readonly CopyOrder[]): void {
    const { deps } = this;
    const bundle = new SmallFilesCopy(
      {
        ...deps,
        lanes: deps.bundles,
        admit: (asked) => this.admission.admit(asked),
        install: async (deliveries) => void (await this.deliver(deliveries, true)),
      },
      source,
      orders,
    );
    this.smallFilesCopies.add(bundle);
    void bundle.ended.then((outcome) => {
      this.smallFilesCopies.delete(bundle);
      this.ended(bundle, outcome);
      this.startNext();
    });
  }

  /** What a bundle did not bring is asked of another source, or given back to the central. */
  private ended({ source }: SmallFilesCopy, { end, remaining: left }: SmallFilesOutcome): void {
    const { number } = source;
    if (end.cause === "source") this.sourceBackoff.recordFailure(number, this.deps.clock.now());
    else if (left.length === 0) this.sourceBackoff.recordSuccess(number);
    if (this.state !== "running") return;
    for (const order of left) {
      if (end.cause === "disk") {
        this.reject(order, diskObstacle(new DiskError(end.failure, "", end.message), "", order));
      } else if (!this.queue.requeueWithout(order, number)) {
        const what = end.cause === "stopped" ? "could not give it" : end.message;
        this.reject(order, { reason: `secondary ${number}: ${what}`, lasting: false });
      }
    }
  }

  /** Puts files into place. Gives those that were; the others are given back. Does not reject. */
  private async deliver(deliveries: readonly StagedFile[], alone: boolean): Promise<readonly StagedFile[]> {
    const { adopt, disk } = this.deps;
    const adoptions = await adopt(deliveries, alone).catch((error: unknown) => deliveries.map(() => obstacleIn(error)));
    const adopted: StagedFile[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const { name, version, temp } = delivery;
      const adoption = adoptions[index] ?? CHANGED;
      if (adoption === "installed") {
        adopted.push(delivery);
        this.blockedFiles.remove(name);
        continue;
      }
      await disk.remove(temp).catch(() => {});
      this.reject({ name, ...version }, adoption);
    }
    return adopted;
  }

  /** What is in the way of a file now, room included. */
  private async obstacleTo(name: string, bytes: number): Promise<Obstacle | null> {
    const [target] = await this.deps.findPlacements([name]);
    if (!target || !("staging" in target)) return target ?? null;
    try {
      if (await this.space.hasSpaceFor(target.staging, bytes)) return null;
      return obstacleIn(diskFull(target.staging, bytes));
    } catch (error) {
      return obstacleIn(error);
    }
  }

  private async makeRoom(staging: string, bytes: number): Promise<number> {
    await this.staged.removeAllIn(staging);
    return this.deps.freeSpace(staging, bytes);
  }
}
