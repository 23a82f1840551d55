import type { WebAddress } from "../../http/server/web-address.ts";
import { chunksOf } from "../../platform/chunks.ts";
import { StringPool } from "../../platform/string-pool.ts";
import { MAX_BATCH } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { HeldFile, Moved } from "../../protocol/messages/secondary.ts";
import type { Told } from "../../sentences/sentence.ts";
import { NameLimit } from "../name-limit.ts";
import { coversVersion, removeOrder, type Tombstone } from "../tombstones/tombstone.ts";
import { Tombstones } from "../tombstones/tombstones.ts";
import { type FileVersion, MAX_PREDECESSORS, supersedes, toFileVersion } from "../versions/file-version.ts";
import { Catalogue, type CatalogueView, GRACE_PERIOD_MS } from "./catalogue.ts";
import type { CopyOrders } from "./copies/copy-orders.ts";
import type { Effect } from "./effect.ts";
import { FileSources } from "./file-sources.ts";
import { ForgottenSecondaries } from "./forgotten-secondaries.ts";
import { withdrawCopy } from "./reconcile.ts";
import { RemovedNames } from "./removed-names.ts";
import { SecondaryRecord } from "./secondary-record.ts";
import { GracePeriods, type SecondaryDirectory, SecondaryTable } from "./secondary-table.ts";

export interface Registration {
  readonly number: number;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  /** Serial number of the last tombstone that it has applied. */
  readonly removal: number;
  /** Where it answers HTTP, as others reach it; null: it does not. */
  readonly http: WebAddress | null;
}

/** Names that one call of `advance` goes through: some milliseconds' work, for which other events wait. */
export const MAX_NAMES_PER_ADVANCE = 2_000;
/** Most files with a lasting obstacle that are named in warnings of one secondary. */
const MAX_OBSTACLES_NAMED = 10;

/**
 * Who is there, who holds what, and what is missing where. Sans-I/O: events in, effects out; `catalogue`, `secondaries`
 * and `sources` are for reading. The time of a call depends on the names in it, never on all names: what concerns all
 * of them `advance` does in steps.
 */
export class Registry {
  readonly catalogue: CatalogueView;
  readonly secondaries: SecondaryDirectory;
  readonly sources: FileSources;
  private readonly table = new SecondaryTable();
  private readonly files: Catalogue;
  private readonly tombstones: Tombstones;
  private readonly removedNames: RemovedNames;
  private readonly forgotten: ForgottenSecondaries;
  private readonly nameLimit: NameLimit;
  private readonly vectors = new StringPool();
  private readonly edits = new StringPool();
  private readonly graces = new GracePeriods(GRACE_PERIOD_MS);

  /** `newBranch` gives a branch of a history that nobody has chosen before: 8 hexadecimal digits. */
  constructor(tombstones: Iterable<Tombstone>, newBranch: () => string, nameLimit = new NameLimit()) {
    this.nameLimit = nameLimit;
    this.tombstones = new Tombstones(tombstones);
    this.files = new Catalogue(this.table, newBranch);
    this.removedNames = new RemovedNames(this.tombstones, this.files);
    this.forgotten = new ForgottenSecondaries(this.table, this.files);
    this.catalogue = this.files;
    this.secondaries = this.table;
    this.sources = new FileSources(this.table, this.files, this.tombstones);
  }

  /** Secondaries that registered before the central was started again: lost, with files that nobody knows yet. */
  recall(known: Iterable<Pick<Registration, "number" | "host" | "port">>, now: number): void {
    for (const { number, host, port } of known) {
      const secondary = new SecondaryRecord({ number, instance: "", address: { host, port }, http: null }, 0);
      secondary.markLost(now);
      this.table.set(secondary);
    }
  }

  /** Whether `advance` has something to do soon: somebody is behind, or a grace period ends. */
  get isBusy(): boolean {
    return this.graces.any || this.table.isAnyBehind;
  }

  /** A secondary registers; its files follow. */
  register({ number, instance, host, port, removal, http }: Registration): Effect[] {
    const identity = { number, instance, address: { host, port }, http };
    const secondary = new SecondaryRecord(identity, removal, this.table.get(number));
    this.table.set(secondary);
    this.graces.end(number);
    this.forgotten.delete(number);
    // The time in which it has to apply these counts from the next `advance` on.
    return this.tombstoneOrders(secondary, Number.POSITIVE_INFINITY);
  }

