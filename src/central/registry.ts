import { simpleComparator } from "sorted-btree";
import type { SourceAddress } from "../protocol/fields.ts";
import type { HeldFile } from "../protocol/member-messages.ts";
import type { Message } from "../protocol/messages.ts";
import { conflictName } from "../protocol/name.ts";
import { type Entry, inherit, judge } from "./entry.ts";
import { lastKnown, type Member, newMember } from "./member.ts";
import { Needs } from "./needs.ts";
import { covers, MAX_REMOVALS, type Removal } from "./removal.ts";
import { SortedMap } from "./sorted-map.ts";

/** Something to be done about a decision. */
export type Effect =
  | { readonly kind: "send"; readonly to: number; readonly message: Message }
  | {
      readonly kind: "warn";
      readonly event: string;
      readonly message: string;
      readonly fields: Record<string, unknown>;
    }
  /** The sources of a version may have changed. */
  | { readonly kind: "sources"; readonly name: string }
  /** What was removed is there again: its removal is void. */
  | { readonly kind: "revived"; readonly name: string };

export interface Registration {
  readonly number: number;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly removal: number;
}

/** Milliseconds until a secondary is told again what it could not carry out. */
export const RETELL = 5_000;
/** Milliseconds for which the newest version of a lost secondary, held by nobody else, keeps its place. */
export const GRACE = 15_000;
/** Names that one call of `work` goes through. */
export const STEP = 2_000;

/**
 * Who is there and who holds what: the catalogue and what is missing where. Pure: events in, effects out. A call takes
 * time for the names that it is about, never for all: what concerns all is done in steps, by `work`.
 *
 * The version of a name is the latest that anyone holds, by the ancestors that each file brings along; between strangers
 * the first keeps the name. What a lost secondary holds still counts, until its place is needed: after `GRACE` an older
 * version that others hold takes it, and the newer one takes it back when its secondary returns.
 */
export class Registry {
  private readonly entries = new SortedMap<string, Entry>(undefined, simpleComparator);
  private readonly byNumber = new Map<number, Member>();
  /** In the order of their serial numbers. */
  private readonly removals = new Map<string, Removal>();
  /** Names of which somebody who is there holds another version than the catalogue's. */
  private readonly contested = new Set<string>();
  /** Contested names that were found to have nobody there who holds their version. */
  private readonly doubtful = new Set<string>();
  /** Contested names that are gone through because somebody's time of grace is over. */
  private sweep: Iterator<string> | null = null;
  /** Lost secondaries whose time of grace runs, and its end (milliseconds). */
  private readonly fading = new Map<number, number>();

  constructor(removals: Iterable<Removal>) {
    for (const removal of removals) this.remember(removal);
  }

  get files(): number {
    return this.entries.size;
  }

  entry(name: string): Entry | undefined {
    return this.entries.get(name);
  }

  /** Entries after a name, in the order of their names. */
  *entriesAfter(name: string | null): Iterable<Entry> {
    const range = name === null ? this.entries.entries() : this.entries.entries(name);
    for (const [key, entry] of range) if (key !== name) yield entry;
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
    return member !== undefined && member.state !== "lost" && member.instance !== instance;
  }

  /** A secondary takes its place; what it holds follows. */
  register({ number, instance, host, port, removal }: Registration): Effect[] {
    const identity = { number, instance, address: { host, port }, removal };
    this.byNumber.set(number, newMember(identity, this.byNumber.get(number)));
    this.fading.delete(number);
    return [...this.removals.values()]
      .filter(({ serial }) => serial > removal)
      .map(({ serial, name, id }) => ({ kind: "send", to: number, message: { type: "remove", serial, name, id } }));
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
    for (const name of gone) this.vanished(member, name, effects);
    for (const file of files) this.held(member, file, now, effects);
    const agreed = files
      .filter(({ name, id }) => this.entries.get(name)?.id === id)
      .map(({ name, id }) => ({ name, id }));
    effects.push({ kind: "send", to: number, message: { type: "reviewed", batch, agreed } });
    if (last && member.state === "announcing") {
      member.state = "live";
      member.compared = "";
    }
    return effects;
  }

  /** A secondary could not copy a file. False when it was not told to, or not any more. */
  unfetched(number: number, name: string, id: string, now: number): boolean {
    return this.byNumber.get(number)?.needs.fail(name, id, now) ?? false;
  }

