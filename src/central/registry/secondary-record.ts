import type { WebAddress } from "../../http/server/web-address.ts";
import type { Address } from "../../net/address/address.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { AgreedFile } from "../../protocol/messages/secondary.ts";
import { unwired } from "../../protocol/said.ts";
import { editsIncluding } from "../../protocol/versions/edits.ts";
import type { Told } from "../../sentences/sentence.ts";
import { TombstoneDelivery } from "../tombstones/tombstone-delivery.ts";
import type { FileVersion } from "../versions/file-version.ts";
import { CopyBacklog, type CopyBacklogView } from "./copies/copy-backlog.ts";
import { type CopyLookup, type CopyOrders, issueCopyOrders } from "./copies/copy-orders.ts";
import { union } from "./maps.ts";
import { type PendingOrder, PendingOrders } from "./pending-orders.ts";
import { PHASE_TRANSITIONS, type SecondaryPhase } from "./secondary-phase.ts";

export interface SecondaryIdentity {
  readonly number: number;
  /** Which run of the process. */
  readonly instance: string;
  readonly address: Address;
  /** Where it answers HTTP, as others reach it; null: it does not. */
  readonly http: WebAddress | null;
}

/** What the comparison of a secondary's files with the catalogue reads of it. */
export interface ComparableCatalogue {
  /** Versions whose names come after this one, in the order of names; null: all. */
  after(name: string | null): Iterable<FileVersion>;
  hasPathConflict(name: string): boolean;
}

/**
 * A secondary as the registry knows it, from one registration to the next: its phase, its files, and what it has still to
 * do. What it has to do is empty while it is not present. Sans-I/O.
 */
export class SecondaryRecord {
  readonly number: number;
  readonly instance: string;
  readonly address: Address;
  readonly http: WebAddress | null;
  readonly tombstones: TombstoneDelivery;
  private readonly machine = new StateMachine<SecondaryPhase>("a secondary", PHASE_TRANSITIONS, "announcing");
  /** The files in its folder. Those of a lost secondary are remembered. */
  private readonly held = new Map<string, FileVersion>();
  /** Rises with each change in what it holds. */
  changes = 0;
  /** Files of an earlier session that it has not announced again. Once it has announced all, these are gone. */
  private readonly unconfirmed: Map<string, FileVersion>;
  private backlog = new CopyBacklog();
  private orders = new PendingOrders();
  /** Where the comparison of its files with the catalogue goes on: after a name, null at the beginning. */
  private comparison: { readonly after: string | null } | "done" = "done";
  private agreements: AgreedFile[] = [];
  private missingDisk: Told | null = null;
  private lostTime = 0;
  private stoppedItself = false;
  private accusations: number;

  /** `appliedSerial`: the last tombstone that it has applied. `before`: its record until now. */
  constructor({ number, instance, address, http }: SecondaryIdentity, appliedSerial: number, before?: SecondaryRecord) {
    this.number = number;
    this.instance = instance;
    this.address = address;
    this.http = http;
    this.tombstones = new TombstoneDelivery(appliedSerial);
    this.unconfirmed = before ? union(before.held, before.unconfirmed) : new Map();
    this.accusations = before?.accusations ?? 0;
  }

  get phase(): SecondaryPhase {
    return this.machine.state;
  }

  /** Whether its files can be copied from it, and others to it. */
  get isPresent(): boolean {
    return this.machine.state === "live" || this.machine.state === "announcing";
  }

  /** Why its shared folder is not there, while its session goes on; null when it is there. */
  get diskFault(): Told | null {
    return this.missingDisk;
  }

  /** Whether it is away because it was stopped, as it has said itself. */
  get isStopped(): boolean {
    return this.stoppedItself;
  }

  /** When it was last present (milliseconds). */
  get lostAt(): number {
    return this.lostTime;
  }

  /** Names of what it holds, and of what it held in an earlier session. */
  get nameCount(): number {
    return this.held.size + this.unconfirmed.size;
  }

  get fileCount(): number {
    return this.held.size;
  }

  /** What it still has to copy. */
  get copies(): CopyBacklogView {
    return this.backlog;
  }

  /** Whether it has work left until it is in step, apart from what its disk refuses. */
  get isBehind(): boolean {
    // The comparison ends only after what it has not announced again is gone.
    return this.comparison !== "done" || this.backlog.pendingCount > 0 || this.orders.pendingCount > 0;
  }

  /** Whether its disk keeps it from copying, renaming or removing something. */
  get isObstructed(): boolean {
    return this.backlog.obstacleCount > 0 || this.orders.pendingCount < this.orders.size;
  }

  /** How often others have reported bad answers from it, since the central was started. */
  get accusationCount(): number {
    return this.accusations;
  }

  accuse(): void {
    this.accusations += 1;
  }

  /** It has announced all of its files. */
  markAnnounced(): void {
    if (this.phase !== "announcing") return;
    this.machine.become("live");
    this.comparison = { after: null };
  }

  /** Its session ended, by itself where it is `stopped`. False when it was not present any more. */
  markLost(now: number, stopped = false): boolean {
    const wasPresent = this.isPresent;
    this.missingDisk = null;
    this.stoppedItself = stopped;
    if (this.phase !== "lost") this.machine.become("lost");
    if (!wasPresent) return false;
    this.lostTime = now;
    this.backlog = new CopyBacklog();
    this.orders = new PendingOrders();
    this.comparison = "done";
    this.agreements = [];
    return true;
  }

