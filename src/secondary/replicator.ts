import { basename, join } from "node:path";
import type { BatchDisk } from "../base/batch-disk.ts";
import type { Clock } from "../base/clock.ts";
import type { Disk } from "../base/disk.ts";
import type { Log } from "../base/log.ts";
import { type Random, uniqueId } from "../base/random.ts";
import { formatBytes, formatDuration, formatRate, plural } from "../base/units.ts";
import type { SourceAddress } from "../protocol/fields.ts";
import type { Messages } from "../protocol/messages.ts";
import { Download } from "../transfer/download.ts";
import type { Hashing } from "../transfer/hashing.ts";
import type { LaneHost } from "../transfer/lane-messages.ts";
import { PartFile } from "../transfer/part-file.ts";
import { BundleCopy, type BundleOutcome } from "./bundle-copy.ts";
import type { Copies } from "./copies.ts";
import type { CopyFigures } from "./copy-figures.ts";
import { type CopyOrder, CopyQueue, hasRoom, type SourceChoice } from "./copy-queue.ts";
import type { Delivery } from "./library/moves.ts";
import type { LocalContent } from "./local-content.ts";
import { LocalCopies } from "./local-copies.ts";
import { RestingSources } from "./resting-sources.ts";
import { TrackingSink } from "./tracking-sink.ts";

/** Bundles of small files at once. */
const BUNDLES_AT_ONCE = 2;
/** Milliseconds without any source after which a copy is given back to the central. */
const PATIENCE = 30_000;

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
  /** This secondary's number. */
  readonly number: number;
  /** Where copies grow: on the file system of the shared folder, and not shared. */
  readonly folder: string;
  /**
   * Whether something that the library does not know is in a name's place, so that a copy could not take it. Rejects when
   * the shared folder is not there.
   */
  blocked(name: string): Promise<boolean>;
  /** Whether the part of a version is all that is here of a damaged file. */
  keeps(id: string): boolean;
  /** Puts delivered files under their names; says which were taken. */
  adopt(deliveries: readonly Delivery[]): Promise<("adopted" | "refused")[]>;
  unfetched(name: string, id: string, reason: string): void;
  watch(name: string, id: string): void;
  unwatch(name: string, id: string): void;
  accuse(id: string, piece: number | null, number: number): void;
  gained(id: string, pieces: readonly number[]): void;
  /** Something can be read from now, or is not expected any more. */
  expectations(): void;
}

interface RunningCopy {
  readonly order: CopyOrder;
  /** Null while its part file is being readied. */
  download: Download | null;
  /** It is not wanted any more. */
  withdrawn: boolean;
}

/** Copies what the central orders: large files as downloads, small ones in bundles. */
export class Replicator {
  private readonly queue = new CopyQueue();
  private readonly running = new Map<string, RunningCopy>();
  /** Versions of large files that are being prepared or copied. */
  private readonly busy = new Set<string>();
  private readonly bundles = new Set<BundleCopy>();
  private readonly resting = new RestingSources();
  private readonly local: LocalCopies;
  /** `suspended`: the shared folder is not there. */
  private state: "running" | "suspended" | "stopped" = "running";

  constructor(private readonly deps: ReplicatorDeps) {
    this.local = new LocalCopies({
      ...deps,
      deliver: (deliveries) => this.deliverLocal(deliveries),
      fetch: (order) => this.fetchAfterAll(order),
    });
  }

  /** Copies of large files under way, for the console. */
  figures(): CopyFigures[] {
    const fetched = [...this.running.values()].flatMap(({ order: { name, size }, download }): CopyFigures[] => {
      if (!download) return [];
      const { doneBytes, rate } = download.figures();
      return [{ name, size, doneBytes, rate }];
    });
    return [...fetched, ...this.local.figures().map((copy) => ({ ...copy, rate: null }))];
  }