  /** A secondary's session ended. What it held is remembered, and it is no source of it any more. */
  lose(number: number, now: number): void {
    const member = this.byNumber.get(number);
    if (!member || member.state === "lost") return;
    member.state = "lost";
    member.lostAt = now;
    member.needs = new Needs();
    member.compared = null;
    member.told.clear();
    member.retell.clear();
    this.fading.delete(number);
    this.fading.set(number, now + GRACE);
  }

  /** Removes a file everywhere. Null when there is none of that name. */
  remove(name: string, serial: number): { removal: Removal; effects: Effect[] } | null {
    const entry = this.entries.get(name);
    if (!entry) return null;
    const removal = { serial, name, id: entry.id, ancestors: entry.ancestors };
    this.remember(removal);
    this.entries.delete(name);
    this.contested.delete(name);
    const effects: Effect[] = [{ kind: "sources", name }];
    for (const member of this.byNumber.values()) {
      const file = member.holds.get(name);
      // What it holds instead, or holds again, it tells once it has heard of the removal.
      member.holds.delete(name);
      member.former.delete(name);
      if (member.state === "lost") continue;
      member.needs.drop(name);
      this.untell(member, name);
      const { id } = file && covers(removal, file) ? file : removal;
      const message: Message = { type: "remove", serial, name, id };
      if (file) member.told.set(name, { id, message });
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
      if (whole || member.needs.order(name) === id) {
        sources.push({ number: member.number, ...member.address, partial: !whole });
      }
    }
    return sources.sort((left, right) => left.number - right.number);
  }

  /** Whether a secondary has something of a version of a name. */
  offers(number: number, name: string): boolean {
    const member = this.byNumber.get(number);
    if (!member || member.state === "lost") return false;
    return member.holds.has(name) || member.needs.order(name) !== undefined;
  }

  /** Whether a version was replaced or removed, as far as that is known for sure. */
  superseded(name: string, id: string): boolean {
    const entry = this.entries.get(name);
    if (entry) return entry.ancestors.includes(id);
    const removal = this.removals.get(name);
    return removal !== undefined && covers(removal, { id });
  }

  /** Bytes in a version that somebody holds or held under this name; 0 when that is not known. */
  sizeOf(name: string, id: string): number {
    const held = [this.entries.get(name), ...[...this.byNumber.values()].map((member) => lastKnown(member, name))];
    return held.find((file) => file?.id === id)?.size ?? 0;
  }

  /** Those who are there and hold the whole of an entry. */
  holdersOf(entry: Entry): Member[] {
    return [...this.byNumber.values()].filter((member) => holds(member, entry));
  }

  /** How many secondaries hold the whole of an entry. */
  holders(entry: Entry): number {
    return this.holdersOf(entry).length;
  }

  /** Goes on with what is not about a single name, a step at a time, and with what is due. */
  work(now: number): { readonly effects: Effect[]; readonly unfinished: boolean } {
    const effects: Effect[] = [];
    for (const [number, until] of this.fading) {
      if (until > now) break;
      this.fading.delete(number);
      this.sweep = this.contested.values();
    }
    let left = this.recall(STEP, now, effects);
    for (const member of this.byNumber.values()) {
      if (member.state === "lost") continue;
      this.tellAgain(member, now, effects);
      if (member.state === "live") left = this.compare(member, this.clear(member, left, effects));
    }
    return { effects, unfinished: left <= 0 };
  }

  private remember(removal: Removal): void {
    this.removals.delete(removal.name);
    this.removals.set(removal.name, removal);
    for (const name of this.removals.keys()) {
      if (this.removals.size <= MAX_REMOVALS) break;
      this.removals.delete(name);
    }
  }

  private held(member: Member, file: HeldFile, now: number, effects: Effect[]): void {
    const { name, id } = file;
    member.former.delete(name);
    const order = member.told.get(name);
    if (order?.id === id) {
      // It was told, and has it still: it could not do it just now.
      if (!member.retell.has(name)) member.retell.set(name, now + RETELL);
    } else if (order) {
      this.untell(member, name);
    }
    if (this.isRemoved(member, file, effects)) return;
    // What it was told to remove may stay: a user put it there.
    if (member.told.get(name)?.message.type === "remove") this.untell(member, name);
    const entry = this.entries.get(name);
    if (entry?.id === id) {
      const merged = this.confirm(entry, file);
      // One object for all who hold the same: the catalogue may be large.
      member.holds.set(merged.name, merged);
      this.enact(name, entry, merged, effects);
    } else {
      member.holds.set(name, file);
      this.settle(name, member, effects);
    }
    effects.push({ kind: "sources", name });
  }