  /** Its session goes on without its shared folder. False when it was not present any more. */
  markDiskMissing(reason: Told, now: number): boolean {
    const wasPresent = this.markLost(now);
    this.machine.become("disk-missing");
    this.missingDisk = reason;
    return wasPresent;
  }

  /** What its folder holds under a name. */
  heldVersion(name: string): FileVersion | undefined {
    return this.held.get(name);
  }

  /** What its folder holds under a name, if it is present. */
  presentVersion(name: string): FileVersion | undefined {
    return this.isPresent ? this.held.get(name) : undefined;
  }

  /** What it holds, or held in an earlier session and may hold still. */
  lastKnownVersion(name: string): FileVersion | undefined {
    return this.held.get(name) ?? this.unconfirmed.get(name);
  }

  /** Names of an earlier session that it has not announced again, once it has announced all. */
  unconfirmedNames(): Iterable<string> {
    return this.unconfirmed.keys();
  }

  /** Names of what it holds, and of what it held in an earlier session. */
  *knownNames(): Iterable<string> {
    yield* this.held.keys();
    yield* this.unconfirmed.keys();
  }

  /** It has announced a file; whether the folder's file counts is decided afterwards. */
  fileAnnounced(name: string, id: string, now: number): void {
    this.unconfirmed.delete(name);
    this.orders.versionAnnounced(name, id, now);
  }

  addHeld(file: FileVersion): void {
    this.held.set(file.name, file);
    this.changes += 1;
  }

  /** A file is not in its folder any more. */
  fileGone(name: string): void {
    if (this.held.delete(name)) this.changes += 1;
    this.unconfirmed.delete(name);
    this.orders.remove(name);
  }

  /** A file is removed everywhere: what it holds of that name from now on, it announces after the removal. */
  fileRemoved(name: string): void {
    this.fileGone(name);
    this.backlog.remove(name);
  }

  /** It holds the cluster's version, and may not know yet the vector of that version. */
  agree(file: FileVersion, version: FileVersion): void {
    const { name, id, vector } = version;
    const edits = editsIncluding(version.edits, file);
    if (file.changed || file.vector !== vector) this.agreements.push({ name, id, vector, edits });
    // One object for all who hold the same: the catalogue may be large.
    if (file !== version) this.held.set(name, version);
  }

  /** The files to report to it as the cluster's versions; they count as reported. */
  drainAgreements(): readonly AgreedFile[] {
    const { agreements } = this;
    if (agreements.length > 0) this.agreements = [];
    return agreements;
  }

  /** The order to rename or to remove its file of this name. */
  pendingOrder(name: string): PendingOrder | undefined {
    return this.orders.get(name);
  }

  addOrder(name: string, order: PendingOrder): void {
    this.orders.add(name, order);
  }

  dropOrder(name: string): void {
    this.orders.remove(name);
  }

  /** Orders that it could not carry out, and that are to be sent again now. */
  reissueDueOrders(now: number): PendingOrder["message"][] {
    return this.orders.reissueDue(now);
  }

  /** It lacks the cluster's version of a name, or somebody who holds it has come. */
  wantCopy({ name, size }: Pick<FileVersion, "name" | "size">): void {
    if (this.phase === "live") this.backlog.add(name, size);
  }

  dropCopy(name: string): void {
    this.backlog.remove(name);
  }

  /** Copies of a name are not wanted any more. True when one may have been ordered. */
  withdrawCopy(name: string): boolean {
    const awaited = this.backlog.isAwaited(name);
    this.backlog.remove(name);
    return awaited;
  }

  /** It could not carry out an order to copy. Changes nothing when it has no such order any more. */
  copyFailed(
    { name, id, reason, said, lasting }: Omit<Messages["unfetched"], "type">,
    now: number,
  ): "not-ordered" | "known-reason" | "new-reason" {
    if (!this.backlog.markFailed(name, id, now, lasting ? unwired({ message: reason, said }) : null))
      return "not-ordered";
    return this.backlog.isNewReason(name, reason) ? "new-reason" : "known-reason";
  }

  obstacleGone(name: string): void {
    this.backlog.removeObstacle(name);
  }

  /** Orders what it lacks, as far as it can take more; the orders count as sent. */
  issueCopyOrders(lookup: CopyLookup, now: number): CopyOrders {
    if (this.phase !== "live") return { orders: [], unfinished: false };
    this.backlog.requeueDue(now);
    // A name whose file must be renamed or removed first is wanted again after that.
    return issueCopyOrders(this.backlog, (name) => (this.orders.has(name) ? null : lookup(name)));
  }

  /** Goes on with finding out what it lacks of the catalogue; gives the steps left. */
  compareWith(catalogue: ComparableCatalogue, steps: number): number {
    if (this.comparison === "done") return steps;
    let left = steps;
    let { after } = this.comparison;
    for (const version of catalogue.after(after)) {
      const { name, id } = version;
      if (left <= 0) {
        this.comparison = { after };
        return left;
      }
      left -= 1;
      after = name;
      const lacks = this.held.get(name)?.id !== id && !this.orders.has(name);
      if (lacks && !catalogue.hasPathConflict(name)) this.wantCopy(version);
    }
    this.comparison = "done";
    return left;
  }
}
