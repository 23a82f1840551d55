import type { SourceAddress } from "../protocol/fields.ts";
import type { HeldFile } from "../protocol/member-messages.ts";
import type { Message } from "../protocol/messages.ts";
import { conflictName } from "../protocol/name.ts";
import { type Entry, judge } from "./entry.ts";
import type { Member } from "./member.ts";
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
  /** A removed name lives again. */
  | { readonly kind: "revived"; readonly name: string };

export interface Removal {
  readonly serial: number;
  readonly name: string;
  readonly id: string;
}

export interface Registration {
  readonly number: number;
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly removal: number;
}

/** Milliseconds until a copy that failed is ordered again. */
const RETRY = 5000;

/** Who is there and who holds what: the catalogue and what is missing where. Pure: events in, effects out. */
export class Registry {
  private readonly entries = new SortedMap<string, Entry>();
  private readonly byNumber = new Map<number, Member>();
  private readonly removals = new Map<string, Removal>();

  constructor(removals: Iterable<Removal>) {
    for (const removal of removals) this.removals.set(removal.name, removal);
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
    this.byNumber.set(number, {
      number,
      instance,
      address: { host, port },
      state: "announcing",
      holds: new Map(),
      missing: new Set(),
      ordered: new Map(),
      conflicts: new Map(),
      deferred: new Map(),
      removal,
    });
    return [...this.removals.values()]
      .filter(({ serial }) => serial > removal)
      .sort((left, right) => left.serial - right.serial)
      .map((owed) => ({ kind: "send", to: number, message: { type: "remove", ...owed } }));
  }

  /** A batch of what a secondary holds, or of what changed there. */
  announce(
    number: number,
    batch: number,
    files: readonly HeldFile[],
    gone: readonly string[],
    last: boolean,
  ): Effect[] {
    const member = this.byNumber.get(number);
    if (!member) return [];
    const effects: Effect[] = [];
    for (const name of gone) this.vanished(member, name, effects);
    for (const file of files) this.held(member, file, effects);
    const agreed = files
      .filter(({ name, id }) => this.entries.get(name)?.id === id)
      .map(({ name, id }) => ({ name, id }));
    effects.push({ kind: "send", to: number, message: { type: "reviewed", batch, agreed } });
    if (last && member.state === "announcing") {
      member.state = "live";
      for (const entry of this.entries.values()) if (!this.inStep(member, entry)) member.missing.add(entry.name);
    }
    return effects;
  }

  /** A secondary could not copy a file. */
  unfetched(number: number, name: string, id: string, now: number): void {
    const member = this.byNumber.get(number);
    if (member?.ordered.get(name) !== id) return;
    member.ordered.delete(name);
    member.deferred.set(name, now + RETRY);
  }

  /** A secondary's session ended. What it held is remembered, and is no source any more. */
  lose(number: number): Effect[] {
    const member = this.byNumber.get(number);
    if (!member) return [];
    member.state = "lost";
    member.ordered.clear();
    return [...member.holds.keys()].map((name) => ({ kind: "sources", name }));
  }

  /** Removes a file everywhere. Null when there is none of that name. */
  remove(name: string, serial: number): { removal: Removal; effects: Effect[] } | null {
    const entry = this.entries.get(name);
    if (!entry) return null;
    const removal = { serial, name, id: entry.id };
    this.removals.set(name, removal);
    this.entries.delete(name);
    const effects: Effect[] = [{ kind: "sources", name }];
    for (const member of this.byNumber.values()) {
      this.forget(member, name);
      if (member.state !== "lost")
        effects.push({ kind: "send", to: member.number, message: { type: "remove", ...removal } });
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
      if (whole || member.ordered.get(name) === id) {
        sources.push({ number: member.number, ...member.address, partial: !whole });
      }
    }
    return sources.sort((left, right) => left.number - right.number);
  }

