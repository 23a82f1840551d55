import { type Random, shortId } from "../../platform/random.ts";
import { MAX_VANISHED, type VanishedFile } from "./file-record.ts";

/** What was known of names that have no file now, so that a file that is put there next comes after it. */
export class VanishedFiles {
  private readonly random: Random;
  /** The oldest first. */
  private readonly files = new Map<string, VanishedFile>();
  private current: string;
  private readonly unsynced = new Set<string>();

  constructor(random: Random) {
    this.random = random;
    this.current = shortId(random);
  }

  /** The edit of files under names about which nothing is known: one text for all of them. */
  get newEdit(): string {
    return this.current;
  }

  get(name: string): VanishedFile | undefined {
    return this.files.get(name);
  }

  /** The vanished files among these names. */
  among(names: readonly string[]): string[] {
    return this.files.size === 0 ? [] : names.filter((name) => this.files.has(name));
  }

  /** Beyond the limit the oldest are forgotten. */
  add(vanished: readonly VanishedFile[]): void {
    for (const file of vanished) this.files.set(file.name, file);
    const excess = Math.max(0, this.files.size - MAX_VANISHED);
    if (excess > 0) this.forget([...this.files.keys()].slice(0, excess));
  }

  /**
   * A removed file has left the folder, which may not survive a power loss yet: until it does, what is known of it stays
   * stored, so that it can be known again, and what somebody puts there comes after nothing all the same.
   */
  markUnsynced(name: string): void {
    this.forget([name]);
    this.unsynced.add(name);
  }

  isUnsynced(name: string): boolean {
    return this.unsynced.has(name);
  }

  /** The removed files of which it is not certain that they have left the folder. */
  allUnsynced(): string[] {
    return [...this.unsynced];
  }

  /** A file is there again. */
  delete(name: string): void {
    this.files.delete(name);
    this.unsynced.delete(name);
  }

  /** Nothing is known of these names any more: what comes there next must not have the edit of what was new before. */
  forget(names: readonly string[]): void {
    for (const name of names) this.delete(name);
    if (names.length > 0) this.current = shortId(this.random);
  }
}