  /** Whether an announced file is to go, or the secondary has still to hear that it was removed. */
  private isRemoved(member: Member, file: HeldFile, effects: Effect[]): boolean {
    const { name, id } = file;
    const removal = this.removals.get(name);
    if (!removal) return false;
    // It will tell again what it holds after the removal.
    if (member.removal < removal.serial) return true;
    if (!covers(removal, file)) return false;
    const entry = this.entries.get(name);
    // What took the name since may descend from it: then it is outdated, no more.
    if (entry && (entry.id === id || entry.ancestors.includes(id))) return false;
    if (file.agreed) {
      // Nobody has put it there since: a copy that was complete too late, or an older version.
      if (member.told.has(name)) return true;
      // With this order it drops what it was to copy under the name.
      member.needs.drop(name);
      const message: Message = { type: "remove", serial: removal.serial, name, id };
      member.told.set(name, { id, message });
      effects.push({ kind: "send", to: member.number, message });
      return true;
    }
    this.removals.delete(name);
    effects.push({ kind: "revived", name });
    return false;
  }

  private vanished(member: Member, name: string, effects: Effect[]): void {
    member.holds.delete(name);
    member.former.delete(name);
    this.untell(member, name);
    // It may have been the ordered copy, there and gone before a word of it was said: nothing would come of that order.
    this.withdraw(member, name, effects);
    this.settle(name, member, effects);
    effects.push({ kind: "sources", name });
  }

  /** The same version from another secondary may bring more of its history. */
  private confirm(entry: Entry, file: HeldFile): Entry {
    const news = (file.agreed && !entry.agreed) || file.ancestors.some((id) => !entry.ancestors.includes(id));
    return news ? inherit(entry, file) : entry;
  }

  /** Decides on the version of a name, after `fresh` has told of it, and what everybody has to do about it. */
  private settle(name: string, fresh: Member | null, effects: Effect[]): void {
    const before = this.entries.get(name);
    const known = before && this.isKnown(before) ? before : undefined;
    // Better a version that will come back than none.
    const chosen = this.choose(known, name, fresh, present) ?? this.choose(undefined, name, fresh, lastKnown);
    // Where its only holder has replaced a version, the new one is the heir all the same.
    const heir = before && !known && chosen?.ancestors.includes(before.id) ? inherit(chosen, before) : chosen;
    this.enact(name, before, heir, effects);
  }

  /** Whether somebody holds an entry, or did when last heard of. */
  private isKnown({ name, id }: Entry): boolean {
    for (const member of this.byNumber.values()) if (lastKnown(member, name)?.id === id) return true;
    return false;
  }

  /** The latest version of a name among those that `fileOf` gives for each member, beginning with `known`. */
  private choose(known: Entry | undefined, name: string, fresh: Member | null, fileOf: FileOf): Entry | undefined {
    let entry = known;
    const replaced: string[] = [];
    const consider = (member: Member): boolean => {
      const file = fileOf(member, name);
      // What had its turn does not get another: nothing that the secondaries say can make this endless.
      if (!file || file.id === entry?.id || replaced.includes(file.id)) return false;
      const verdict = judge(entry, file, member === fresh);
      if (verdict !== "accept" && verdict !== "displace") return false;
      if (entry) replaced.push(entry.id);
      entry = entry && verdict === "accept" ? inherit(file, entry) : file;
      return true;
    };
    if (fresh) consider(fresh);
    for (let changed = true; changed; ) {
      changed = false;
      for (const member of this.byNumber.values()) if (consider(member)) changed = true;
    }
    return entry;
  }

