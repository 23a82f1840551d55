import { simpleComparator } from "sorted-btree";
import { hasBranch, highestNumber, type VersionVector } from "../../protocol/versions/version-vector.ts";
import type { Effect } from "./effect.ts";
import {
  asClusterVersion,
  compareVersions,
  type FileVersion,
  mergeHistories,
  type NewDot,
  nextVector,
} from "./file-version.ts";
import { lastKnown, type Member, present } from "./member.ts";
import { PathConflicts } from "./path-conflicts.ts";
import { agree, follow, giveUpName, withdraw } from "./reconcile.ts";
import { SortedMap } from "./sorted-map.ts";

/** Milliseconds for which the newest version of a lost secondary, held by nobody else, keeps its place. */
export const GRACE_PERIOD_MS = 15_000;

/**
 * The cluster's version of each name, decided from what the members hold; whoever holds another one is told what to do.
 *
 * The version of a name is the latest that anyone holds, by the vector that each file brings along; between strangers
 * the one with the higher number keeps the name. What a lost secondary holds still counts, until its place is needed: after `GRACE` an older
 * version that others hold takes it, and the newer one takes it back when its secondary returns.
 */
export class Catalogue {
  private readonly entries = new SortedMap<string, FileVersion>(undefined, simpleComparator);
  /** Names of which somebody who is there holds another version than the catalogue's. */
  private readonly contestedNames = new Set<string>();
  /** Contested names that were found to have nobody there who holds their version. */
  private readonly unheldNames = new Set<string>();
  /** Contested names that are gone through because somebody's time of grace is over. */
  private contestedSweep: Iterator<string> | null = null;

  private readonly paths = new PathConflicts(this.entries);
  /** The branch on which new names begin: one text for many of them. */
  private branch: string;

  /** `members`: all of them by number, as they come to be. `newBranch` gives one that nobody has chosen before. */
  constructor(
    private readonly members: ReadonlyMap<number, Member>,
    private readonly newBranch: () => string,
  ) {
    this.branch = newBranch();
  }

  get size(): number {
    return this.entries.size;
  }

  get(name: string): FileVersion | undefined {
    return this.entries.get(name);
  }

  /** Entries after a name, in the order of their names. */
  *after(name: string | null): Iterable<FileVersion> {
    const range = name === null ? this.entries.entries() : this.entries.entries(name);
    for (const [key, entry] of range) if (key !== name) yield entry;
  }

  /** A member holds a file from now on. */
  recordHeld(member: Member, file: FileVersion, effects: Effect[]): void {
    const { name, id } = file;
    const entry = this.entries.get(name);
    member.holds.set(name, file);
    if (entry?.id === id) this.apply(name, entry, entry, effects);
    else this.decide(name, member, effects);
  }

  /** Decides on the version of a name, after `fresh` has told of it, and what everybody has to do about it. */
  decide(name: string, fresh: Member, effects: Effect[]): void {
    const before = this.entries.get(name);
    const known = before && this.isHeldOrRemembered(before) ? before : undefined;
    // Better a version that will come back than none.
    const chosen =
      this.chooseVersion(known, before, name, fresh, present) ??
      this.chooseVersion(undefined, before, name, fresh, lastKnown);
    this.apply(name, before, chosen, effects);
  }

  /** Whether the file of a name has to give it up, since it is the name of a folder too. */
  hasPathConflict(name: string): boolean {
    return this.paths.has(name);
  }

  /** An entry is removed from everywhere. Gives the vector of its removal, which takes its place in the history. */
  remove(entry: FileVersion, effects: Effect[]): VersionVector {
    const vector = nextVector(entry.vector, entry, this.newDot(entry));
    entry.isBranchTip = false;
    this.entries.delete(entry.name);
    this.contestedNames.delete(entry.name);
    this.reapply(this.paths.nameRemoved(entry.name), effects);
    return vector;
  }

  /** New names begin on another branch from now on: to be called whenever something was announced. */
  startNewBranch(): void {
    this.branch = this.newBranch();
  }

  /** Somebody's time of grace is over: all contested names are to be gone through. */
  sweepContested(): void {
    this.contestedSweep = this.contestedNames.values();
  }

  /** Gives names whose version nobody who is there holds to a version that somebody does hold. Gives the steps left. */
  replaceUnheld(steps: number, now: number, effects: Effect[]): number {
    let left = steps;
    for (let name = this.nextUnheldName(); name !== undefined; name = left > 0 ? this.nextUnheldName() : undefined) {
      left -= 1;
      const entry = this.entries.get(name);
      if (!entry || this.isExpected(entry, now) || !this.isHeldByPresent(name)) continue;
      this.apply(name, entry, this.chooseVersion(undefined, entry, name, null, present), effects);
      effects.push({ kind: "sources", name });
    }
    return left;
  }

