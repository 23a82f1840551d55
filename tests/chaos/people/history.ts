import type { Digest } from "./content.ts";

/** What people did to one name, and so what may and must be there once everything has come to rest. */
export interface NameRecord {
  /** Every version that was ever under this name by somebody's doing. */
  readonly made: Set<Digest>;
  /** Versions that nobody has replaced, knowing them: each must be there, under its name, as a conflict file or kept. */
  readonly tips: Set<Digest>;
  /** Versions that may be there besides, because nobody can say from outside which of two acts came first. */
  readonly possible: Set<Digest>;
  presence: Presence;
  /** Whether somebody has asked the central to remove it, and had no answer: it may do so at any time until all is at rest. */
  removalPending: boolean;
}

/** Whether there may be a file of a name at the end. */
export type Presence = "there" | "there or not" | "removed";

/** What a person's act replaced: a version, nothing, or nobody knows what. */
export type Replaced = { readonly version: Digest } | "nothing" | "unknown";

/**
 * The acts of all people, in their order, and what follows from them by the program's promises alone: nothing here
 * depends on how the program works.
 */
export class History {
  readonly records = new Map<string, NameRecord>();
  /** Acts so far. */
  acts = 0;

  record(name: string): NameRecord {
    let record = this.records.get(name);
    if (!record) {
      const [made, tips, possible] = [new Set<Digest>(), new Set<Digest>(), new Set<Digest>()];
      record = { made, tips, possible, presence: "there or not", removalPending: false };
      this.records.set(name, record);
    }
    return record;
  }

  /** Somebody has put a version under a name, in place of another one or of nothing. */
  wrote(name: string, version: Digest, replaced: Replaced): void {
    const record = this.begin(name);
    if (typeof replaced === "object") record.tips.delete(replaced.version);
    // Where a file was deleted, the next one may count as its next version.
    else this.loosen(record);
    record.made.add(version);
    record.tips.add(version);
    this.isThere(record);
  }

  /** A version went to a place where no name leads to it any more, because the program moved the file meanwhile. */
  wroteAside(name: string, version: Digest): void {
    const record = this.begin(name);
    record.made.add(version);
    record.possible.add(version);
  }

  /** Somebody has deleted a file from one folder. `elsewhere`: another folder holds the same version, so it comes back. */
  deleted(name: string, version: Digest, elsewhere: boolean): void {
    const record = this.begin(name);
    if (elsewhere) return;
    record.tips.delete(version);
    // The others copy back what they have, which may be what this version had replaced.
    for (const earlier of record.made) record.possible.add(earlier);
    // Other versions may be there as conflict files alone.
    record.presence = "there or not";
  }

  /** Somebody asks the central to remove a file. */
  removing(name: string): void {
    const record = this.begin(name);
    this.loosen(record);
    record.presence = "there or not";
    record.removalPending = true;
  }

  /** The central says that it removes a file. `settled`: all had the same version before, and nobody touched it. */
  removed(name: string, settled: boolean): void {
    const record = this.record(name);
    record.removalPending = false;
    record.presence = settled ? "removed" : "there or not";
    if (settled) record.possible.clear();
  }

  /** Somebody has asked for a kept version back. `done`: the answer was that it is there. */
  restored(name: string, done: boolean): void {
    const record = this.begin(name);
    this.loosen(record);
    for (const version of record.made) record.possible.add(version);
    if (done) this.isThere(record);
    else record.presence = "there or not";
  }

  /** A conflict file was removed: its content need not be there for the sake of the name that it came from. */
  forgave(name: string, version: Digest): void {
    const record = this.begin(name);
    record.tips.delete(version);
    record.possible.add(version);
  }

  /** Everything has come to rest: from here on each name has this version, or none. */
  settled(versions: ReadonlyMap<string, Digest>): void {
    for (const [name, record] of this.records) {
      const version = versions.get(name);
      record.tips.clear();
      record.possible.clear();
      record.removalPending = false;
      if (version !== undefined) record.tips.add(version);
      record.presence = version === undefined ? "removed" : "there";
    }
  }

  private begin(name: string): NameRecord {
    this.acts += 1;
    return this.record(name);
  }

  private isThere(record: NameRecord): void {
    record.presence = record.removalPending ? "there or not" : "there";
  }

  private loosen(record: NameRecord): void {
    for (const version of record.tips) record.possible.add(version);
    record.tips.clear();
  }
}

/** The name that a conflict file came from; the name itself where it is none. */
export function originalName(name: string): string {
  const original = name.replace(/\.conflict-[0-9a-f]{8}(?=\.[^./]*$|$)/, "");
  return original === name ? name : originalName(original);
}
