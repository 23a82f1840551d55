import { join } from "node:path";
import { formatAddress } from "../../../net/address/address.ts";
import type { BatchDisk } from "../../../platform/disk/batch-disk.ts";
import type { Disk } from "../../../platform/disk/disk.ts";
import { HASH_BYTES } from "../../../platform/hash.ts";
import type { Log } from "../../../platform/log/log.ts";
import { StateMachine, type Transitions } from "../../../platform/state-machine.ts";
import { DescriptorTable } from "../../../platform/workers/descriptor-table.ts";
import type { SourceAddress } from "../../../protocol/fields.ts";
import { pieceCount } from "../../../protocol/versions/version.ts";
import { english } from "../../../sentences/sentence.ts";
import type {
  ConnectionEnd,
  ConnectionEvent,
  ConnectionHandle,
  ConnectionHost,
} from "../../../transfer/connection/messages.ts";
import type { StagedFile } from "../../changes/staged-file.ts";
import type { CopyAdmission } from "../copy-admission.ts";
import { type CopyOrder, stagedFileOf } from "../copy-order.ts";
import type { Installer } from "../installer.ts";
import type { CopierEvents, CopyCentral, CopyDestination } from "../ports.ts";

/**
 * `admitting`: finds out which files can be put into place; `fetching`: its connection is open; `installing`: the
 * connection has ended, and the files that arrived get their names; `cancelled`: nothing is to be fetched any more;
 * `ended`: its folder is removed.
 */
type SmallFilesCopyState = "admitting" | "fetching" | "installing" | "cancelled" | "ended";

const TRANSITIONS: Transitions<SmallFilesCopyState> = {
  admitting: ["fetching", "cancelled", "ended"],
  fetching: ["installing"],
  installing: ["ended"],
  cancelled: ["ended"],
  ended: [],
};

export interface SmallFilesCopyDeps {
  readonly disk: Pick<Disk, "close" | "remove" | "removeFolder">;
  readonly batches: Pick<BatchDisk, "close">;
  readonly log: Log;
  readonly connections: ConnectionHost;
  readonly admission: Pick<CopyAdmission, "admitRemote">;
  readonly installer: Pick<Installer, "install">;
  readonly folder: Pick<CopyDestination, "reach">;
  readonly central: Pick<CopyCentral, "accuse">;
  readonly events: Pick<CopierEvents, "received">;
}

/** How the connection ended, and which files have not arrived and are still wanted. */
export interface SmallFilesOutcome {
  readonly end: ConnectionEnd;
  readonly remaining: readonly CopyOrder[];
}

type StoredEvent = Extract<ConnectionEvent, { kind: "stored" }>;

/** Small files fetched from one source over one connection, and put into the shared folder together. */
export class SmallFilesCopy {
  private readonly life = new StateMachine("a copy of small files", TRANSITIONS, "admitting");
  private connection: ConnectionHandle | null = null;
  /** The files that are fetched. Messages of the connection name a file by its position here. */
  private admitted: readonly CopyOrder[] = [];
  /** Files that have not arrived and are wanted, by position. */
  private readonly remaining = new Map<number, CopyOrder>();
  private readonly withdrawn = new Set<string>();
  private installing: Promise<void> = Promise.resolve();

  constructor(
    private readonly deps: SmallFilesCopyDeps,
    readonly source: SourceAddress,
    private readonly orders: readonly CopyOrder[],
    /** The folder that is made for these files alone: threads that make files in one folder wait for each other. */
    private readonly folderName: string,
  ) {}

  /** A name is not wanted any more. */
  withdraw(name: string): void {
    this.withdrawn.add(name);
    for (const [position, order] of this.remaining) if (order.name === name) this.remaining.delete(position);
  }

  cancel(): void {
    if (this.life.is("admitting")) this.life.become("cancelled");
    this.connection?.send({ kind: "stop" });
  }