  private nextUnheldName(): string | undefined {
    for (const name of this.unheldNames) {
      this.unheldNames.delete(name);
      return name;
    }
    const next = this.contestedSweep?.next();
    if (next?.done) this.contestedSweep = null;
    return next?.done ? undefined : next?.value;
  }

  /** The latest version of a name among those that `fileOf` gives for each member, beginning with `known`. */
  private chooseVersion(
    known: FileVersion | undefined,
    before: FileVersion | undefined,
    name: string,
    fresh: Member | null,
    fileOf: VersionLookup,
  ): FileVersion | undefined {
    let entry = known;
    const replaced: string[] = [];
    const consider = (member: Member): boolean => {
      const file = fileOf(member, name);
      // What had its turn does not get another: nothing that the secondaries say can make this endless.
      if (!file || file.id === entry?.id || replaced.includes(file.id)) return false;
      const verdict = compareVersions(entry, file);
      if (verdict !== "accept" && verdict !== "displace") return false;
      if (entry) replaced.push(entry.id);
      // Where its only holder has replaced a version, the new one is the heir all the same.
      const heir = verdict === "accept" ? (entry ?? before) : undefined;
      entry = asClusterVersion(file, heir, () => this.newDot(file));
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
  private apply(
    name: string,
    before: FileVersion | undefined,
    chosen: FileVersion | undefined,
    effects: Effect[],
  ): void {
    const entry = chosen && this.withMergedHistories(chosen);
    if (!entry) this.entries.delete(name);
    else if (entry !== before) this.entries.set(name, entry);
    if (before && before !== entry) before.isBranchTip = false;
    const others = before && !entry ? this.paths.nameRemoved(name) : !before && entry ? this.paths.nameAdded(name) : [];
    let contested = false;
    let held = false;
    for (const member of this.members.values()) {
      const file = present(member, name);
      if (file && file.id !== entry?.id) contested = true;
      else if (file) held = true;
      if (file && entry && file.id === entry.id) agree(member, file, entry);
      if (member.state === "lost") continue;
      if (before?.id !== entry?.id) withdraw(member, name, effects);
      if (entry && this.paths.has(name)) giveUpName(member, name, file, effects);
      else follow(member, name, file, entry, effects);
    }
    if (contested && entry) this.contestedNames.add(name);
    else this.contestedNames.delete(name);
    if (contested && !held) this.unheldNames.add(name);
    this.reapply(others, effects);
  }

  /** Puts what is decided of names into effect once more, since something else has changed that it depends on. */
  private reapply(names: readonly string[], effects: Effect[]): void {
    for (const name of names) {
      const entry = this.entries.get(name);
      this.apply(name, entry, entry, effects);
      effects.push({ kind: "sources", name });
    }
  }

  /** An entry with the history that all who hold its content know of it. */
  private withMergedHistories(chosen: FileVersion): FileVersion {
    let entry = chosen;
    for (const member of this.members.values()) {
      const file = present(member, entry.name);
      if (file && file !== entry && file.id === entry.id) entry = mergeHistories(entry, file, () => this.newDot(file));
    }
    return entry;
  }

  /** Where a new version of the file's name is numbered: above and beside all that is known of it. */
  private newDot({ name, vector }: FileVersion): NewDot {
    const known = [vector, this.entries.get(name)?.vector ?? ""];
    for (const member of this.members.values()) known.push(lastKnown(member, name)?.vector ?? "");
    while (known.some((each) => hasBranch(each, this.branch))) this.startNewBranch();
    return { branch: this.branch, number: 1 + Math.max(...known.map(highestNumber)) };
  }

  /** Whether somebody holds an entry, or did when last heard of. */
  private isHeldOrRemembered({ name, id }: FileVersion): boolean {
    for (const member of this.members.values()) if (lastKnown(member, name)?.id === id) return true;
    return false;
  }

  /** Whether somebody holds an entry or may come back with it any moment. */
  private isExpected(entry: FileVersion, now: number): boolean {
    for (const member of this.members.values()) {
      if (lastKnown(member, entry.name)?.id !== entry.id) continue;
      if (member.state !== "lost" || member.lostAt + GRACE_PERIOD_MS > now) return true;
    }
    return false;
  }

  /** Whether somebody who is there holds any version of a name. */
  private isHeldByPresent(name: string): boolean {
    for (const member of this.members.values()) if (present(member, name)) return true;
    return false;
  }
}

type VersionLookup = (member: Member, name: string) => FileVersion | undefined;
