/**
 * The latest edits that led to the content of a file: their ids, separated by spaces, the edit of this content first. An
 * edit is what a user does when they put a content under a name. Its id is 8 random hexadecimal digits. The secondary
 * where it was made knows it before the central has numbered it, and also when the answer of the central was lost.
 * "" means that the edits are unknown. Then the id is the first 8 digits of the version, which every secondary can derive.
 */
export type Edits = string;

/** A version, and the edits that led to it. */
export interface EditedVersion {
  readonly id: string;
  readonly edits: Edits;
}

/** Characters in the id of an edit. */
const EDIT_LENGTH = 8;
/** Most edits of a version that the central has numbered. */
const MAX_NUMBERED_EDITS = 8;
/** Most edits of a file: more would make a batch of files too long for a frame. */
export const MAX_EDITS = 24;

/** The form of edits on the wire. */
export const EDITS_PATTERN = /^(?:[0-9a-f]{8}(?: [0-9a-f]{8}){0,23})?$/;

/** The id of the edit that made this content. */
export function ownEdit({ id, edits }: EditedVersion): string {
  return (edits === "" ? id : edits).slice(0, EDIT_LENGTH);
}

/** Whether the edit that made `other` is among `edits`. */
export function includesEditOf(edits: Edits, other: EditedVersion): boolean {
  return edits.includes(ownEdit(other));
}

/**
 * The edits of a content that has replaced `old`. When there are too many, those in the middle are left out: a central
 * that was away for long knows one of the oldest, and one that was there knows one of the newest.
 */
export function withEdit(old: EditedVersion, edit: string): Edits {
  const all = [edit, ...(old.edits || ownEdit(old)).split(" ")];
  return (
    all.length <= MAX_EDITS ? all : [...all.slice(0, MAX_NUMBERED_EDITS), ...all.slice(MAX_NUMBERED_EDITS - MAX_EDITS)]
  ).join(" ");
}

/** The newest edits, which are enough for a version that the central has numbered. */
export function newestEdits(edits: Edits): Edits {
  return edits.slice(0, MAX_NUMBERED_EDITS * (EDIT_LENGTH + 1) - 1);
}

/** `edits`, changed so that they include the edit of `other`: many users may have put the same content. */
export function editsIncluding(edits: Edits, other: EditedVersion): Edits {
  if (edits === other.edits || includesEditOf(edits, other)) return edits;
  return [...edits.split(" ").slice(0, MAX_NUMBERED_EDITS - 1), ownEdit(other)].join(" ").trimStart();
}

/** The edits of a content that was made in two ways. */
export function mergeEdits(one: EditedVersion, other: EditedVersion): Edits {
  if (one.edits === other.edits) return one.edits;
  // When the edits of one are unknown, those of the other come first.
  const [first, second] = one.edits === "" ? [other, one] : [one, other];
  const [, ...rest] = first.edits.split(" ");
  return newestEdits(
    [...new Set([ownEdit(first), ...(second.edits || ownEdit(second)).split(" "), ...rest])].join(" "),
  );
}
