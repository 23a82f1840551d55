import type { Hashing } from "../../hashing/hasher-client.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { LaneHost } from "../../transfer/connection/messages.ts";
import type { Adoption, Delivery } from "../changes/folder-changes.ts";
import type { DescriptorShares } from "../descriptor-shares.ts";
import { CHANGED, type Obstacle, obstacleIn } from "../folder/obstacle.ts";
import type { Copies } from "../serving/partial-files.ts";
import { CopyAdmission, diskObstacle } from "./copy-admission.ts";
import type { CopyFigures } from "./copy-progress.ts";
import { type CopyOrder, CopyQueue, hasRoom, type SourceChoice } from "./copy-queue.ts";
import { LargeCopy } from "./large-copy.ts";
import type { LocalContent } from "./local/local-content.ts";
import { LocalCopies } from "./local/local-copies.ts";
import { noRoom, Room } from "./placement/disk-space.ts";
import { Obstructed } from "./placement/obstructed.ts";
import { StagedFiles } from "./placement/staged-files.ts";
import type { Target } from "./placement/targets.ts";
import { RestingSources } from "./resting-sources.ts";
import { BundleCopy, type BundleOutcome } from "./small-files-copy.ts";

/** Bundles of small files at once: most of the time each waits for a disk. With two, 20,000 files took a tenth longer. */
const BUNDLES_AT_ONCE = 4;

const HOMELESS: Obstacle = { reason: "no secondary was named that holds it", lasting: false };

export interface ReplicatorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly log: Log;
  readonly lanes: LaneHost;
  /** The same for small files. */
  readonly bundles: LaneHost;
  readonly hasher: Hashing;
  readonly copies: Copies;
  /** What is here already, under whatever name. */
  readonly content: LocalContent;
  readonly shares: Pick<DescriptorShares, "bundle" | "copies">;
  /** This secondary's number. */
  readonly number: number;
  /** Where files of these names are to be staged, or what keeps each from getting its name. Does not reject. */
  targets(names: readonly string[]): Promise<Target[]>;
  /** Lets files that were only kept go until a staging folder's disk has so many bytes, if it can; gives how many it has. */
  makeRoom(staging: string, bytes: number): Promise<number>;
  /** Whether the part of a version is all that is here of a damaged file. */
  keeps(id: string): boolean;
  /** Puts delivered files under their names; says what became of each. `alone`: nobody else tells of those that came. */
  adopt(deliveries: readonly Delivery[], alone: boolean): Promise<Adoption[]>;
  unfetched(name: string, id: string, obstacle: Obstacle): void;
  /** What was in the way of these names is gone. */
  retry(names: readonly string[]): void;
  watch(name: string, id: string): void;
  unwatch(name: string, id: string): void;
  accuse(id: string, piece: number | null, number: number): void;
  gained(id: string, pieces: readonly number[]): void;
  /** Something can be read from now, or is not expected any more. */
  expectations(): void;
}

/** Copies what the central orders: large files as downloads, small ones in bundles. */
export class Replicator {
  private readonly queue: CopyQueue;
  /** Large files under way, by name. */
  private readonly running = new Map<string, LargeCopy>();
  /** Versions of large files under way. */
  private readonly busy = new Set<string>();
  private readonly copying = new Set<Promise<void>>();
  private readonly bundles = new Set<BundleCopy>();
  private readonly resting = new RestingSources();
  private readonly obstructed: Obstructed;
  private readonly room: Room;
  private readonly admission: CopyAdmission;
  private readonly staged: StagedFiles;
  private readonly local: LocalCopies;
  /** `suspended`: the shared folder is not there. */
  private state: "running" | "suspended" | "stopped" = "running";

  constructor(private readonly deps: ReplicatorDeps) {
    this.queue = new CopyQueue(deps.shares.bundle);
    const { disk, retry } = deps;
    this.local = new LocalCopies({
      ...deps,
      admit: (orders, left) => this.admission.admitLocal(orders, left),
      deliver: (deliveries) => this.deliver(deliveries, false),
      fetch: (order) => this.fetchAfterAll(order),
    });
    this.staged = new StagedFiles(deps);
    this.room = new Room({ disk, makeRoom: (folder, bytes) => this.makeRoom(folder, bytes) });
    this.admission = new CopyAdmission({
      ...deps,
      room: this.room,
      giveBack: (order, obstacle) => this.giveBack(order, obstacle),
      regroup: (order) => {
        if (!this.queue.putBack(order) && !this.local.take(order)) this.giveBack(order, HOMELESS);
        queueMicrotask(() => this.begin());
      },
    });
    const obstacleTo = (name: string, bytes: number) => this.obstacleTo(name, bytes);
    this.obstructed = new Obstructed({ ...deps, obstacleTo, cleared: retry });
  }

