import { conflictName } from "../../src/protocol/name.ts";

/** A content that somebody put under a name. */
export interface Edit {
  readonly name: string;
  readonly id: string;
  /** The content that they had in front of them there, or had before it vanished. */
  readonly over: string | null;
  /** What they had in front of them came about by these. */
  readonly history: ReadonlySet<Edit>;
}

/** What people did, and with what in front of them: independent of all that the program remembers of it. */
export class Edits {
  private readonly all: Edit[] = [];
  /** Whose content may be gone: it was deleted or removed by somebody who had it. */
  private readonly excused = new Set<Edit>();
  /** Whose places in the central's history their editors do not know, or know no more. */
  private readonly forgotten = new Set<Edit>();

  make(name: string, id: string, before: { file: { id: string }; edits: ReadonlySet<Edit> } | undefined): Edit {
    const edit = {
      name,
      id,
      over: before?.file.id ?? null,
      history: before ? this.upTo(before.edits) : new Set<Edit>(),
    };
    this.all.push(edit);
    return edit;
  }

  /** A content that is found by a secondary that knows nothing of it any more. */
  find(name: string, id: string): Edit {
    const edit = this.make(name, id, undefined);
    this.forget([edit]);
    this.excused.add(edit);
    return edit;
  }

  /** Where the central has told of these, nobody knows any more. */
  forget(edits: Iterable<Edit>): void {
    for (const edit of edits) this.forgotten.add(edit);
  }

  /** Whether several people have put this under the name, each for themselves. */
  isTwice(name: string, id: string): boolean {
    return this.all.filter((edit) => edit.name === name && edit.id === id).length > 1;
  }

  isForgotten(edit: Edit): boolean {
    return this.forgotten.has(edit);
  }

  /** These edits and all that they came after. */
  upTo(edits: Iterable<Edit>): Set<Edit> {
    const all = new Set<Edit>();
    for (const edit of edits) {
      all.add(edit);
      for (const earlier of edit.history) all.add(earlier);
    }
    return all;
  }

  excuse(edits: Iterable<Edit>): void {
    for (const edit of edits) this.excused.add(edit);
  }

  /** Somebody has put it back. */
  count(edits: Iterable<Edit>): void {
    for (const edit of edits) this.excused.delete(edit);
  }

  /** Those whose content must still be somewhere. */
  expected(): Edit[] {
    return this.all.filter((edit) => !this.excused.has(edit) && !this.all.some((later) => supersedes(later, edit)));
  }

  /** All names that people gave, and those that their contents have in conflicts. */
  names(): Set<string> {
    return new Set(this.all.flatMap(({ name, id }) => [name, conflictName(name, id)]));
  }
}

/** Whether somebody had the content of an edit in front of them and put another one in its place, not knowing better. */
function supersedes(later: Edit, edit: Edit): boolean {
  if (later === edit || edit.history.has(later)) return false;
  return later.history.has(edit) || (later.name === edit.name && later.over === edit.id);
}