  /** A batch of a secondary's files, or of their changes. `last`: with this it has announced all. */
  announce(
    number: number,
    batch: number,
    files: readonly HeldFile[],
    gone: readonly string[],
    last: boolean,
    now: number,
  ): Effect[] {
    const secondary = this.table.get(number);
    if (!secondary?.isPresent) return [];
    const effects: Effect[] = [];
    this.files.startNewBranch();
    for (const name of gone) this.fileGone(secondary, name, effects);
    const counted = files.filter(({ name }) => !this.nameLimit.refuses(secondary, name, effects));
    for (const file of counted) this.fileAnnounced(secondary, file, now, effects);
    this.sendAgreements(effects);
    effects.push({ kind: "send", to: number, message: { type: "reviewed", batch } });
    if (last) secondary.markAnnounced();
    return effects;
  }

  /** A secondary could not copy a file. Changes nothing when it was not ordered, or not any more. */
  copyFailed(number: number, failure: Omit<Messages["unfetched"], "type">, now: number): Effect[] {
    const { name, reason, lasting } = failure;
    const secondary = this.table.get(number);
    const outcome = secondary?.copyFailed(failure, now);
    if (!secondary || outcome === "not-ordered") return [];
    const effects: Effect[] = [{ kind: "sources-changed", name }];
    if (outcome === "known-reason") return effects;
    const { obstacleCount } = secondary.copies;
    const further = lasting && obstacleCount > MAX_OBSTACLES_NAMED;
    const text = further ? "cannot copy more files, which status counts" : `could not copy ${name}: ${reason}`;
    if (!further || obstacleCount === MAX_OBSTACLES_NAMED + 1) {
      const message = `secondary ${number} ${text}`;
      effects.push({ kind: "warn", event: "unfetched", message, fields: { number, name } });
    }
    return effects;
  }

  /** The obstacles to copies of these names are gone at a secondary. */
  obstaclesGone(number: number, names: readonly string[]): void {
    const secondary = this.table.get(number);
    for (const name of names) secondary?.obstacleGone(name);
  }

  /** A secondary's session ended. What it held is remembered, and it is no source of it any more. */
  secondaryLost(number: number, now: number, stopped = false): void {
    if (this.table.get(number)?.markLost(now, stopped)) this.graces.begin(number, now);
  }

  /** A secondary's shared folder is not there: until it is, its files count as those of a lost one. */
  diskMissing(number: number, reason: Told, now: number): void {
    if (this.table.get(number)?.markDiskMissing(reason, now)) this.graces.begin(number, now);
  }

  /** A secondary's shared folder is there again: its files follow, as after a registration. */
  diskBack(number: number): Effect[] {
    const secondary = this.table.get(number);
    if (secondary?.phase !== "disk-missing") return [];
    const { instance, address, http, tombstones } = secondary;
    return this.register({ number, instance, ...address, http, removal: tombstones.appliedSerial });
  }

  /** A secondary that is lost is known no more, as `advance` goes on. False where there is none of this number that is lost. */
  forget(number: number): boolean {
    return this.forgotten.add(number);
  }

  /** Others have reported a bad answer of a secondary. Gives how often they have; null when there is no such secondary. */
  accuse(number: number): number | null {
    const secondary = this.table.get(number);
    secondary?.accuse();
    return secondary?.accusationCount ?? null;
  }

  /** Removes a file everywhere, or gives it another name. Null when there is none of that name. */
  remove(name: string, serial: number, moved: Moved | null = null): { tombstone: Tombstone; effects: Effect[] } | null {
    const entry = this.files.get(name);
    if (!entry) return null;
    const effects: Effect[] = [{ kind: "sources-changed", name }];
    const others = this.olderVersions(entry);
    const { id, edits } = entry;
    const vector = this.files.remove(entry, effects);
    const tombstone = { serial, name, id, vector, edits, others, putAgain: null, moved };
    // A secondary to which earlier tombstones have still to be sent gets this one after them.
    const upToDate = new Set([...this.table.all()].filter(({ tombstones }) => tombstones.isUpToDate(this.tombstones)));
    this.tombstones.add(tombstone);
    for (const secondary of this.table.all()) {
      const file = secondary.heldVersion(name);
      secondary.fileRemoved(name);
      if (!secondary.isPresent || !upToDate.has(secondary)) continue;
      secondary.tombstones.markSent(tombstone);
      const version = file && coversVersion(tombstone, file) ? file.id : id;
      const message = removeOrder(tombstone, version);
      if (file) secondary.addOrder(name, { id: version, message });
      effects.push({ kind: "send", to: secondary.number, message });
    }
    return { tombstone, effects };
  }

  /** A secondary has applied all tombstones up to this one. */
  tombstonesApplied(number: number, serial: number): void {
    this.table.get(number)?.tombstones.markApplied(serial);
  }