  /** Puts a decision into the catalogue and into effect. */
  private enact(name: string, before: Entry | undefined, entry: Entry | undefined, effects: Effect[]): void {
    if (!entry) this.entries.delete(name);
    else if (entry !== before) this.entries.set(name, entry);
    let contested = false;
    let held = false;
    for (const member of this.byNumber.values()) {
      const file = present(member, name);
      if (file && file.id !== entry?.id) contested = true;
      else if (file) held = true;
      if (member.state === "lost") continue;
      if (before?.id !== entry?.id) this.withdraw(member, name, effects);
      this.follow(member, name, file, entry, effects);
    }
    if (contested && entry) this.contested.add(name);
    else this.contested.delete(name);
    if (contested && !held) this.doubtful.add(name);
  }

  /** The version that a secondary may have been told to copy is not wanted any more. */
  private withdraw({ needs, number }: Member, name: string, effects: Effect[]): void {
    if (needs.order(name) !== undefined) {
      effects.push({ kind: "send", to: number, message: { type: "withdraw", names: [name] } });
    }
    needs.drop(name);
  }

  /** What a secondary that is there has to do about the version of a name. */
  private follow(
    member: Member,
    name: string,
    file: Entry | undefined,
    entry: Entry | undefined,
    effects: Effect[],
  ): void {
    if (!entry || file?.id === entry.id) {
      member.needs.drop(name);
      if (file) this.untell(member, name);
    } else if (file && !entry.ancestors.includes(file.id)) {
      // Nothing is ever copied over what the new version does not descend from.
      this.yield(member, file, effects);
    } else {
      if (file) this.untell(member, name);
      if (member.state === "live") member.needs.want(name);
    }
  }

  private yield(member: Member, { name, id }: Entry, effects: Effect[]): void {
    if (member.told.has(name)) return;
    const as = conflictName(name, id);
    const message: Message = { type: "conflict", name, id, as };
    member.told.set(name, { id, message });
    effects.push({ kind: "send", to: member.number, message });
    effects.push({
      kind: "warn",
      event: "conflict",
      message: `${name}: secondary ${member.number} has other content under this name; it is kept as ${as}`,
      fields: { name, as, number: member.number },
    });
  }

  private untell(member: Member, name: string): void {
    member.told.delete(name);
    member.retell.delete(name);
  }

  private tellAgain(member: Member, now: number, effects: Effect[]): void {
    for (const [name, until] of member.retell) {
      if (until > now) break;
      member.retell.delete(name);
      const order = member.told.get(name);
      if (order) effects.push({ kind: "send", to: member.number, message: order.message });
    }
  }

  /** Gives names whose version nobody who is there holds to a version that somebody does hold. */
  private recall(steps: number, now: number, effects: Effect[]): number {
    let left = steps;
    for (let name = this.nextDoubtful(); name !== undefined; name = left > 0 ? this.nextDoubtful() : undefined) {
      left -= 1;
      const entry = this.entries.get(name);
      if (!entry || this.isExpected(entry, now) || !this.isThere(name)) continue;
      this.enact(name, entry, this.choose(undefined, name, null, present), effects);
      effects.push({ kind: "sources", name });
    }
    return left;
  }

  private nextDoubtful(): string | undefined {
    for (const name of this.doubtful) {
      this.doubtful.delete(name);
      return name;
    }
    const next = this.sweep?.next();
    if (next?.done) this.sweep = null;
    return next?.done ? undefined : next?.value;
  }

  /** Whether somebody holds an entry or may come back with it any moment. */
  private isExpected(entry: Entry, now: number): boolean {
    for (const member of this.byNumber.values()) {
      if (lastKnown(member, entry.name)?.id !== entry.id) continue;
      if (member.state !== "lost" || member.lostAt + GRACE > now) return true;
    }
    return false;
  }

  /** Whether somebody who is there holds any version of a name. */
  private isThere(name: string): boolean {
    for (const { state, holds } of this.byNumber.values()) if (state !== "lost" && holds.has(name)) return true;
    return false;
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
      if (member.holds.get(name)?.id !== id && !member.told.has(name)) member.needs.want(name);
    }
    member.compared = null;
    return left;
  }
}

type FileOf = (member: Member, name: string) => Entry | undefined;

/** What a member that is there holds under a name. */
function present({ state, holds }: Member, name: string): Entry | undefined {
  return state === "lost" ? undefined : holds.get(name);
}

/** Whether a member is there and holds a version. */
function holds(member: Member, { name, id }: Entry): boolean {
  return member.state !== "lost" && member.holds.get(name)?.id === id;
}
