import { conflictName } from "../../../../src/protocol/name.ts";
import { type UserEdit, UserEdits } from "../../../support/cluster/user-edits.ts";
import { SystemError } from "../../world/disk/errors.ts";
import type { UserWriter } from "../../world/disk/machine/user-files.ts";
import type { SeededRandom } from "../../world/random.ts";
import type { Simulation } from "../../world/simulation.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";
import { idOf, makeContent } from "./content.ts";
import { SharedFiles } from "./shared-files.ts";
import type { Damage, KnownContent, PastFile, PutWay, Removal, Unfinished } from "./user-records.ts";

/** What people did in the shared folders, and which contents came about by it. */
export class Users {
  /** Which versions they made, and which of them came after which. */
  readonly edits = new UserEdits();
  readonly removals: Removal[] = [];
  /** Files that somebody is writing over just now. */
  readonly unfinished = new Set<Unfinished>();
  /** Files of which a bit flipped on a disk, by the ids that they have since. */
  readonly damaged = new Map<string, Damage>();
  private readonly contents = new Map<string, KnownContent>();
  /** Edits by which a content came under a name: by name and id. */
  private readonly editsOf = new Map<string, Set<UserEdit>>();
  /** The last content that somebody has deleted from a folder, by secondary and name; null: something was there since. */
  private readonly deleted = new Map<string, string | null>();
  private readonly folders = new Map<SimSecondary, SharedFiles>();
  private lastSerial = 0;

  constructor(
    private readonly sim: Simulation,
    private readonly secondaries: readonly SimSecondary[],
  ) {
    for (const secondary of secondaries) this.folders.set(secondary, new SharedFiles(secondary));
  }

  /** The shared folder of a secondary, as people see it. */
  filesOf(secondary: SimSecondary): SharedFiles {
    const files = this.folders.get(secondary);
    if (!files) throw new Error(`secondary ${secondary.number} is of another cluster`);
    return files;
  }

  /** All contents that files ever had, in the order in which they came about. */
  get known(): ReadonlyMap<string, KnownContent> {
    return this.contents;
  }

  /** Bytes that nobody has had before. */
  newContent(size: number): Uint8Array {
    this.lastSerial += 1;
    return makeContent(this.lastSerial, size);
  }

  /** Puts a content under a name: a version that must not be lost. */
  put(secondary: SimSecondary, name: string, bytes: Uint8Array, way: PutWay): void {
    const files = this.filesOf(secondary);
    if (!files.canHold(name)) return;
    const before = files.idOf(name);
    const { id } = this.learn(bytes, true);
    const done = this.attempt(secondary, name, () => {
      if (way === "by rename") files.replace(name, bytes);
      else files.write(name, bytes);
    });
    if (done) this.recordEdit(secondary, name, id, before);
  }

  /** A file has a content for the moment that nobody means to keep: a step on the way to another one. */
  passThrough(secondary: SimSecondary, name: string, bytes: Uint8Array): void {
    const files = this.filesOf(secondary);
    if (!files.canHold(name)) return;
    const before = files.idOf(name);
    const { id } = this.learn(bytes, false);
    if (!this.attempt(secondary, name, () => files.write(name, bytes))) return;
    this.pass(secondary, name, id, before);
  }

  /** Writes half of a content over a file of the same length and keeps it open. The result writes the rest and closes it. */
  beginWritingOver(secondary: SimSecondary, name: string, bytes: Uint8Array): () => void {
    const files = this.filesOf(secondary);
    const [before, half] = [files.idOf(name), bytes.length >> 1];
    if (before === null || files.read(name)?.length !== bytes.length || secondary.machine.isOff) return () => {};
    let writer: UserWriter | undefined;
    const done = this.attempt(secondary, name, () => {
      writer = files.overwriter(name);
      writer.write(bytes.subarray(0, half));
    });
    if (!writer || !done) return () => writer?.close();
    const open = writer;
    const one = { secondary, name, id: this.learn(files.read(name) ?? bytes, false).id, writer: open };
    this.pass(secondary, name, one.id, before);
    this.unfinished.add(one);
    return () => {
      this.unfinished.delete(one);
      const isOwn = open.file !== null && files.idOf(name) === one.id;
      if (isOwn && this.attempt(secondary, name, () => open.write(bytes.subarray(half))))
        this.recordEdit(secondary, name, this.learn(bytes, true).id, one.id);
      open.close();
    };
  }

