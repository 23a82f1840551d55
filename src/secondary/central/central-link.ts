import { type Address, formatAddress } from "../../net/address/address.ts";
import { unreachableReason } from "../../net/address/reachability.ts";
import { CentralConnection, type CentralConnectionDeps } from "../../net/session/central-connection.ts";
import { chunksOf } from "../../platform/chunks.ts";
import { MAX_BATCH, type SourceAddress } from "../../protocol/fields.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";
import { MAX_REASON, wired } from "../../protocol/said.ts";
import { englishOrNull, type Told } from "../../sentences/sentence.ts";
import type { Obstacle } from "../folder/obstacle.ts";
import { FileAnnouncer } from "./announcer.ts";

export interface CentralLinkOptions {
  readonly central: Address;
  readonly number: number;
  /** Which run of this process it is. */
  readonly instance: string;
}

/** Where a secondary is reached: for sessions, and over HTTP. Hosts that are null: at the address from which it connects. */
export type Location = Pick<Messages["register"], "host" | "port" | "http">;

export interface CentralLinkDeps extends CentralConnectionDeps {
  /** Hears by which key addresses of files are checked that the central signs; null: it signs none. */
  readonly useAddressKey?: (key: string | null) => void;
}

/** Answers what the link must know, and carries out what the central orders. */
export interface CentralLinkHandler {
  /** Where this secondary is reached. */
  location(): Location;
  /** The last removal that was carried out, and the epoch of the central that ordered it. */
  lastRemoval(): { epoch: string | null; serial: number };
  files(): Iterable<HeldFile>;
  registered(epoch: string): void;
  agreed(files: Messages["agreed"]["files"]): void;
  conflict(order: Messages["conflict"]): void;
  fetch(order: Messages["fetch"]): void;
  withdraw(names: readonly string[]): void;
  remove(order: Messages["remove"]): void;
  sources(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void;
  suspect(order: Messages["suspect"]): void;
  kept(question: Messages["kept"]): void;
  restore(order: Messages["restore"]): void;
  digests(question: Messages["digests"]): void;
  counted(download: string): void;
  revocations(keys: Messages["revocations"]["keys"]): void;
  lost(): void;
}

/** This secondary's session with the central: registers, announces, passes orders on. Reconnects for ever. */
export class CentralLink {
  private readonly announcer = new FileAnnouncer();
  /** Null before the start: nothing is sent until then. */
  private started: { readonly connection: CentralConnection; readonly handler: CentralLinkHandler } | null = null;
  /** Why the shared folder is not shared; null when it is. */
  private folderMissing: Told | null = null;
  /** The last warning that others cannot reach this secondary. */
  private unreachableWarning: string | null = null;

  constructor(
    private readonly deps: CentralLinkDeps,
    private readonly options: CentralLinkOptions,
  ) {}

  /** Connects. From now on `handler` gets the messages of the central. */
  start(handler: CentralLinkHandler): void {
    const connection = new CentralConnection(
      this.deps,
      { central: this.options.central, role: "secondary", stopsWhenRefused: false, farewell: "this secondary stops" },
      {
        joinRequest: () => this.registration(handler),
        joined: (answer) => this.receive(answer, handler),
        message: (message) => this.receive(message, handler),
        disconnected: ({ wasJoined }) => {
          if (wasJoined) handler.lost();
        },
      },
    );
    this.started = { connection, handler };
    connection.start();
  }

  /** Ends the session for good: a handler that was told that there is one is told that there is none any more. */
  stop(): void {
    const { connected } = this;
    this.started?.connection.stop();
    if (connected) this.started?.handler.lost();
  }

  get connected(): boolean {
    return this.started?.connection.joined ?? false;
  }

  /** `missing`: why the shared folder is not there. Null: it is there, and all its files are announced again. */
  shares(missing: Told | null): void {
    if (englishOrNull(missing) === englishOrNull(this.folderMissing)) return;
    this.folderMissing = missing;
    if (!this.started?.connection.joined) return;
    this.tellDisk();
    if (missing === null) this.announceAll(this.started.handler);
  }

  /** A file of the folder is new or another. */
  present(file: HeldFile): void {
    this.announcer.present(file);
    this.announce();
  }

  gone(name: string): void {
    this.announcer.gone(name);
    this.announce();
  }

  unfetched(name: string, id: string, { reason, lasting }: Obstacle): void {
    const { message, ...said } = wired(reason, MAX_REASON);
    this.send({ type: "unfetched", name, id, reason: message, ...said, lasting });
  }

