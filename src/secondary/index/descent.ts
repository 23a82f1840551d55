import { type Edits, includesEditOf, newestEdits, withEdit } from "../../protocol/versions/edits.ts";
import { covers, includesHistory, merge, type VersionVector } from "../../protocol/versions/version-vector.ts";

/** What the order of versions needs to know of a file. */
export interface Descent {
  /** Of the version: 64 hexadecimal digits. */
  readonly id: string;
  /** The cluster's version that it is, or, of a changed file, that it was changed from. "": none is known. */
  readonly vector: VersionVector;
  /**
   * Whether somebody put this content here, and the central has not made it the cluster's version yet. An unchanged file
   * without a vector was found here with nothing known of it.
   */
  readonly changed: boolean;
  /** How the content came about. */
  readonly edits: Edits;
}

/** A file that is exactly the cluster's version. */
export function agreedDescent(id: string, vector: VersionVector, edits: Edits): Descent {
  return { id, vector, changed: false, edits: newestEdits(edits) };
}

/** A file that somebody put here, over nothing that is known. */
export function newDescent(id: string, edit: string): Descent {
  return { id, vector: "", changed: true, edits: edit };
}

/** A file that was found here when nothing was known of the folder: old or new, nobody knows. */
export function foundDescent(id: string): Descent {
  return { id, vector: "", changed: false, edits: "" };
}

/** The descent of content `id` that somebody put here in place of `old`, which may have vanished before. */
export function changedDescent(old: Descent, id: string, edit: string): Descent {
  // As if it had never been away.
  if (old.id === id) return descentOf(old);
  return { id, vector: old.vector, changed: true, edits: withEdit(old, edit) };
}

/** The descent of a known content that somebody has put once more: who has removed it before did not mean that. */
export function putAgainDescent(known: Descent, edit: string): Descent {
  return { id: known.id, vector: known.vector, changed: true, edits: withEdit(known, edit) };
}

/** What a known file becomes when the central has numbered a version; null where that changes nothing. */
export function numberedDescent(agreed: Omit<Descent, "changed">, known: Descent): Descent | null {
  const { id, vector, edits } = agreed;
  const same = id === known.id && (edits === known.edits || known.edits === "" || includesEditOf(edits, known));
  // The very version, and not its content alone.
  if (same) return known.changed || known.vector !== vector ? { id, vector, changed: false, edits } : null;
  // Somebody has gone on from that version before its number came.
  const later = known.changed && includesEditOf(known.edits, agreed) && !includesHistory(known.vector, vector);
  return later ? { ...descentOf(known), vector: merge(vector, known.vector) } : null;
}

/** Whether nothing is lost when a copy takes the place of a known file. */
export function mayReplace(copy: Pick<Descent, "id" | "vector" | "edits">, known: Descent): boolean {
  return copy.id === known.id || follows(copy, known);
}

/** The descent of a copy that has taken the place of a known file, or of none. */
export function installedDescent(copy: Pick<Descent, "id" | "vector" | "edits">, known: Descent | undefined): Descent {
  // The same content by another edit: the central orders the copy before it knows that this one is here.
  if (known && known.id === copy.id && !follows(copy, known)) return descentOf(known);
  // It had another name here: under this one the central has not seen it yet.
  if (copy.vector === "") return newDescent(copy.id, copy.edits);
  return agreedDescent(copy.id, copy.vector, copy.edits);
}

/** Whether a known file goes with a removal: what came before it, and what may be the very version that was removed. */
export function mayRemove(removal: Pick<Descent, "id" | "vector" | "edits">, known: Descent): boolean {
  const found = !known.changed && known.vector === "";
  return (found && known.id === removal.id) || follows(removal, known);
}

/** Whether one comes after another for sure. */
function follows(one: Pick<Descent, "vector" | "edits">, other: Descent): boolean {
  return includesEditOf(one.edits, other) || (!other.changed && covers(one.vector, other.vector));
}

/** The descent alone. */
export function descentOf({ id, vector, changed, edits }: Descent): Descent {
  return { id, vector, changed, edits };
}