  /** Deletes a file from one folder. */
  delete(secondary: SimSecondary, name: string): void {
    const files = this.filesOf(secondary);
    const id = files.idOf(name);
    if (id === null) return;
    if (!this.attempt(secondary, name, () => files.delete(name))) return;
    this.deleted.set(keyOf(secondary, name), id);
    this.excuseUnlessElsewhere(name, id);
  }

  /** Deletes a folder with all that is in it. */
  deleteFolder(secondary: SimSecondary, name: string): void {
    const files = this.filesOf(secondary);
    if (!files.isFolder(name)) return;
    for (const inside of files.all().keys()) if (inside.startsWith(`${name}/`)) this.delete(secondary, inside);
    this.attempt(secondary, name, () => files.delete(name));
  }

  /** Deletes a folder that is left of files which people have deleted or moved away: it keeps a file from its place. */
  clearEmptied(secondary: SimSecondary, name: string): void {
    const files = this.filesOf(secondary);
    const inside = (key: string) => key.startsWith(`${name}/`);
    const isEmptied = [...this.deleted.keys()].some((key) => key.startsWith(`${keyOf(secondary, name)}/`));
    if (!isEmptied || !files.isFolder(name) || [...files.all().keys()].some(inside)) return;
    this.attempt(secondary, name, () => files.delete(name));
  }

  /** Renames a file in one folder; what has the new name is replaced. */
  rename(secondary: SimSecondary, from: string, to: string): void {
    const files = this.filesOf(secondary);
    const id = files.idOf(from);
    if (id === null || from === to || !files.canHold(to)) return;
    const before = files.idOf(to);
    if (!this.attempt(secondary, to, () => files.rename(from, to))) return;
    this.recordEdit(secondary, to, id, before);
    this.deleted.set(keyOf(secondary, from), id);
    this.excuseUnlessElsewhere(from, id);
  }

  /** Renames a folder in one shared folder, where there is none of the new name. */
  renameFolder(secondary: SimSecondary, from: string, to: string): void {
    const files = this.filesOf(secondary);
    if (!files.isFolder(from) || from === to || to.startsWith(`${from}/`)) return;
    if (files.isFolder(to) || !files.canHold(to) || files.idOf(to) !== null) return;
    const inside = [...files.all()].filter(([name]) => name.startsWith(`${from}/`));
    if (!this.attempt(secondary, to, () => files.rename(from, to))) return;
    for (const [name, id] of inside) {
      this.recordEdit(secondary, `${to}${name.slice(from.length)}`, id, null);
      this.deleted.set(keyOf(secondary, name), id);
      this.excuseUnlessElsewhere(name, id);
    }
  }

  /** A kept file was put back at a secondary, where another content (or null: none) was. */
  restored(secondary: SimSecondary, name: string, id: string, before: string | null): void {
    this.recordEdit(secondary, name, id, before);
  }

  /** Something stands under a name: what somebody deleted there is not what the next content comes after. */
  filled(secondary: SimSecondary, name: string): void {
    const key = keyOf(secondary, name);
    if (this.deleted.has(key)) this.deleted.set(key, null);
  }

  /** The content with this id was there, whoever put it there: it is none that must be kept. */
  found(name: string, bytes: Uint8Array): void {
    const { id } = this.learn(bytes, false);
    this.editsAt(name, id).add(this.edits.addFound(name, id));
  }

  /** A bit of a file flips on the disk. */
  damage(secondary: SimSecondary, name: string, random: SeededRandom): void {
    const files = this.filesOf(secondary);
    const id = files.idOf(name);
    if (id === null || !files.flipBit(name, random)) return;
    const bytes = files.read(name);
    if (bytes) {
      const damagedId = this.learn(bytes, false).id;
      // Without its data the secondary takes it for a file of its own.
      this.found(name, bytes);
      // What it has not read since somebody wrote it is what that person wrote, as far as it can know.
      if (!secondary.hasRead(name, files.modifiedNs(name))) this.pass(secondary, name, damagedId, id);
      this.damaged.set(damagedId, { secondary, name, id: this.intendedId(id), at: this.sim.now });
    }
    this.excuseUnlessElsewhere(name, id);
  }

  /** The id that a file would have if no bit of it had flipped on a disk. */
  intendedId(id: string): string {
    return this.damaged.get(id)?.id ?? id;
  }

  /** Somebody puts a file back from a backup. */
  putBack(secondary: SimSecondary, name: string): void {
    const id = this.filesOf(secondary).idOf(name);
    const content = id === null ? undefined : this.contents.get(this.intendedId(id));
    if (content) this.put(secondary, name, content.bytes, "by rename");
  }