  /** Copies the files; to be called once. Never rejects. */
  async run(): Promise<SmallFilesOutcome> {
    const { orders, staging, reservation } = await this.deps.admission.admitRemote(this.orders);
    this.admitted = orders.filter(({ name }) => !this.withdrawn.has(name));
    for (const [position, order] of this.admitted.entries()) this.remaining.set(position, order);
    const isNeeded = this.admitted.length > 0 && !this.life.is("cancelled");
    const end: ConnectionEnd = isNeeded ? await this.copyInto(join(staging, this.folderName)) : { cause: "stopped" };
    reservation.release();
    this.life.become("ended");
    return { end, remaining: [...this.remaining.values()] };
  }

  private async copyInto(folder: string): Promise<ConnectionEnd> {
    const unnamed = DescriptorTable.of(this.admitted.length);
    this.life.become("fetching");
    const end = await this.fetch(folder, unnamed);
    this.life.become("installing");
    await this.installing;
    await this.close(unnamed);
    await this.discard(folder);
    return end;
  }

  private fetch(folder: string, unnamed: DescriptorTable): Promise<ConnectionEnd> {
    const { number, host, port } = this.source;
    const files = this.admitted.map(({ id, size, modified }) => ({ id, size, modified }));
    const reach = this.deps.folder.reach();
    return new Promise((resolve) => {
      const received = (event: ConnectionEvent) => {
        if (event.kind === "stored")
          this.installing = this.install(this.wantedFilesOf(event, folder, unnamed), event.places);
        else if (event.kind === "bad") this.reportFault(this.admitted[event.piece], 0, "sent wrong bytes");
        else if (event.kind === "ended") resolve(this.ended(event.end));
      };
      this.connection = this.deps.connections.open((events) => {
        for (const event of events) received(event);
      });
      const spec = { number, address: { host, port }, folder, reach, files, unnamed: unnamed.memory };
      this.connection.send({ kind: "small-files", spec });
    });
  }

  private ended(end: ConnectionEnd): ConnectionEnd {
    const [first] = this.remaining.values();
    if (end.cause === "source" && end.fault) this.reportFault(first, null, english(end.message));
    return end;
  }

  private async install(files: readonly StagedFile[], places: readonly number[]): Promise<void> {
    for (const position of places) this.remaining.delete(position);
    this.deps.events.received(places.reduce((sum, position) => sum + (this.admitted[position]?.size ?? 0), 0));
    await this.deps.installer.install(files, true);
  }

  /** The files that a connection has stored, except those that are not wanted any more. */
  private wantedFilesOf({ places, hashes }: StoredEvent, folder: string, unnamed: DescriptorTable): StagedFile[] {
    const files: StagedFile[] = [];
    let hashed = 0;
    for (const position of places) {
      const order = this.admitted[position];
      if (!order) continue;
      const start = hashed;
      hashed += pieceCount(order.size) * HASH_BYTES;
      if (this.withdrawn.has(order.name)) continue;
      const temp = join(folder, String(position));
      files.push(stagedFileOf(order, hashes.slice(start, hashed), temp, unnamed.get(position)));
    }
    return files;
  }

  /** Closes the files without a name, also those of a connection that was lost with its thread. */
  private async close(unnamed: DescriptorTable): Promise<void> {
    const { batches, disk } = this.deps;
    await batches.close(unnamed.memory);
    for (const fd of unnamed.drain()) await disk.close(fd).catch(() => {});
  }

  /** Removes the folder, with the files that were written and not installed. */
  private async discard(folder: string): Promise<void> {
    const { disk } = this.deps;
    for (const [position, { name }] of this.admitted.entries()) {
      if (!this.remaining.has(position) && !this.withdrawn.has(name)) continue;
      await disk.remove(join(folder, String(position)), "real").catch(() => {});
    }
    await disk.removeFolder(folder, "real");
  }

  /** Names the source that gave a bad answer, in the log and to the central. */
  private reportFault(order: CopyOrder | undefined, piece: number | null, fault: string): void {
    if (!order) return;
    const { log, central } = this.deps;
    const { name, id } = order;
    const { number } = this.source;
    const text = `${name}: secondary ${number} (${formatAddress(this.source)}) ${fault}; others are asked`;
    log.warn(piece === null ? "bad-source" : "bad-piece", text, { name, number, piece });
    central.accuse(id, piece, number);
  }
}
