import { MAX_BATCH, type SourceAddress } from "../../protocol/fields.ts";
import type { KeptFile } from "../../protocol/messages/kept.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { ConflictOrders } from "../changes/conflict-orders.ts";
import type { RemovalOrders } from "../changes/removal-orders.ts";
import type { DigestAnswers } from "../digests/digest-answers.ts";
import type { DigestMaker } from "../digests/digest-maker.ts";
import type { FiguresTeller } from "../figures/figures-teller.ts";
import type { FileIndex } from "../file-index.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { toHeldFiles } from "../index/file-record.ts";
import type { KeptSelector, KeptStorage } from "../kept/kept-storage.ts";
import type { Repairs } from "../repair/repairs.ts";
import type { Replicator } from "../replication/replicator.ts";
import type { CentralLink, CentralLinkHandler, Location } from "./central-link.ts";
import type { KnownRevocations } from "./known-revocations.ts";
import type { ReportRelay } from "./report-relay.ts";

export interface CentralOrdersDeps {
  readonly link: Pick<CentralLink, "keeping" | "restored">;
  readonly guard: Pick<FolderGuard, "isPresent">;
  readonly index: Pick<FileIndex, "files" | "applyAgreed">;
  readonly kept: Pick<KeptStorage, "list">;
  readonly conflicts: Pick<ConflictOrders, "carryOut">;
  readonly removals: Pick<RemovalOrders, "position" | "setEpoch" | "add" | "untilMoved">;
  readonly repairs: Pick<Repairs, "sourcesChanged" | "requestVerification">;
  readonly replicator: Pick<Replicator, "order" | "withdraw" | "sourcesChanged" | "centralLost" | "centralRegistered">;
  readonly reports: Pick<ReportRelay, "acknowledged" | "connectionUp" | "connectionDown">;
  readonly revocations: Pick<KnownRevocations, "add">;
  readonly digests: {
    readonly answers: Pick<DigestAnswers, "answer">;
    readonly maker: Pick<DigestMaker, "ordered"> | null;
  };
  readonly figures: Pick<FiguresTeller, "registered">;
  /** Where this secondary is reached. */
  location(): Location;
  /** Puts back a kept file. Rejects with an Error that says why it cannot. */
  restore(name: string, version: KeptSelector): Promise<KeptFile>;
}

/** Passes what the central says to those who carry it out. */
export class CentralOrders implements CentralLinkHandler {
  /** Settled once the conflicts so far are carried out, and the orders that came after them are passed on. */
  private lastOrder: Promise<void> = Promise.resolve();
  private endedSessions = 0;

  constructor(private readonly deps: CentralOrdersDeps) {}

  location(): Location {
    return this.deps.location();
  }

  lastRemoval(): { readonly epoch: string | null; readonly serial: number } {
    return this.deps.removals.position;
  }

  files(): Iterable<HeldFile> {
    return toHeldFiles(this.deps.index.files());
  }

  registered(epoch: string): void {
    const { removals, replicator, reports, figures } = this.deps;
    void removals.setEpoch(epoch);
    replicator.centralRegistered();
    reports.connectionUp();
    figures.registered();
  }

  lost(): void {
    this.endedSessions += 1;
    this.deps.replicator.centralLost();
    this.deps.reports.connectionDown();
  }

  agreed(files: Messages["agreed"]["files"]): void {
    void this.deps.index.applyAgreed(files);
  }

  conflict(order: Messages["conflict"]): void {
    const { guard, conflicts } = this.deps;
    this.inOrder(async () => guard.isPresent && conflicts.carryOut(order));
  }

  fetch(order: Messages["fetch"]): void {
    this.deps.digests.maker?.ordered(order.files);
    const before = this.endedSessions;
    // The central does not know of an order once the session has ended: it would never withdraw it.
    this.inOrder(async () => {
      // What gets its name from another file here need not be copied.
      await this.deps.removals.untilMoved(order.files.map(({ name }) => name));
      if (this.endedSessions === before) this.deps.replicator.order(order);
    });
  }

  withdraw(names: readonly string[]): void {
    this.inOrder(() => this.deps.replicator.withdraw(names));
  }

  remove(order: Messages["remove"]): void {
    // While the folder is not there it is ignored: the central orders it again when the folder is back.
    if (this.deps.guard.isPresent) this.deps.removals.add(order);
  }

  sources(name: string, id: string, sources: readonly SourceAddress[], superseded: boolean): void {
    this.deps.replicator.sourcesChanged(name, id, sources, superseded);
    this.deps.repairs.sourcesChanged(name, id, sources);
  }

  suspect(order: Messages["suspect"]): void {
    if (this.deps.guard.isPresent) this.deps.repairs.requestVerification(order);
  }

  kept({ request, name, before }: Messages["kept"]): void {
    const files = this.deps.kept.list(before, MAX_BATCH + 1, name);
    this.deps.link.keeping({ request, files: files.slice(0, MAX_BATCH), more: files.length > MAX_BATCH });
  }

  restore({ request, name, id }: Messages["restore"]): void {
    const { link, restore } = this.deps;
    restore(name, { id }).then(
      () => link.restored(request, null),
      (error: unknown) => link.restored(request, toldOf(error)),
    );
  }

  digests(question: Messages["digests"]): void {
    this.deps.digests.answers.answer(question);
  }

  counted(download: string): void {
    void this.deps.reports.acknowledged(download);
  }

  revocations(keys: Messages["revocations"]["keys"]): void {
    this.deps.revocations.add(keys);
  }

  /** Orders that follow a conflict may need the name that becomes free by it, so each waits for those before it. */
  private inOrder(work: () => unknown): void {
    this.lastOrder = this.lastOrder.then(async () => {
      await work();
    });
  }
}
