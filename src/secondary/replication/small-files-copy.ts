import { join } from "node:path";
import { formatAddress } from "../../net/address/address.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { HASH_BYTES } from "../../platform/hash.ts";
import type { Log } from "../../platform/log/log.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import { pieceCount } from "../../protocol/versions/version.ts";
import type {
  ConnectionEnd,
  ConnectionEvent,
  ConnectionHandle,
  ConnectionHost,
} from "../../transfer/connection/messages.ts";
import type { StagedFile } from "../changes/folder-changes.ts";
import type { CopyOrder } from "./copy-queue.ts";
import type { SpaceReservation } from "./placement/disk-space.ts";

/**
 * `admitting`: which of it can be put into place is found out; `fetching`: its lane is open; `adopting`: the lane has ended, and what came gets its names; `over`: nothing of it is
 * left in its folder.
 */
export type SmallFilesCopyState = "admitting" | "fetching" | "adopting" | "over";

const NEXT: Readonly<Record<SmallFilesCopyState, readonly SmallFilesCopyState[]>> = {
  admitting: ["fetching", "over"],
  fetching: ["adopting"],
  adopting: ["over"],
  over: [],
};

export interface SmallFilesCopyDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly log: Log;
  readonly lanes: ConnectionHost;
  /** Gives those of the orders that can be put into place, and takes care of the others. Does not reject. */
  admit(orders: readonly CopyOrder[]): Promise<AdmittedOrders>;
  /** Puts what came under its names, and gives back what was refused. Does not reject. */
  install(deliveries: readonly StagedFile[]): Promise<void>;
  accuse(id: string, piece: number | null, number: number): void;
}

/** What is to be fetched, and the folder that is made for it alone: threads that make files in one wait for each other. */
export interface AdmittedOrders {
  readonly orders: readonly CopyOrder[];
  readonly folder: string;
  /** The room that it takes on the disk. */
  readonly reservation: SpaceReservation;
}

/** How a bundle ended, and what is still to be copied of it. */
export interface SmallFilesOutcome {
  readonly end: ConnectionEnd;
  readonly remaining: readonly CopyOrder[];
}

type Filed = Extract<ConnectionEvent, { kind: "stored" }>;

/** Small files fetched from one source over one connection, and put into the shared folder together. */
export class SmallFilesCopy {
  /** Resolves once it is over. Never rejects. */
  readonly ended: Promise<SmallFilesOutcome>;
  private state: SmallFilesCopyState = "admitting";
  private stopped = false;
  private admitted: AdmittedOrders | null = null;
  private lane: ConnectionHandle | null = null;
  /** What has not come yet, and is wanted, by its place. */
  private remaining = new Map<number, CopyOrder>();
  /** Names that are not wanted any more. */
  private readonly withdrawn = new Set<string>();
  private installing: Promise<void> = Promise.resolve();
  private resolveEnded: (outcome: SmallFilesOutcome) => void = () => {};

  constructor(
    private readonly deps: SmallFilesCopyDeps,
    readonly source: SourceAddress,
    orders: readonly CopyOrder[],
  ) {
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    void deps.admit(orders).then((admitted) => this.fetch(admitted));
  }

  stop(): void {
    this.stopped = true;
    this.lane?.send({ kind: "stop" });
  }

  /** A name is not wanted any more. */
  withdraw(name: string): void {
    this.withdrawn.add(name);
    for (const [place, order] of this.remaining) if (order.name === name) this.remaining.delete(place);
  }

  private get orders(): readonly CopyOrder[] {
    return this.admitted?.orders ?? [];
  }

  private get folder(): string {
    return this.admitted?.folder ?? "";
  }

  private fetch(admitted: AdmittedOrders): void {
    const orders = admitted.orders.filter(({ name }) => !this.withdrawn.has(name));
    this.admitted = { ...admitted, orders };
    this.remaining = new Map(orders.entries());
    if (orders.length === 0 || this.stopped) return this.finish({ cause: "stopped" });
    this.become("fetching");
    this.lane = this.deps.lanes.open((events) => {
      for (const event of events) this.received(event);
    });
    const { host, port } = this.source;
    const files = orders.map(({ id, size, modified }) => ({ id, size, modified }));
    this.lane.send({ kind: "small-files", spec: { address: { host, port }, folder: admitted.folder, files } });
  }

  private become(next: SmallFilesCopyState): void {
    if (!NEXT[this.state].includes(next)) throw new Error(`a bundle cannot go from ${this.state} to ${next}`);
    this.state = next;
  }

  private received(event: ConnectionEvent): void {
    if (event.kind === "stored") this.installing = this.install(event);
    else if (event.kind === "bad") this.accuse(this.orders[event.piece], 0, "sent wrong bytes");
    else if (event.kind === "ended") void this.end(event.end);
  }

  private async end(end: ConnectionEnd): Promise<void> {
    this.become("adopting");
    const [first] = this.remaining.values();
    if (end.cause === "source" && end.fault) this.accuse(first, null, end.message);
    await this.installing;
    await this.discard();
    this.finish(end);
  }

  private finish(end: ConnectionEnd): void {
    this.admitted?.reservation.release();
    this.become("over");
    this.resolveEnded({ end, remaining: [...this.remaining.values()] });
  }

  private async install(filed: Filed): Promise<void> {
    const { batches, install: deliver } = this.deps;
    for (const place of filed.places) this.remaining.delete(place);
    await deliver(deliveriesOf(filed, this.orders, this.folder, this.withdrawn));
    await batches.close(filed.unnamed.filter((fd) => fd !== null));
  }

  /** Removes the folder, with the files that were written and not delivered. */
  private async discard(): Promise<void> {
    const { disk } = this.deps;
    for (const [place, { name }] of this.orders.entries()) {
      if (!this.remaining.has(place) && !this.withdrawn.has(name)) continue;
      await disk.remove(join(this.folder, String(place))).catch(() => {});
    }
    await disk.removeFolder(this.folder);
  }

  /** Names the source that gave a bad answer. */
  private accuse(order: CopyOrder | undefined, piece: number | null, what: string): void {
    if (!order) return;
    const { name, id } = order;
    const { number } = this.source;
    const text = `${name}: secondary ${number} (${formatAddress(this.source)}) ${what}; others are asked`;
    this.deps.log.warn(piece === null ? "bad-source" : "bad-piece", text, { name, number, piece });
    this.deps.accuse(id, piece, number);
  }
}

/** What a lane has filed of these orders. */
function deliveriesOf(
  filed: Filed,
  orders: readonly CopyOrder[],
  folder: string,
  withdrawn: ReadonlySet<string>,
): StagedFile[] {
  let hashed = 0;
  return filed.places.flatMap((place, index) => {
    const order = orders[place];
    if (!order) return [];
    const { name, id, size, vector, edits, modified, blake3 } = order;
    const start = hashed;
    hashed += pieceCount(size) * HASH_BYTES;
    if (withdrawn.has(name)) return [];
    const hashes = filed.hashes.slice(start, hashed);
    const where = { temp: join(folder, String(place)), unnamed: filed.unnamed[index] ?? null };
    return [{ name, version: { id, size }, hashes, vector, edits, modified, blake3, ...where }];
  });
}