  /** Does the next step of the work that concerns many names, and everything that is due. */
  advance(now: number): { readonly effects: Effect[]; readonly unfinished: boolean } {
    const effects: Effect[] = [];
    if (this.graces.expire(now)) this.files.sweepContested();
    const steps = this.forgotten.advance(MAX_NAMES_PER_ADVANCE, effects);
    let left = this.files.replaceUnheld(steps, now, effects);
    for (const secondary of this.table.all()) {
      if (!secondary.isPresent) continue;
      const to = secondary.number;
      effects.push(...this.tombstoneOrders(secondary, now));
      for (const message of secondary.reissueDueOrders(now)) effects.push({ kind: "send", to, message });
      if (secondary.phase !== "live") continue;
      left = secondary.compareWith(this.files, this.dropUnconfirmed(secondary, left, effects));
    }
    this.sendAgreements(effects);
    return { effects, unfinished: left <= 0 };
  }

  /** What a secondary should copy next; counts as ordered. */
  issueCopyOrders(number: number, now: number): CopyOrders {
    const lookup = (name: string) => {
      const version = this.files.get(name);
      if (!version) return null;
      return { version, holders: this.sources.holdersOf(version).filter((holder) => holder.number !== number) };
    };
    return this.table.get(number)?.issueCopyOrders(lookup, now) ?? { orders: [], unfinished: false };
  }

  private fileAnnounced(secondary: SecondaryRecord, announced: HeldFile, now: number, effects: Effect[]): void {
    const { name, id } = announced;
    secondary.fileAnnounced(name, id, now);
    const version = toFileVersion(announced, this.vectors.intern(announced.vector), this.edits.intern(announced.edits));
    const file = this.removedNames.admit(secondary, version, effects);
    if (!file) return;
    // It may keep what it was to remove: a user put it there.
    if (secondary.pendingOrder(name)?.message.type === "remove") secondary.dropOrder(name);
    const before = this.files.get(name)?.id;
    this.files.recordHeld(secondary, file, effects);
    effects.push({ kind: "sources-changed", name });
    // What is known from earlier is not reported when it is announced after a restart.
    const put = announced.changed || announced.vector === "";
    if (!put || before === id || this.files.get(name)?.id !== id) return;
    const what = before === undefined ? "new" : "replaced";
    effects.push({ kind: "file-event", what, name, number: secondary.number, size: announced.size });
  }

  private fileGone(secondary: SecondaryRecord, name: string, effects: Effect[]): void {
    const { number } = secondary;
    // A file that it was ordered to remove or to rename did not vanish.
    const missed = secondary.pendingOrder(name) ? undefined : secondary.lastKnownVersion(name);
    secondary.fileGone(name);
    // The ordered copy may have come and gone before it was announced: then nobody carries out that order.
    withdrawCopy(secondary, name, effects);
    this.files.decide(name, secondary, effects);
    effects.push({ kind: "sources-changed", name });
    if (!missed) return;
    const what = this.files.get(name) ? "vanished" : "lost";
    effects.push({ kind: "file-event", what, name, number, size: missed.size });
  }

  /** Ids of other versions of the name that the removal of `entry` takes away too. */
  private olderVersions(entry: FileVersion): string[] {
    const held = [...this.table.all()].flatMap((secondary) => secondary.lastKnownVersion(entry.name) ?? []);
    const older = held.filter((file) => supersedes(entry, file)).map(({ id }) => id);
    return [...new Set([...older, ...entry.predecessors])].filter((id) => id !== entry.id).slice(0, MAX_PREDECESSORS);
  }

  /** Tells those who hold the cluster's versions which ones these are. */
  private sendAgreements(effects: Effect[]): void {
    for (const secondary of this.table.all()) {
      const agreements = secondary.drainAgreements();
      for (const files of chunksOf(agreements, MAX_BATCH)) {
        effects.push({ kind: "send", to: secondary.number, message: { type: "agreed", files } });
      }
    }
  }

  /** Orders for the tombstones that were not sent to a secondary yet, some at a time. */
  private tombstoneOrders({ number, tombstones }: SecondaryRecord, now: number): Effect[] {
    return tombstones.issueNext(this.tombstones, now).map((message) => ({ kind: "send", to: number, message }));
  }

  /** Files of an earlier session that were not announced again are gone. Gives the steps left. */
  private dropUnconfirmed(secondary: SecondaryRecord, steps: number, effects: Effect[]): number {
    let left = steps;
    for (const name of secondary.unconfirmedNames()) {
      if (left <= 0) break;
      left -= 1;
      this.fileGone(secondary, name, effects);
    }
    return left;
  }
}
