import { simpleComparator } from "sorted-btree";
import type { Dot } from "../../protocol/versions/version-vector.ts";
import { hasBranch, highestNumber, type VersionVector } from "../../protocol/versions/version-vector.ts";
import { asClusterVersion, compareVersions, type FileVersion, nextVector } from "../versions/file-version.ts";
import { contradicts, mergeHistories } from "../versions/merge-histories.ts";
import { type Effect, sha256Dispute } from "./effect.ts";
import { SortedMap } from "./maps.ts";
import { PathConflicts } from "./path-conflicts.ts";
import { reconcile, withdrawCopy, yieldName } from "./reconcile.ts";
import type { SecondaryRecord } from "./secondary-record.ts";
import type { SecondaryTable } from "./secondary-table.ts";

/**
 * Milliseconds for which the newest version of a lost secondary keeps its place when nobody else holds it: longer than a
 * restart takes, so that one does not make others copy an older version.
 */
export const GRACE_PERIOD_MS = 15_000;

/** What others than the registry may ask the catalogue. */
export type CatalogueView = Pick<Catalogue, "size" | "bytes" | "changes" | "get" | "after" | "from">;

/**
 * The cluster's version of each name, decided from what the secondaries hold; those who hold another one get orders.
 *
 * The version of a name is the latest that anyone holds, by the vector that each file brings along; between two that
 * do not descend from each other the one with the higher number keeps the name. What a lost secondary holds still counts,
 * until its place is needed: after `GRACE_PERIOD_MS` an older version that others hold takes it, and the newer one takes
 * it back when its secondary returns. Sans-I/O.
 */
export class Catalogue {
  private readonly entries = new SortedMap<string, FileVersion>(undefined, simpleComparator);
  /** Names of which a present secondary holds another version than the catalogue's. */
  private readonly contestedNames = new Set<string>();
  /** Contested names whose version no present secondary holds. */
  private readonly unheldNames = new Set<string>();
  /** The contested names that are still to be checked because a grace period is over. */
  private contestedSweep: Iterator<string> | null = null;

  private totalBytes = 0;
  private changeCount = 0;

  private readonly paths = new PathConflicts(this.entries);
  /** The branch on which new names begin: one text for many of them. */
  private branch: string;

  /** `newBranch` gives a branch that nobody has chosen before. */
  constructor(
    private readonly secondaries: Pick<SecondaryTable, "all">,
    private readonly newBranch: () => string,
  ) {
    this.branch = newBranch();
  }

  get size(): number {
    return this.entries.size;
  }

  /** The sizes of all files together. */
  get bytes(): number {
    return this.totalBytes;
  }

  /** Rises with each entry that comes, goes or becomes another one. */
  get changes(): number {
    return this.changeCount;
  }

  get(name: string): FileVersion | undefined {
    return this.entries.get(name);
  }

  /** Entries after a name, in the order of their names. */
  *after(name: string | null): Iterable<FileVersion> {
    const range = name === null ? this.entries.entries() : this.entries.entries(name);
    for (const [key, entry] of range) if (key !== name) yield entry;
  }

  /** Entries from a name on, whether there is one of that name or not, in the order of their names. */
  *from(name: string): Iterable<FileVersion> {
    for (const [, entry] of this.entries.entries(name)) yield entry;
  }

  /** A secondary holds a file from now on. */
  recordHeld(secondary: SecondaryRecord, file: FileVersion, effects: Effect[]): void {
    const { name, id } = file;
    const entry = this.entries.get(name);
    secondary.addHeld(file);
    if (entry?.id === id) this.apply(name, entry, entry, effects);
    else this.decide(name, secondary, effects);
  }

  /** Decides on the version of a name, after `announcer` has announced something of it, and what each secondary has to do about it. */
  decide(name: string, announcer: SecondaryRecord, effects: Effect[]): void {
    const before = this.entries.get(name);
    const known = before && this.isHeldOrRemembered(before) ? before : undefined;
    // Better a version that will come back than none.
    const chosen =
      this.chooseVersion(known, before, name, announcer, presentVersion) ??
      this.chooseVersion(undefined, before, name, announcer, lastKnownVersion);
    this.apply(name, before, chosen, effects);
  }

  /** Whether the file of a name has to give it up, since it is the name of a folder too. */
  hasPathConflict(name: string): boolean {
    return this.paths.has(name);
  }

  /** Removes an entry. Gives the vector of its tombstone, which takes its place in the history. */
  remove(entry: FileVersion, effects: Effect[]): VersionVector {
    const vector = nextVector(entry.vector, entry, this.newDot(entry));
    entry.isBranchTip = false;
    this.entries.delete(entry.name);
    this.changeCount += 1;
    this.totalBytes -= entry.size;
    this.contestedNames.delete(entry.name);
    this.reapply(this.paths.nameRemoved(entry.name), effects);
    return vector;
  }

  /** New names begin on another branch from now on. To be called for each announcement. */
  startNewBranch(): void {
    this.branch = this.newBranch();
  }

  /** A grace period is over: `replaceUnheld` checks all contested names again. */
  sweepContested(): void {
    this.contestedSweep = this.contestedNames.values();
  }

