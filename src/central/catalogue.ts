import { simpleComparator } from "sorted-btree";
import { follow, withdraw } from "./duties.ts";
import type { Effect } from "./effect.ts";
import { type Entry, inherit, judge } from "./entry.ts";
import { lastKnown, type Member, present } from "./member.ts";
import { SortedMap } from "./sorted-map.ts";

/** Milliseconds for which the newest version of a lost secondary, held by nobody else, keeps its place. */
export const GRACE = 15_000;

/**
 * The cluster's version of each name, decided from what the members hold; whoever holds another one is told what to do.
 *
 * The version of a name is the latest that anyone holds, by the ancestors that each file brings along; between strangers
 * the first keeps the name. What a lost secondary holds still counts, until its place is needed: after `GRACE` an older
 * version that others hold takes it, and the newer one takes it back when its secondary returns.
 */
export class Catalogue {
  private readonly entries = new SortedMap<string, Entry>(undefined, simpleComparator);
  /** Names of which somebody who is there holds another version than the catalogue's. */
  private readonly contested = new Set<string>();
  /** Contested names that were found to have nobody there who holds their version. */
  private readonly doubtful = new Set<string>();
  /** Contested names that are gone through because somebody's time of grace is over. */
  private sweep: Iterator<string> | null = null;

  /** `members`: all of them by number, as they come to be. */
  constructor(private readonly members: ReadonlyMap<number, Member>) {}

  get size(): number {
    return this.entries.size;
  }

  get(name: string): Entry | undefined {
    return this.entries.get(name);
  }

  /** Entries after a name, in the order of their names. */
  *after(name: string | null): Iterable<Entry> {
    const range = name === null ? this.entries.entries() : this.entries.entries(name);
    for (const [key, entry] of range) if (key !== name) yield entry;
  }

  /** A member holds a file from now on. */
  hold(member: Member, file: Entry, effects: Effect[]): void {
    const { name, id } = file;
    const entry = this.entries.get(name);
    if (entry?.id === id) {
      const merged = confirm(entry, file);
      // One object for all who hold the same: the catalogue may be large.
      member.holds.set(merged.name, merged);
      this.enact(name, entry, merged, effects);
    } else {
      member.holds.set(name, file);
      this.settle(name, member, effects);
    }
  }

  /** Decides on the version of a name, after `fresh` has told of it, and what everybody has to do about it. */
  settle(name: string, fresh: Member, effects: Effect[]): void {
    const before = this.entries.get(name);
    const known = before && this.isKnown(before) ? before : undefined;
    // Better a version that will come back than none.
    const chosen = this.choose(known, name, fresh, present) ?? this.choose(undefined, name, fresh, lastKnown);
    // Where its only holder has replaced a version, the new one is the heir all the same.
    const heir = before && !known && chosen?.ancestors.includes(before.id) ? inherit(chosen, before) : chosen;
    this.enact(name, before, heir, effects);
  }

  /** A name is removed from everywhere. */
  drop(name: string): void {
    this.entries.delete(name);
    this.contested.delete(name);
  }

  /** Somebody's time of grace is over: all contested names are to be gone through. */
  reconsider(): void {
    this.sweep = this.contested.values();
  }

  /** Gives names whose version nobody who is there holds to a version that somebody does hold. Gives the steps left. */
  recall(steps: number, now: number, effects: Effect[]): number {
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
      for (const member of this.members.values()) if (consider(member)) changed = true;
    }
    return entry;
  }

  /** Puts a decision into the catalogue and into effect. */
  private enact(name: string, before: Entry | undefined, entry: Entry | undefined, effects: Effect[]): void {
    if (!entry) this.entries.delete(name);
    else if (entry !== before) this.entries.set(name, entry);
    let contested = false;
    let held = false;
    for (const member of this.members.values()) {
      const file = present(member, name);
      if (file && file.id !== entry?.id) contested = true;
      else if (file) held = true;
      if (member.state === "lost") continue;
      if (before?.id !== entry?.id) withdraw(member, name, effects);
      follow(member, name, file, entry, effects);
    }
    if (contested && entry) this.contested.add(name);
    else this.contested.delete(name);
    if (contested && !held) this.doubtful.add(name);
  }

  /** Whether somebody holds an entry, or did when last heard of. */
  private isKnown({ name, id }: Entry): boolean {
    for (const member of this.members.values()) if (lastKnown(member, name)?.id === id) return true;
    return false;
  }

  /** Whether somebody holds an entry or may come back with it any moment. */
  private isExpected(entry: Entry, now: number): boolean {
    for (const member of this.members.values()) {
      if (lastKnown(member, entry.name)?.id !== entry.id) continue;
      if (member.state !== "lost" || member.lostAt + GRACE > now) return true;
    }
    return false;
  }

  /** Whether somebody who is there holds any version of a name. */
  private isThere(name: string): boolean {
    for (const member of this.members.values()) if (present(member, name)) return true;
    return false;
  }
}

type FileOf = (member: Member, name: string) => Entry | undefined;

/** The same version from another secondary may bring more of its history. */
function confirm(entry: Entry, file: Entry): Entry {
  const news = (file.agreed && !entry.agreed) || file.ancestors.some((id) => !entry.ancestors.includes(id));
  return news ? inherit(entry, file) : entry;
}