  /** What kept these from being copied is gone. */
  retry(names: readonly string[]): void {
    for (const some of chunksOf(names, MAX_BATCH)) this.send({ type: "retry", names: some });
  }

  removed(serial: number): void {
    this.send({ type: "removed", serial });
  }

  /** How this secondary is in numbers. */
  figures(figures: Messages["figures"]): void {
    this.send(figures);
  }

  keeping(answer: Omit<Messages["keeping"], "type">): void {
    this.send({ type: "keeping", ...answer });
  }

  /** A file was put back; or, with the fault, why not. */
  restored(request: number, fault: Told | null): void {
    const { message, ...said } = wired(fault ?? "", MAX_REASON);
    this.send({ type: "restored", request, fault: fault === null ? null : message, ...said });
  }

  /** Digests of the pieces of a version. */
  digested(answer: Pick<Messages["digested"], "request" | "sha256">, digests: Uint8Array): void {
    this.started?.connection.send({ type: "digested", ...answer, payload: digests.length }, digests);
  }

  /** They are not here, and whether they will be. */
  undigested(answer: Omit<Messages["undigested"], "type">): void {
    this.send({ type: "undigested", ...answer });
  }

  watch(name: string, id: string): void {
    this.send({ type: "watch", name, id });
  }

  unwatch(name: string, id: string): void {
    this.send({ type: "unwatch", name, id });
  }

  accuse(id: string, piece: number | null, number: number): void {
    this.send({ type: "accuse", id, piece, number });
  }

  /** Passes on how a client's download ended. `counted` follows. */
  report(report: Report): void {
    this.send({ type: "finish", report });
  }

  private send(message: Message): void {
    this.started?.connection.send(message);
  }

  private registration(handler: CentralLinkHandler): Messages["register"] {
    const { number, instance } = this.options;
    const { epoch, serial } = handler.lastRemoval();
    return { type: "register", number, instance, epoch, removal: serial, ...handler.location() };
  }

  private receive(message: Message, handler: CentralLinkHandler): void {
    switch (message.type) {
      case "registered":
        return this.registered(message, handler);
      case "agreed":
        return handler.agreed(message.files);
      case "reviewed":
        this.announcer.batchReviewed(message.batch);
        return this.announce();
      case "conflict":
        return handler.conflict(message);
      case "fetch":
        return handler.fetch(message);
      case "withdraw":
        return handler.withdraw(message.names);
      case "remove":
        return handler.remove(message);
      case "sources":
        return handler.sources(message.name, message.id, message.sources, message.superseded);
      case "suspect":
        return handler.suspect(message);
      case "kept":
        return handler.kept(message);
      case "restore":
        return handler.restore(message);
      case "digests":
        return handler.digests(message);
      case "counted":
        return handler.counted(message.download);
      case "revocations":
        return handler.revocations(message.keys);
      default:
        return;
    }
  }

  private registered({ epoch, seen, urlKey }: Messages["registered"], handler: CentralLinkHandler): void {
    const { number, central } = this.options;
    const text = `registered as secondary ${number} with the central ${formatAddress(central)}`;
    this.deps.log.info("registered", text, { number });
    this.warnOfLoopback(seen, handler);
    this.deps.useAddressKey?.(urlKey);
    handler.registered(epoch);
    if (this.folderMissing === null) this.announceAll(handler);
    else this.tellDisk();
  }

  private tellDisk(): void {
    const { message, ...said } = wired(this.folderMissing ?? "", MAX_REASON);
    this.send({ type: "disk", there: this.folderMissing === null, reason: message, ...said });
  }

  private announceAll(handler: CentralLinkHandler): void {
    this.announcer.reset(handler.files());
    this.announce();
  }

  private warnOfLoopback(seen: string, handler: CentralLinkHandler): void {
    const { host, port, http } = handler.location();
    const session = { host: host ?? seen, port };
    const others = [seen, this.started?.connection.remoteHost ?? seen];
    const why = unreachableReason(session, http && { ...http, host: http.host ?? session.host }, others);
    if (why !== null && why !== this.unreachableWarning) this.deps.log.warn("unreachable", `this secondary ${why}`);
    this.unreachableWarning = why;
  }

  private announce(): void {
    if (!this.connected || this.folderMissing !== null) return;
    for (let batch = this.announcer.next(); batch; batch = this.announcer.next()) this.send(batch);
  }
}