  /** Copies of large files under way, for the console. */
  figures(): CopyFigures[] {
    const fetched = [...this.running.values()].flatMap((copy) => copy.figures() ?? []);
    return [...fetched, ...this.local.figures().map((copy) => ({ ...copy, rate: null }))];
  }

  /** Files that are ordered and not begun. */
  get waiting(): number {
    return this.queue.size + this.local.waiting;
  }

  /** Files that something keeps from being copied: how many, and at most `limit` of them. */
  obstacles(limit: number): { readonly count: number; readonly files: readonly { name: string; reason: string }[] } {
    return { count: this.obstructed.size, files: this.obstructed.list(limit) };
  }

  /** Whether a large file of this version was ordered and is not here yet. */
  expects(id: string): boolean {
    return this.busy.has(id) || this.queue.hasLarge(id);
  }

  order(message: Messages["fetch"]): void {
    // The central orders anew when the folder is there again.
    if (this.state !== "running") return;
    // After a reconnect the central orders again what is under way here.
    const files = message.files.filter(({ name, id }) => {
      return !this.running.get(name)?.isFor(id) && !this.local.has(name, id);
    });
    for (const order of this.queue.add({ ...message, files }))
      if (!this.local.take(order)) this.giveBack(order, HOMELESS);
    for (const { name, id } of files) {
      const order = this.deps.content.has(id) ? this.queue.take(name) : null;
      if (order && !this.local.take(order)) this.queue.putBack(order);
    }
    this.begin();
  }

  withdraw(names: readonly string[]): void {
    for (const name of names) {
      this.queue.drop(name);
      this.local.withdraw(name);
      this.obstructed.drop(name);
      void this.staged.drop(name);
      for (const bundle of this.bundles) bundle.withdraw(name);
      this.running.get(name)?.end("withdrawn");
    }
    this.deps.expectations();
  }

