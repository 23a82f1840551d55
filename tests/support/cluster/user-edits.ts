import { conflictName } from "../../../src/protocol/name.ts";

/** A user put a content under a name. */
export interface UserEdit {
  readonly name: string;
  readonly id: string;
  /** The content that was there before, or was there until it was deleted. */
  readonly over: string | null;
  /** The edits by which that content came about. */
  readonly history: ReadonlySet<UserEdit>;
}

/** What users did, and what was there when they did it: apart from all that the program remembers. */
export class UserEdits {
  private readonly all: UserEdit[] = [];
  /** Edits whose content may be gone: a user who had it deleted or removed it. */
  private readonly excused = new Set<UserEdit>();
  /** Edits whose places in the central's history are not known where they were made, or not any more. */
  private readonly forgotten = new Set<UserEdit>();

  add(name: string, id: string, before: { file: { id: string }; edits: ReadonlySet<UserEdit> } | undefined): UserEdit {
    const edit = {
      name,
      id,
      over: before?.file.id ?? null,
      history: before ? this.withHistory(before.edits) : new Set<UserEdit>(),
    };
    this.all.push(edit);
    return edit;
  }

  /** A content that is found by a secondary that knows nothing of it any more. */
  addFound(name: string, id: string): UserEdit {
    const edit = this.add(name, id, undefined);
    this.forget([edit]);
    this.excused.add(edit);
    return edit;
  }

  /** Where these are in the central's history is not known any more. */
  forget(edits: Iterable<UserEdit>): void {
    for (const edit of edits) this.forgotten.add(edit);
  }

  /** Whether several users have put this under the name, none knowing of the others. */
  isMadeTwice(name: string, id: string): boolean {
    return this.all.filter((edit) => edit.name === name && edit.id === id).length > 1;
  }

  /** The edits by which a content came under a name. */
  of(name: string, id: string): UserEdit[] {
    return this.all.filter((edit) => edit.name === name && edit.id === id);
  }

  /** The contents that came under a name. */
  idsOf(name: string): string[] {
    return this.all.filter((edit) => edit.name === name).map(({ id }) => id);
  }

  /** Whether a content was under a name only before another one came there, each time that it did. */
  isOlder(name: string, id: string, than: string): boolean {
    const [older, newer] = [this.of(name, id), this.of(name, than)];
    const isAfter = ({ history }: UserEdit) => older.every((edit) => history.has(edit));
    return older.length > 0 && newer.length > 0 && newer.every(isAfter);
  }

  /** Whether somebody put a content in the place of another, or of what came after that: it may have been there again since. */
  cameAfter(name: string, id: string, earlier: string): boolean {
    const edits = this.of(name, earlier);
    return this.of(name, id).some(({ history }) => edits.some((edit) => history.has(edit)));
  }

  /** Whether a content must still be somewhere. */
  isExpected(name: string, id: string): boolean {
    return this.expected().some((edit) => edit.name === name && edit.id === id);
  }

  /** Whether a content may be gone: a user who had it deleted or removed it. */
  isExcused(edit: UserEdit): boolean {
    return this.excused.has(edit);
  }

  isForgotten(edit: UserEdit): boolean {
    return this.forgotten.has(edit);
  }

  /** These edits and all that they came after. */
  withHistory(edits: Iterable<UserEdit>): Set<UserEdit> {
    const all = new Set<UserEdit>();
    for (const edit of edits) {
      all.add(edit);
      for (const earlier of edit.history) all.add(earlier);
    }
    return all;
  }

  excuse(edits: Iterable<UserEdit>): void {
    for (const edit of edits) this.excused.add(edit);
  }

  /** A user has put the content back. */
  unexcuse(edits: Iterable<UserEdit>): void {
    for (const edit of edits) this.excused.delete(edit);
  }

  /** Those whose content must still be somewhere. */
  expected(): UserEdit[] {
    return this.all.filter((edit) => !this.excused.has(edit) && !this.all.some((later) => supersedes(later, edit)));
  }

  /** All names that people gave, and those that their contents have in conflicts. */
  names(): Set<string> {
    return new Set(this.all.flatMap(({ name, id }) => [name, conflictName(name, id)]));
  }
}

/** Whether somebody had the content of an edit in front of them and put another one in its place, not knowing better. */
function supersedes(later: UserEdit, edit: UserEdit): boolean {
  if (later === edit || edit.history.has(later)) return false;
  return later.history.has(edit) || (later.name === edit.name && later.over === edit.id);
}
