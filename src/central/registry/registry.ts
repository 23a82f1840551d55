import { StringPool } from "../../platform/string-pool.ts";
import { MAX_BATCH, type SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";
import { merge } from "../../protocol/versions/version-vector.ts";
import { isTold, owedRemovals } from "../tombstones/owed-tombstones.ts";
import { coversVersion, removeOrder, type Tombstone } from "../tombstones/tombstone.ts";
import { Tombstones } from "../tombstones/tombstones.ts";
import { Catalogue, GRACE_PERIOD_MS } from "./catalogue.ts";
import { CopyBacklog } from "./copy-backlog.ts";
import type { Effect } from "./effect.ts";
import { type FileVersion, MAX_PREDECESSORS, supersedes, toFileVersion } from "./file-version.ts";
import { lastKnown, type Member, newMember, present } from "./member.ts";
import { PendingOrders } from "./pending-orders.ts";
import { withdraw } from "./reconcile.ts";

export interface Registration {
  readonly number: number;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly removal: number;
}

/** Names that one call of `work` goes through. */
export const STEP = 2_000;
/** Most files named that a secondary cannot copy. */
const NAMED = 10;

/**
 * Who is there, who holds what, and what is missing where. Pure: events in, effects out. A call takes time for the names
 * that it is about, never for all: what concerns all is done in steps, by `work`.
 */
export class Registry {
  private readonly byNumber = new Map<number, Member>();
  private readonly catalogue: Catalogue;
  private readonly removals: Tombstones;
  private readonly vectors = new StringPool();
  private readonly edits = new StringPool();
  /** Lost secondaries whose time of grace runs, and its end (milliseconds). */
  private readonly fading = new Map<number, number>();

  /** `newBranch` gives a branch of a history that nobody has chosen before: 8 hexadecimal digits. */
  constructor(removals: Iterable<Tombstone>, newBranch: () => string) {
    this.removals = new Tombstones(removals);
    this.catalogue = new Catalogue(this.byNumber, newBranch);
  }

  get files(): number {
    return this.catalogue.size;
  }

  entry(name: string): FileVersion | undefined {
    return this.catalogue.get(name);
  }

  /** Entries after a name, in the order of their names. */
  entriesAfter(name: string | null): Iterable<FileVersion> {
    return this.catalogue.after(name);
  }

  members(): Member[] {
    return [...this.byNumber.values()].sort((left, right) => left.number - right.number);
  }

  member(number: number): Member | undefined {
    return this.byNumber.get(number);
  }

  /** Whether another process that is alive has this number. */
  taken(number: number, instance: string): boolean {
    const member = this.byNumber.get(number);
    const alive = member !== undefined && (member.state !== "lost" || member.diskAway !== null);
    return alive && member.instance !== instance;
  }

  /** A secondary takes its place; what it holds follows. */
  register({ number, instance, host, port, removal }: Registration): Effect[] {
    const identity = { number, instance, address: { host, port }, removal };
    const member = newMember(identity, this.byNumber.get(number));
    this.byNumber.set(number, member);
    this.fading.delete(number);
    // How long it takes for these counts from the next step on.
    return this.owed(member, Number.POSITIVE_INFINITY);
  }

  /** A batch of what a secondary holds, or of what changed there. */
  announce(
    number: number,
    batch: number,
    files: readonly HeldFile[],
    gone: readonly string[],
    last: boolean,
    now: number,
  ): Effect[] {
    const member = this.byNumber.get(number);
    if (!member || member.state === "lost") return [];
    const effects: Effect[] = [];
    this.catalogue.startNewBranch();
    for (const name of gone) this.vanished(member, name, effects);
    for (const file of files) this.held(member, file, now, effects);
    this.tellAgreed(effects);
    effects.push({ kind: "send", to: number, message: { type: "reviewed", batch } });
    if (last && member.state === "announcing") {
      member.state = "live";
      member.compared = "";
    }
    return effects;
  }

  /** A secondary could not copy a file. Changes nothing when it was not told to, or not any more. */
  unfetched(number: number, failure: Omit<Messages["unfetched"], "type">, now: number): Effect[] {
    const { name, id, reason, lasting } = failure;
    const needs = this.byNumber.get(number)?.needs;
    if (!needs?.markFailed(name, id, now, lasting ? reason : null)) return [];
    const effects: Effect[] = [{ kind: "sources", name }];
    if (!needs.isNewReason(name, reason)) return effects;
    const further = lasting && needs.obstacleCount > NAMED;
    const what = further ? "cannot copy more files, which status counts" : `could not copy ${name}: ${reason}`;
    if (!further || needs.obstacleCount === NAMED + 1) {
      const message = `secondary ${number} ${what}`;
      effects.push({ kind: "warn", event: "unfetched", message, fields: { number, name } });
    }
    return effects;
  }

  /** What kept these names from being copied to a secondary is gone. */
  retry(number: number, names: readonly string[]): void {
    const needs = this.byNumber.get(number)?.needs;
    for (const name of names) needs?.removeObstacle(name);
  }

  /** A secondary's session ended. What it held is remembered, and it is no source of it any more. */
  lose(number: number, now: number): void {
    const member = this.byNumber.get(number);
    if (!member) return;
    member.diskAway = null;
    if (member.state === "lost") return;
    member.state = "lost";
    member.lostAt = now;
    member.needs = new CopyBacklog();
    member.compared = null;
    member.told = new PendingOrders();
    member.agreed = [];
    this.fading.delete(number);
    this.fading.set(number, now + GRACE_PERIOD_MS);
  }

  /** A secondary's shared folder is not there: until it is, what it held is remembered, as if it were lost. */
  diskAway(number: number, reason: string, now: number): void {
    this.lose(number, now);
    const member = this.byNumber.get(number);
    if (member) member.diskAway = reason;
  }

  /** A secondary's shared folder is there again: what it holds follows, as after a registration. */
  diskBack(number: number): Effect[] {
    const member = this.byNumber.get(number);
    if (!member || member.diskAway === null) return [];
    const { instance, address, removal } = member;
    return this.register({ number, instance, ...address, removal });
  }

  /** Removes a file everywhere. Null when there is none of that name. */
  remove(name: string, serial: number): { removal: Tombstone; effects: Effect[] } | null {
    const entry = this.catalogue.get(name);
    if (!entry) return null;
    const held = [...this.byNumber.values()].flatMap((member) => lastKnown(member, name) ?? []);
    const older = held.filter((file) => supersedes(entry, file)).map(({ id }) => id);
    const others = [...new Set([...older, ...entry.predecessors])]
      .filter((id) => id !== entry.id)
      .slice(0, MAX_PREDECESSORS);
    const { id, edits } = entry;
    const effects: Effect[] = [{ kind: "sources", name }];
    const removal = { serial, name, id, vector: this.catalogue.remove(entry, effects), edits, others };
    const upToDate = new Set([...this.byNumber.values()].filter((member) => isTold(member, this.removals)));
    this.removals.add(removal);
    for (const member of this.byNumber.values()) {
      const file = member.holds.get(name);
      // What it holds instead, or holds again, it tells once it has heard of the removal.
      member.holds.delete(name);
      member.former.delete(name);
      if (member.state === "lost") continue;
      member.needs.remove(name);
      member.told.remove(name);
      // Whoever has earlier ones still to hear of hears of this one after them.
      if (!upToDate.has(member)) continue;
      member.ordered = { ...member.ordered, serial };
      const { id } = file && coversVersion(removal, file) ? file : removal;
      const message = removeOrder(removal, id);
      if (file) member.told.add(name, { id, message });
      effects.push({ kind: "send", to: member.number, message });
    }
    return { removal, effects };
  }

  /** A secondary has carried out all removals up to this one. */
  removed(number: number, serial: number): void {
    const member = this.byNumber.get(number);
    if (member) member.removal = Math.max(member.removal, serial);
  }

  /** Who has a version, wholly or in part. */
  sources(name: string, id: string): SourceAddress[] {
    const sources: SourceAddress[] = [];
    for (const member of this.byNumber.values()) {
      if (member.state === "lost") continue;
      const whole = member.holds.get(name)?.id === id;
      if (whole || member.needs.orderedId(name) === id) {
        sources.push({ number: member.number, ...member.address, partial: !whole });
      }
    }
    return sources.sort((left, right) => left.number - right.number);
  }

  /** Whether a secondary has something of a version of a name. */
  offers(number: number, name: string): boolean {
    const member = this.byNumber.get(number);
    if (!member || member.state === "lost") return false;
    return member.holds.has(name) || member.needs.orderedId(name) !== undefined;
  }

  /** Whether a version was replaced or removed, as far as that is known for sure. */
  superseded(name: string, id: string): boolean {
    const entry = this.catalogue.get(name);
    if (entry) return entry.predecessors.includes(id);
    const removal = this.removals.get(name);
    return removal !== undefined && (removal.id === id || removal.others.includes(id));
  }

  /** A version that somebody holds or held under this name. */
  versionOf(name: string, id: string): FileVersion | undefined {
    const held = [this.catalogue.get(name), ...[...this.byNumber.values()].map((member) => lastKnown(member, name))];
    return held.find((file) => file?.id === id);
  }

  /** Those who are there and hold the whole of an entry. */
  holdersOf(entry: FileVersion): Member[] {
    return [...this.byNumber.values()].filter((member) => present(member, entry.name)?.id === entry.id);
  }

  /** How many secondaries hold the whole of an entry. */
  holders(entry: FileVersion): number {
    return this.holdersOf(entry).length;
  }

  /** Goes on with what is not about a single name, a step at a time, and with what is due. */
  work(now: number): { readonly effects: Effect[]; readonly unfinished: boolean } {
    const effects: Effect[] = [];
    for (const [number, until] of this.fading) {
      if (until > now) break;
      this.fading.delete(number);
      this.catalogue.sweepContested();
    }
    let left = this.catalogue.replaceUnheld(STEP, now, effects);
    for (const member of this.byNumber.values()) {
      if (member.state === "lost") continue;
      effects.push(...this.owed(member, now));
      for (const message of member.told.takeDue(now)) effects.push({ kind: "send", to: member.number, message });
      if (member.state === "live") left = this.compare(member, this.clear(member, left, effects));
    }
    this.tellAgreed(effects);
    return { effects, unfinished: left <= 0 };
  }

  private held(member: Member, announced: HeldFile, now: number, effects: Effect[]): void {
    const { name, id } = announced;
    member.former.delete(name);
    member.told.versionAnnounced(name, id, now);
    const held = toFileVersion(announced, this.vectors.intern(announced.vector), this.edits.intern(announced.edits));
    const file = this.surviving(member, held, effects);
    if (!file) return;
    // What it was told to remove may stay: a user put it there.
    if (member.told.get(name)?.message.type === "remove") member.told.remove(name);
    const before = this.catalogue.get(name)?.id;
    this.catalogue.recordHeld(member, file, effects);
    effects.push({ kind: "sources", name });
    // What is known from earlier is no news to those who have just heard of it.
    const put = announced.changed || announced.vector === "";
    if (!put || before === id || this.catalogue.get(name)?.id !== id) return;
    const what = before === undefined ? "new" : "replaced";
    effects.push({ kind: "news", what, name, number: member.number, size: announced.size });
  }

  /** What an announced file counts as; null where it is to go, or its secondary has still to hear that it was removed. */
  private surviving(member: Member, file: FileVersion, effects: Effect[]): FileVersion | null {
    const { name, id } = file;
    const removal = this.removals.get(name);
    if (!removal) return file;
    // It will tell again what it holds after the removal.
    if (member.removal < removal.serial) return null;
    if (!coversVersion(removal, file)) {
      this.removals.remove(name);
      effects.push({ kind: "revived", name });
      // From now on it comes after the removal, whether whoever put it there knew of that or not. A version that had its
      // place before keeps it, since others may hold what came after it.
      if (!file.changed && file.vector !== "") return { ...file, vector: merge(file.vector, removal.vector) };
      return { ...file, vector: merge(removal.vector, file.vector), changed: true };
    }
    // A copy that was complete too late, or an older version.
    if (member.told.has(name)) return null;
    // With this order it drops what it was to copy under the name.
    member.needs.remove(name);
    const message = removeOrder(removal, id);
    member.told.add(name, { id, message });
    effects.push({ kind: "send", to: member.number, message });
    return null;
  }

  /** Tells those who hold the cluster's versions which ones these are. */
  private tellAgreed(effects: Effect[]): void {
    for (const member of this.byNumber.values()) {
      if (member.agreed.length === 0) continue;
      const { number, agreed } = member;
      member.agreed = [];
      for (let at = 0; at < agreed.length; at += MAX_BATCH) {
        const files = agreed.slice(at, at + MAX_BATCH);
        effects.push({ kind: "send", to: number, message: { type: "agreed", files } });
      }
    }
  }

  private vanished(member: Member, name: string, effects: Effect[]): void {
    const { number } = member;
    // What it was told to remove or to rename did not vanish.
    const missed = member.told.has(name) ? undefined : lastKnown(member, name);
    member.holds.delete(name);
    member.former.delete(name);
    member.told.remove(name);
    // It may have been the ordered copy, there and gone before a word of it was said: nothing would come of that order.
    withdraw(member, name, effects);
    this.catalogue.decide(name, member, effects);
    effects.push({ kind: "sources", name });
    if (!missed) return;
    const what = this.catalogue.get(name) ? "vanished" : "lost";
    effects.push({ kind: "news", what, name, number, size: missed.size });
  }

  /** The removals that a secondary has still to hear of, some at a time. */
  private owed(member: Member, now: number): Effect[] {
    const to = member.number;
    return owedRemovals(member, this.removals, now).map((message) => ({ kind: "send", to, message }));
  }

  /** What a secondary held once and has not told again is gone from there. */
  private clear(member: Member, steps: number, effects: Effect[]): number {
    let left = steps;
    for (const name of member.former.keys()) {
      if (left <= 0) break;
      left -= 1;
      this.vanished(member, name, effects);
    }
    return left;
  }

  /** Finds what a secondary lacks of the catalogue. */
  private compare(member: Member, steps: number): number {
    if (member.compared === null) return steps;
    let left = steps;
    for (const entry of this.entriesAfter(member.compared === "" ? null : member.compared)) {
      if (left <= 0) return left;
      left -= 1;
      member.compared = entry.name;
      const { name, id } = entry;
      const lacks = member.holds.get(name)?.id !== id && !member.told.has(name);
      if (lacks && !this.catalogue.hasPathConflict(name)) member.needs.add(name);
    }
    member.compared = null;
    return left;
  }
}
