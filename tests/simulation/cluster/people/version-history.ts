import { conflictName } from "../../../../src/protocol/name.ts";
import { type UserEdit, UserEdits } from "../../../support/cluster/user-edits.ts";
import type { Simulation } from "../../world/simulation.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";
import type { SharedFolders } from "./shared-files.ts";

/** A file that was removed from the whole cluster. */
export interface Removal {
  readonly name: string;
  /** The version that the central had when it was told. */
  readonly id: string;
  /** Simulated milliseconds: when it was told to the central, and when that had done it; null: not yet, or it failed. */
  readonly at: number;
  doneAt: number | null;
}

/** Which versions people made in the shared folders, and which of them came after which. */
export class VersionHistory {
  readonly edits = new UserEdits();
  readonly removals: Removal[] = [];
  /** Edits by which a content came under a name: by name and id. */
  private readonly editsOf = new Map<string, Set<UserEdit>>();
  /** The last content that somebody has deleted from a folder, by secondary and name; null: something was there since. */
  private readonly deleted = new Map<string, string | null>();
  /** Of files of which bits flipped on a disk: the ids that they have since, and those from before the first one flipped. */
  private readonly undamaged = new Map<string, string>();

  constructor(
    private readonly sim: Pick<Simulation, "now">,
    private readonly folders: SharedFolders,
  ) {}

  /** A person has put a content under a name, where another one (or null: none) was. */
  put(secondary: SimSecondary, name: string, id: string, before: string | null): void {
    const there = before ?? this.deleted.get(keyOf(secondary, name)) ?? null;
    const seen = there && this.seenAs(name, there, id);
    this.filled(secondary, name);
    if (seen === id) {
      // Over the same content it is no edit, and what was removed meanwhile stays so.
      const isBack = before !== id && !this.isRemovedToo(secondary, name, id);
      if (isBack) this.putAgain(name, id);
      return;
    }
    // A damaged file under a new name is a version of that name, as it is.
    const edits = [seen, there].flatMap((one) => (one === null ? [] : [...this.editsAt(name, one)]));
    const base = seen === null ? undefined : { file: { id: seen }, edits: new Set(edits) };
    const edit = this.edits.add(name, id, base);
    this.editsAt(name, id).add(edit);
    // What comes back before the program has seen anything else there is no edit to it. Where it knows nothing of its
    // folder, what was removed may never have been away.
    const mayBeRemoved = secondary.knowsNothing && this.removalsOf(name, id).length > 0;
    if (mayBeRemoved || secondary.knowsAs(name, id)) this.edits.excuse([edit]);
  }

  /** What a person sees who is about to put a content in the place of another. */
  private seenAs(name: string, there: string, id: string): string {
    const intended = this.intendedId(there);
    // A file that got this name when it was damaged already is a version of it: without the damage it comes after that.
    return intended === id && this.edits.of(name, there).length > 0 ? there : intended;
  }

  /** A person has put the very content there that stands or stood under the name: a removal before does not mean that. */
  putAgain(name: string, id: string): void {
    this.edits.unexcuse(this.editsAt(name, id));
  }

  /** A content that nobody means to keep. It may rest for long enough to be shared: then it comes after what was there. */
  pass(secondary: SimSecondary, name: string, id: string, before: string | null): void {
    this.put(secondary, name, id, before);
    this.edits.excuse(this.editsAt(name, id));
  }

  /** A content was there, whoever put it there: it is none that must be kept. */
  found(name: string, id: string): void {
    this.editsAt(name, id).add(this.edits.addFound(name, id));
  }

  /** A content is not under a name any more: what a person puts there next comes after it. */
  gone(secondary: SimSecondary, name: string, id: string): void {
    this.deleted.set(keyOf(secondary, name), id);
    this.excuseUnlessElsewhere(name, id);
  }

  /** Something stands under a name: what somebody deleted there is not what the next content comes after. */
  filled(secondary: SimSecondary, name: string): void {
    const key = keyOf(secondary, name);
    if (this.deleted.has(key)) this.deleted.set(key, null);
  }

  /** A bit of a file has flipped on a disk, which gave it another id. */
  damaged(id: string, damagedId: string): void {
    // The same bit may flip back.
    if (!this.isDamageOf(id, damagedId)) this.undamaged.set(damagedId, id);
  }

  /** Whether a content has come from another one by bits that flipped on a disk, or is that. */
  isDamageOf(damagedId: string, id: string): boolean {
    for (let one: string | undefined = damagedId; one !== undefined; one = this.undamaged.get(one))
      if (one === id) return true;
    return false;
  }

  /** The id that a file would have if no bit of it had flipped on a disk. */
  intendedId(id: string): string {
    let intended = id;
    for (let one: string | undefined = id; one !== undefined; one = this.undamaged.get(one)) intended = one;
    return intended;
  }

  /** The central is told to remove a name. Its versions need not be kept for ever any more. */
  beginRemoval(name: string, id: string): Removal {
    const removal: Removal = { name, id, at: this.sim.now, doneAt: null };
    this.removals.push(removal);
    for (const [key, edits] of this.editsOf) if (key.startsWith(`${name}\n`)) this.edits.excuse(edits);
    return removal;
  }

  /** Versions that must be in some folder or among the kept files, under the name or that of a conflict. */
  expected(): readonly { readonly name: string; readonly id: string; readonly conflictName: string }[] {
    return this.edits.expected().map(({ name, id }) => ({ name, id, conflictName: conflictName(name, id) }));
  }

  /** Whoever had this content under the name has lost it otherwise than by a version after it. */
  excuseUnlessElsewhere(name: string, id: string): void {
    for (const [key, edits] of this.editsOf) {
      const [given = "", of] = key.split("\n");
      const names = [given, conflictName(given, id)];
      // In a conflict a file has another name than the one that somebody gave it.
      if (of !== id || !names.includes(name)) continue;
      if (!this.folders.hasSomewhere(names, id)) this.edits.excuse(edits);
    }
  }

  /**
   * Whether a content goes with a removal although somebody has put it back: while it is being removed, or where the
   * program has not seen what was there meanwhile, so that it cannot know.
   */
  private isRemovedToo(secondary: SimSecondary, name: string, id: string): boolean {
    const { role } = secondary.server;
    // Where it knows nothing of that name any more, the removal was carried out. What it saw vanish it still knows: when that
    // is back, it is as if it had never been away.
    const isKnown = !role || role.index.get(name)?.id === id || secondary.knowsAsVanished(name, id);
    return this.removalsOf(name, id).some(({ doneAt }) => doneAt === null || isKnown);
  }

  private removalsOf(name: string, id: string): Removal[] {
    return this.removals.filter((removal) => removal.name === name && removal.id === id);
  }

  private editsAt(name: string, id: string): Set<UserEdit> {
    const key = `${name}\n${id}`;
    const known = this.editsOf.get(key);
    if (known) return known;
    const made = new Set<UserEdit>();
    this.editsOf.set(key, made);
    return made;
  }
}

function keyOf({ number }: SimSecondary, name: string): string {
  return `${number} ${name}`;
}