  sources(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void {
    const copy = this.running.get(name);
    if (copy?.order.id === id) copy.offer(sources, superseded);
  }

  /** The session with the central is over: it will order again what is still missing. */
  forget(): void {
    this.queue.clear();
    this.local.clear();
    this.obstructed.forget();
    this.deps.expectations();
  }

  /** The session is back. */
  reconnected(): void {
    for (const { order } of this.running.values()) this.deps.watch(order.name, order.id);
  }

  /** The shared folder is not there: what is under way ends, and what has arrived stays for the next order. */
  suspend(): void {
    if (this.state !== "running") return;
    this.halt("suspended");
    this.local.halt();
  }

  /** The shared folder is there again. */
  resume(): void {
    if (this.state === "suspended") this.state = "running";
  }

  /** Resolves once nothing is under way: nothing of it is written any more, and every connection is closed. */
  async stop(): Promise<void> {
    this.halt("stopped");
    const bundles = [...this.bundles].map(({ over }) => over);
    await Promise.all([this.local.stop(), ...this.copying, ...bundles]);
  }

  private halt(state: "suspended" | "stopped"): void {
    this.state = state;
    this.queue.clear();
    this.obstructed.forget();
    for (const copy of this.running.values()) copy.end("stop");
    for (const bundle of this.bundles) bundle.stop();
    // Whoever waits for what was ordered would wait for nothing.
    this.deps.expectations();
  }

  private begin(): void {
    const { deps } = this;
    while (
      this.state === "running" &&
      hasRoom(
        [...this.running.values()].map(({ left }) => left),
        deps.shares.copies,
      )
    ) {
      const order = this.queue.nextLarge((id) => this.busy.has(id));
      if (!order) break;
      // It may have come here meanwhile, under another name.
      if (this.local.take(order)) continue;
      this.busy.add(order.id);
      const copying = this.copyLarge(order).finally(() => {
        this.copying.delete(copying);
        this.busy.delete(order.id);
        deps.copies.remove(order.id);
        deps.expectations();
        this.begin();
      });
      this.copying.add(copying);
    }
    while (this.state === "running" && this.bundles.size < BUNDLES_AT_ONCE) {
      const bundle = this.queue.nextBundle(this.sourceChoice());
      if (!bundle) break;
      const orders = bundle.orders.filter((order) => !this.local.take(order));
      if (orders.length > 0) this.copySmall(bundle.source, orders);
    }
    this.local.begin();
  }

  /** An order that could not be met from this disk, although its content was thought to be here. */
  private fetchAfterAll(order: CopyOrder): void {
    if (this.state !== "running") return;
    if (!this.queue.putBack(order)) this.giveBack(order, HOMELESS);
    this.begin();
  }

  /** Whoever failed lately takes one place at most from those who are well. */
  private sourceChoice(): SourceChoice {
    const now = this.deps.clock.now();
    const busy = [...this.bundles].map(({ source }) => source.number);
    return {
      load: (number) => busy.filter((other) => other === number).length,
      rests: (number) => this.resting.has(number, now),
      mayRest: !busy.some((number) => this.resting.has(number, now)),
    };
  }

  /** Gives an order back to the central, which will make it again. `size`: bytes that there must be room for. */
  private giveBack({ name, id, size }: Pick<CopyOrder, "name" | "id" | "size">, obstacle: Obstacle): void {
    if (this.state !== "running") return;
    if (obstacle.lasting) this.obstructed.add(name, size, obstacle);
    this.deps.unfetched(name, id, obstacle);
  }

  private async copyLarge(order: CopyOrder): Promise<void> {
    const { deps, room, staged } = this;
    const { name } = order;
    const target = async () => (await deps.targets([name]))[0] ?? CHANGED;
    const gained = (id: string, piece: number) => {
      deps.gained(id, [piece]);
      this.begin();
    };
    const copy = new LargeCopy({ ...deps, room, staged, target, gained }, order);
    this.running.set(name, copy);
    try {
      await copy.run();
      this.obstructed.drop(name);
    } catch (error) {
      // One that was withdrawn is nothing to the central any more.
      if (copy.isFor(order.id)) this.giveBack({ ...order, size: copy.needed }, obstacleIn(error));
    } finally {
      if (this.running.get(name) === copy) this.running.delete(name);
    }
  }

  private copySmall(source: SourceAddress, orders: readonly CopyOrder[]): void {
    const { deps } = this;
    const bundle = new BundleCopy(
      {
        ...deps,
        lanes: deps.bundles,
        admit: (asked) => this.admission.admit(asked),
        deliver: async (deliveries) => void (await this.deliver(deliveries, true)),
      },
      source,
      orders,
    );
    this.bundles.add(bundle);
    void bundle.over.then((outcome) => {
      this.bundles.delete(bundle);
      this.ended(bundle, outcome);
      this.begin();
    });
  }

  /** What a bundle did not bring is asked of another source, or given back to the central. */
  private ended({ source }: BundleCopy, { end, left }: BundleOutcome): void {
    const { number } = source;
    if (end.cause === "source") this.resting.fail(number, this.deps.clock.now());
    else if (left.length === 0) this.resting.succeed(number);
    if (this.state !== "running") return;
    for (const order of left) {
      if (end.cause === "disk") {
        this.giveBack(order, diskObstacle(new DiskError(end.failure, "", end.message), "", order));
      } else if (!this.queue.retry(order, number)) {
        const what = end.cause === "told" ? "could not give it" : end.message;
        this.giveBack(order, { reason: `secondary ${number}: ${what}`, lasting: false });
      }
    }
  }

  /** Puts files into place. Gives those that were; the others are given back. Does not reject. */
  private async deliver(deliveries: readonly Delivery[], alone: boolean): Promise<readonly Delivery[]> {
    const { adopt, disk } = this.deps;
    const adoptions = await adopt(deliveries, alone).catch((error: unknown) => deliveries.map(() => obstacleIn(error)));
    const adopted: Delivery[] = [];
    for (const [index, delivery] of deliveries.entries()) {
      const { name, version, temp } = delivery;
      const adoption = adoptions[index] ?? CHANGED;
      if (adoption === "adopted") {
        adopted.push(delivery);
        this.obstructed.drop(name);
        continue;
      }
      await disk.remove(temp).catch(() => {});
      this.giveBack({ name, ...version }, adoption);
    }
    return adopted;
  }

  /** What is in the way of a file now, room included. */
  private async obstacleTo(name: string, bytes: number): Promise<Obstacle | null> {
    const [target] = await this.deps.targets([name]);
    if (!target || !("staging" in target)) return target ?? null;
    try {
      if (await this.room.fits(target.staging, bytes)) return null;
      return obstacleIn(noRoom(target.staging, bytes));
    } catch (error) {
      return obstacleIn(error);
    }
  }

  private async makeRoom(staging: string, bytes: number): Promise<number> {
    await this.staged.free(staging);
    return this.deps.makeRoom(staging, bytes);
  }
}