  /** The files of a folder before a fault that may change them. */
  filesBefore(secondary: SimSecondary): ReadonlyMap<string, PastFile> {
    const files = this.filesOf(secondary);
    const past = [...files.all()].map(([name, id]): [string, PastFile] => {
      return [name, { id, isPutAgain: secondary.hasStoredEarlier(name, id, files.modifiedNs(name)) }];
    });
    return new Map(past);
  }

  /** A fault has changed files of a folder, which were these before. */
  foundAfterwards(secondary: SimSecondary, before: ReadonlyMap<string, PastFile>): void {
    const files = this.filesOf(secondary);
    for (const [name, id] of files.all()) {
      const past = before.get(name);
      const bytes = past?.id === id ? null : files.read(name);
      if (!bytes) continue;
      this.found(name, bytes);
      // The program knows the content that somebody put there again: it cannot know that this is not what it finds.
      if (past?.isPutAgain && !secondary.hasRead(name, files.modifiedNs(name))) this.pass(secondary, name, id, past.id);
    }
    for (const [name, { id }] of before) {
      const now = files.idOf(name);
      // Its secondary knows it still: what somebody puts there comes after it.
      if (now === null) this.deleted.set(keyOf(secondary, name), id);
      if (now !== id) this.excuseUnlessElsewhere(name, id);
    }
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
      const isElsewhere = this.secondaries.some((secondary) => {
        return names.some((one) => this.filesOf(secondary).idOf(one) === id);
      });
      if (!isElsewhere) this.edits.excuse(edits);
    }
  }

  /** Does what a person does; false where the system refuses, which may have left anything under the name. */
  private attempt(secondary: SimSecondary, name: string, work: () => void): boolean {
    if (secondary.machine.isOff) return false;
    const files = this.filesOf(secondary);
    const before = files.idOf(name);
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const bytes = files.read(name);
      if (bytes && idOf(bytes) !== before) this.pass(secondary, name, this.learn(bytes, false).id, before);
      if (before !== null && bytes === null) this.excuseUnlessElsewhere(name, before);
      return false;
    }
  }

  /** A content that nobody means to keep. It may rest for long enough to be shared: then it comes after what was there. */
  private pass(secondary: SimSecondary, name: string, id: string, before: string | null): void {
    this.recordEdit(secondary, name, id, before);
    this.edits.excuse(this.editsAt(name, id));
  }

  private recordEdit(secondary: SimSecondary, name: string, id: string, before: string | null): void {
    const there = before ?? this.deleted.get(keyOf(secondary, name)) ?? null;
    const seen = there && this.intendedId(there);
    this.filled(secondary, name);
    if (seen === id) {
      // Over the same content it is no edit, and what was removed meanwhile stays so.
      const isBack = before !== id && !this.isRemovedToo(secondary, name, id);
      if (isBack) this.edits.unexcuse(this.editsAt(name, id));
      return;
    }
    // A damaged file under a new name is a version of that name, as it is.
    const edits = [seen, there].flatMap((one) => (one === null ? [] : [...this.editsAt(name, one)]));
    const base = seen === null ? undefined : { file: { id: seen }, edits: new Set(edits) };
    const edit = this.edits.add(name, id, base);
    this.editsAt(name, id).add(edit);
    // What comes back before the program has seen anything else there is no edit to it.
    if (secondary.knowsAs(name, id)) this.edits.excuse([edit]);
  }

  /**
   * Whether a content goes with a removal although somebody has put it back: while it is being removed, or where the
   * program has not seen what was there meanwhile, so that it cannot know.
   */
  private isRemovedToo(secondary: SimSecondary, name: string, id: string): boolean {
    const known = secondary.server.role?.index.get(name)?.id ?? id;
    const removals = this.removals.filter((removal) => removal.name === name && removal.id === id);
    return removals.some(({ doneAt }) => doneAt === null || known === id);
  }

  private editsAt(name: string, id: string): Set<UserEdit> {
    const key = `${name}\n${id}`;
    const known = this.editsOf.get(key);
    if (known) return known;
    const made = new Set<UserEdit>();
    this.editsOf.set(key, made);
    return made;
  }

  private learn(bytes: Uint8Array, whole: boolean): KnownContent {
    const id = idOf(bytes);
    const known = this.contents.get(id);
    if (known && (known.whole || !whole)) return known;
    const content = { id, bytes, firstAt: known?.firstAt ?? this.sim.now, whole };
    this.contents.set(id, content);
    return content;
  }
}

function keyOf({ number }: SimSecondary, name: string): string {
  return `${number} ${name}`;
}