  /** Where no present secondary holds the version of a name, chooses one that somebody holds. Gives the steps left. */
  replaceUnheld(steps: number, now: number, effects: Effect[]): number {
    let left = steps;
    for (let name = this.nextUnheldName(); name !== undefined; name = left > 0 ? this.nextUnheldName() : undefined) {
      left -= 1;
      const entry = this.entries.get(name);
      if (!entry || this.isExpected(entry, now) || !this.isHeldByPresent(name)) continue;
      this.apply(name, entry, this.chooseVersion(undefined, entry, name, null, presentVersion), effects);
      effects.push({ kind: "sources-changed", name });
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

  /** The latest version of a name among those that `fileOf` gives for each secondary, beginning with `known`. */
  private chooseVersion(
    known: FileVersion | undefined,
    before: FileVersion | undefined,
    name: string,
    announcer: SecondaryRecord | null,
    fileOf: VersionLookup,
  ): FileVersion | undefined {
    let entry = known;
    const replaced: string[] = [];
    const consider = (secondary: SecondaryRecord): boolean => {
      const file = fileOf(secondary, name);
      // A version that was replaced is not considered again: nothing that the secondaries announce makes this endless.
      if (!file || file.id === entry?.id || replaced.includes(file.id)) return false;
      const comparison = compareVersions(entry, file);
      if (comparison !== "accept" && comparison !== "displace") return false;
      if (entry) replaced.push(entry.id);
      // Where the only holder of a version has replaced it, the new one follows it all the same.
      const predecessor = comparison === "accept" ? (entry ?? before) : undefined;
      entry = asClusterVersion(file, predecessor, () => this.newDot(file));
      return true;
    };
    if (announcer) consider(announcer);
    for (let changed = true; changed; ) {
      changed = false;
      for (const secondary of this.secondaries.all()) if (consider(secondary)) changed = true;
    }
    return entry;
  }

  /** Stores a decision and has each secondary do what follows from it. */
  private apply(
    name: string,
    before: FileVersion | undefined,
    chosen: FileVersion | undefined,
    effects: Effect[],
  ): void {
    const entry = chosen && this.withMergedHistories(chosen, effects);
    if (!entry) this.entries.delete(name);
    else if (entry !== before) this.entries.set(name, entry);
    if (entry !== before) this.changeCount += 1;
    this.totalBytes += (entry?.size ?? 0) - (before?.size ?? 0);
    if (before && before !== entry) before.isBranchTip = false;
    const others = before && !entry ? this.paths.nameRemoved(name) : !before && entry ? this.paths.nameAdded(name) : [];
    let contested = false;
    let held = false;
    for (const secondary of this.secondaries.all()) {
      const file = secondary.presentVersion(name);
      if (file && file.id !== entry?.id) contested = true;
      else if (file) held = true;
      if (file && entry && file.id === entry.id) secondary.agree(file, entry);
      if (!secondary.isPresent) continue;
      if (before?.id !== entry?.id) withdrawCopy(secondary, name, effects);
      if (entry && this.paths.has(name)) yieldName(secondary, name, file, effects);
      else reconcile(secondary, name, file, entry, effects);
    }
    if (contested && entry) this.contestedNames.add(name);
    else this.contestedNames.delete(name);
    if (contested && !held) this.unheldNames.add(name);
    this.reapply(others, effects);
  }

  /** Applies the decisions on names once more: the path conflicts that they depend on have changed. */
  private reapply(names: readonly string[], effects: Effect[]): void {
    for (const name of names) {
      const entry = this.entries.get(name);
      this.apply(name, entry, entry, effects);
      effects.push({ kind: "sources-changed", name });
    }
  }

  /** An entry with the histories of all present secondaries that hold its content. */
  private withMergedHistories(chosen: FileVersion, effects: Effect[]): FileVersion {
    let entry = chosen;
    for (const secondary of this.secondaries.all()) {
      const file = secondary.presentVersion(entry.name);
      if (!file || file === entry || file.id !== entry.id) continue;
      if (contradicts(entry, file)) effects.push(sha256Dispute(secondary.number, entry, file));
      entry = mergeHistories(entry, file, () => this.newDot(file));
    }
    return entry;
  }

  /** The dot of a new version of the file's name: with a higher number than all known ones, on a branch of its own. */
  private newDot({ name, vector }: FileVersion): Dot {
    const known = [vector, this.entries.get(name)?.vector ?? ""];
    for (const secondary of this.secondaries.all()) known.push(secondary.lastKnownVersion(name)?.vector ?? "");
    while (known.some((each) => hasBranch(each, this.branch))) this.startNewBranch();
    return { branch: this.branch, number: 1 + Math.max(...known.map(highestNumber)) };
  }

  /** Whether a secondary holds an entry, or held it when it was lost. */
  private isHeldOrRemembered({ name, id }: FileVersion): boolean {
    for (const secondary of this.secondaries.all()) if (secondary.lastKnownVersion(name)?.id === id) return true;
    return false;
  }

  /** Whether a secondary holds an entry, or may come back with it within its grace period. */
  private isExpected(entry: FileVersion, now: number): boolean {
    for (const secondary of this.secondaries.all()) {
      if (secondary.lastKnownVersion(entry.name)?.id !== entry.id) continue;
      if (secondary.isPresent || secondary.lostAt + GRACE_PERIOD_MS > now) return true;
    }
    return false;
  }

  /** Whether a present secondary holds any version of a name. */
  private isHeldByPresent(name: string): boolean {
    for (const secondary of this.secondaries.all()) if (secondary.presentVersion(name)) return true;
    return false;
  }
}

type VersionLookup = (secondary: SecondaryRecord, name: string) => FileVersion | undefined;

const presentVersion: VersionLookup = (secondary, name) => secondary.presentVersion(name);
const lastKnownVersion: VersionLookup = (secondary, name) => secondary.lastKnownVersion(name);