  /** Files that are ordered and not begun. */
  get waiting(): number {
    return this.queue.size + this.local.waiting;
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
      return this.running.get(name)?.order.id !== id && !this.local.has(name, id);
    });
    for (const order of this.queue.add({ ...message, files })) if (!this.local.take(order)) this.homeless(order);
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
      for (const bundle of this.bundles) bundle.withdraw(name);
      const copy = this.running.get(name);
      if (!copy) continue;
      copy.withdrawn = true;
      copy.download?.stop({ kind: "cancelled" });
    }
    this.deps.expectations();
  }

  sources(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void {
    const copy = this.running.get(name);
    if (copy?.order.id === id) copy.download?.offer(this.others(sources), superseded);
  }

  /** The session with the central is over: it will order again what is still missing. */
  forget(): void {
    this.queue.clear();
    this.local.clear();
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

  async stop(): Promise<void> {
    this.halt("stopped");
    await this.local.stop();
  }

  private halt(state: "suspended" | "stopped"): void {
    this.state = state;
    this.queue.clear();
    for (const { download } of this.running.values()) download?.stop({ kind: "cancelled" });
    for (const bundle of this.bundles) bundle.stop();
  }

  private others(sources: readonly SourceAddress[]): SourceAddress[] {
    return sources.filter(({ number }) => number !== this.deps.number);
  }

  private begin(): void {
    const { deps } = this;
    while (this.state === "running" && hasRoom(this.left())) {
      const order = this.queue.nextLarge((id) => this.busy.has(id));
      if (!order) break;
      // It may have come here meanwhile, under another name.
      if (this.local.take(order)) continue;
      this.busy.add(order.id);
      void this.copyLarge(order).finally(() => {
        this.busy.delete(order.id);
        deps.copies.remove(order.id);
        deps.expectations();
        this.begin();
      });
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
    if (!this.queue.putBack(order)) this.homeless(order);
    this.begin();
  }

  private homeless({ name, id }: CopyOrder): void {
    this.deps.unfetched(name, id, "no secondary was named that holds it");
  }

  /** Bytes that are to come of each copy under way. */
  private left(): number[] {
    return [...this.running.values()].map(({ order, download }) => order.size - (download?.done ?? 0));
  }

  /** Whoever failed lately never takes both places from those who are well. */
  private sourceChoice(): SourceChoice {
    const now = this.deps.clock.now();
    const busy = [...this.bundles].map(({ source }) => source.number);
    return {
      load: (number) => busy.filter((other) => other === number).length,
      rests: (number) => this.resting.has(number, now),
      mayRest: !busy.some((number) => this.resting.has(number, now)),
    };
  }

  private async copyLarge(order: CopyOrder): Promise<void> {
    const { deps } = this;
    const { name, id, size } = order;
    const copy: RunningCopy = { order, download: null, withdrawn: false };
    this.running.set(name, copy);
    const began = deps.clock.now();
    try {
      const outcome = await this.transfer(copy);
      if (outcome === "cancelled") return;
      const seconds = (deps.clock.now() - began) / 1000;
      await this.deliver([outcome]);
      const received = copy.download?.figures().receivedBytes ?? 0;
      const text = `${formatBytes(size)} in ${formatDuration(seconds)}, ${formatRate(received / Math.max(seconds, 0.001))}`;
      const figures = { name, size, received, seconds: Math.round(seconds * 1000) / 1000 };
      deps.log.info("copied", `copied ${name}: ${text}`, figures);
    } catch (error) {
      deps.unfetched(name, id, (error as Error).message);
    } finally {
      if (this.running.get(name) === copy) this.running.delete(name);
    }
  }

  /** Downloads a large file into the workshop. Throws when that fails. */
  private async transfer(copy: RunningCopy): Promise<Delivery | "cancelled"> {
    const { deps } = this;
    const { name, id, size, ancestors, sources } = copy.order;
    if (await deps.blocked(name)) throw new Error("a file of that name is not settled here");
    const version = { id, size };
    const ready = join(deps.folder, id);
    const paths = { path: ready, part: `${ready}.part` };
    const part = await PartFile.prepare({ ...deps, ...paths, name, version, force: true, direct: false });
    if (copy.withdrawn || this.state !== "running") {
      await part.leave();
      return "cancelled";
    }
    const sink = new TrackingSink(deps.disk, part, id, size, deps.copies, deps.expectations);
    const download = new Download(
      { name, version, download: null, role: "secondary", patience: PATIENCE, copier: deps.number },
      { ...deps, sink },
      {
        lied: (number, piece) => deps.accuse(id, piece, number),
        gained: (piece) => {
          deps.gained(id, [piece]);
          this.begin();
        },
        stranded() {},
      },
    );
    copy.download = download;
    const ended = download.run();
    download.offer(this.others(sources), false);
    deps.watch(name, id);
    const outcome = await ended;
    deps.unwatch(name, id);
    if (outcome.kind === "failed") throw new Error(outcome.message);
    const { hashes } = sink;
    if (outcome.kind === "cancelled" || !hashes) {
      await this.discard(ready);
      return "cancelled";
    }
    return { name, version, hashes, ancestors, temp: ready, unnamed: null };
  }

  /** What arrived of a version that is not wanted any more. A secondary that stops, or has lost its disk, keeps it. */
  private async discard(ready: string): Promise<void> {
    if (this.state !== "running" || this.deps.keeps(basename(ready))) return;
    for (const path of [`${ready}.part`, `${ready}.part.journal`]) await this.deps.disk.remove(path).catch(() => {});
  }

  private copySmall(source: SourceAddress, orders: readonly CopyOrder[]): void {
    const { deps } = this;
    const folder = join(deps.folder, `small-${uniqueId(deps.random)}`);
    const deliver = (deliveries: readonly Delivery[]) => this.deliverBundle(deliveries);
    const bundle = new BundleCopy({ ...deps, lanes: deps.bundles, deliver }, source, orders, folder);
    this.bundles.add(bundle);
    void bundle.over.then((outcome) => {
      this.bundles.delete(bundle);
      if (this.state === "running") this.ended(bundle, outcome);
      this.begin();
    });
  }

  /** What a bundle did not bring is asked of another source, or given back to the central. */
  private ended({ source }: BundleCopy, { end, left }: BundleOutcome): void {
    const { number } = source;
    const { clock, unfetched } = this.deps;
    if (end.cause === "source") this.resting.fail(number, clock.now());
    else if (left.length === 0) this.resting.succeed(number);
    const reason = end.cause === "told" ? "could not give it" : end.message;
    for (const order of left) {
      if (end.cause !== "disk" && this.queue.retry(order, number)) continue;
      unfetched(order.name, order.id, end.cause === "disk" ? reason : `secondary ${number}: ${reason}`);
    }
  }

  private async deliverBundle(deliveries: readonly Delivery[]): Promise<void> {
    const { log, unfetched } = this.deps;
    try {
      await this.deliver(deliveries);
      log.info("copied", `copied ${plural(deliveries.length, "small file")}`, { files: deliveries.length });
    } catch (error) {
      for (const { name, version } of deliveries) unfetched(name, version.id, (error as Error).message);
    }
  }

  /** Copies that were made from what is here. */
  private async deliverLocal(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    try {
      return await this.deliver(deliveries);
    } catch (error) {
      for (const { name, version } of deliveries) this.deps.unfetched(name, version.id, (error as Error).message);
      return [];
    }
  }

  /** Gives those that were adopted. */
  private async deliver(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    const taken = await this.deps.adopt(deliveries);
    for (const [index, { name, version, temp }] of deliveries.entries()) {
      if (taken[index] === "adopted") continue;
      await this.deps.disk.remove(temp).catch(() => {});
      this.deps.unfetched(name, version.id, "the file was changed here meanwhile");
    }
    return deliveries.filter((_, index) => taken[index] === "adopted");
  }
}