  /** How many secondaries hold the whole of an entry. */
  holders(entry: Entry): number {
    let count = 0;
    for (const member of this.byNumber.values()) if (member.state !== "lost" && this.inStep(member, entry)) count += 1;
    return count;
  }

  private inStep(member: Member, entry: Entry): boolean {
    return member.holds.get(entry.name)?.id === entry.id;
  }

  private forget(member: Member, name: string): void {
    member.missing.delete(name);
    member.ordered.delete(name);
    member.deferred.delete(name);
  }

  private held(member: Member, file: HeldFile, effects: Effect[]): void {
    const { name, id } = file;
    const removal = this.removals.get(name);
    // It has not heard of the removal yet: what it holds is the removed file, or it will announce it again.
    if (removal && member.removal < removal.serial) return;
    if (removal) {
      this.removals.delete(name);
      effects.push({ kind: "revived", name });
    }
    const earlier = member.holds.get(name)?.id;
    member.holds.set(name, file);
    member.conflicts.delete(name);
    if (earlier !== undefined && earlier !== id) this.dropIfUnheld(name, effects);
    this.review(member, file, effects);
    effects.push({ kind: "sources", name });
  }

  private review(member: Member, file: HeldFile, effects: Effect[]): void {
    const { name, id } = file;
    const entry = this.entries.get(name);
    switch (judge(entry, file)) {
      case "accept":
        this.become(file, effects);
        break;
      case "same":
        if (entry && file.agreed && !entry.agreed) this.entries.set(name, { ...entry, agreed: true });
        break;
      case "displace":
        this.become(file, effects);
        for (const other of this.byNumber.values()) {
          const rival = other.holds.get(name);
          if (entry && rival?.id === entry.id) this.yield(other, rival, effects);
        }
        break;
      case "conflict":
        this.yield(member, file, effects);
        break;
      case "outdated":
        break;
    }
    if (this.entries.get(name)?.id === id) this.forget(member, name);
    else if (member.state === "live") member.missing.add(name);
  }

  /** Makes a held file the cluster's version of its name. */
  private become({ name, id, size, ancestors, agreed }: HeldFile, effects: Effect[]): void {
    this.entries.set(name, { name, id, size, ancestors, agreed });
    for (const member of this.byNumber.values()) {
      if (member.state !== "live") continue;
      if (member.holds.get(name)?.id === id) continue;
      member.missing.add(name);
      member.deferred.delete(name);
      if (member.ordered.delete(name)) {
        effects.push({ kind: "send", to: member.number, message: { type: "withdraw", names: [name] } });
      }
    }
  }

  private yield(member: Member, { name, id }: HeldFile, effects: Effect[]): void {
    const as = conflictName(name, id);
    member.conflicts.set(name, id);
    effects.push({ kind: "send", to: member.number, message: { type: "conflict", name, id, as } });
    effects.push({
      kind: "warn",
      event: "conflict",
      message: `${name}: secondary ${member.number} has other content under this name; it is kept as ${as}`,
      fields: { name, as, number: member.number },
    });
  }

  private vanished(member: Member, name: string, effects: Effect[]): void {
    if (!member.holds.delete(name)) return;
    member.conflicts.delete(name);
    this.dropIfUnheld(name, effects);
    if (this.entries.has(name) && member.state === "live") member.missing.add(name);
    effects.push({ kind: "sources", name });
  }

  /** Forgets an entry that nobody holds any more; another version of the name may take its place. */
  private dropIfUnheld(name: string, effects: Effect[]): void {
    const entry = this.entries.get(name);
    if (!entry) return;
    const members = [...this.byNumber.values()];
    if (members.some((member) => this.inStep(member, entry))) return;
    this.entries.delete(name);
    for (const member of members) {
      if (member.ordered.has(name) && member.state !== "lost") {
        effects.push({ kind: "send", to: member.number, message: { type: "withdraw", names: [name] } });
      }
      this.forget(member, name);
    }
    for (const member of members) {
      const other = member.holds.get(name);
      if (other && member.state !== "lost") this.review(member, other, effects);
    }
  }
}
