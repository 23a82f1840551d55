/**
 * How the content of a file came about lately: ids of what people put under its name, separated by spaces, the content's
 * own first. An id is 8 hexadecimal digits, of one edit of a name and no other. Whoever made an edit knows it before the
 * central has numbered it, and also when the central's word was lost. "" where nobody knows: then the content itself
 * gives the id, the first 8 digits of its version, which is the same wherever it is found.
 */
export type Edits = string;

/** A version, and how it came about. */
export interface EditedVersion {
  readonly id: string;
  readonly edits: Edits;
}

/** Characters in the id of an edit. */
const EDIT_LENGTH = 8;
/** Most edits that are named of a version that the central has numbered. */
const MAX_NUMBERED_EDITS = 8;
/** Most edits that are named of a file at all. */
export const MAX_EDITS = 24;

/** What they look like on the wire. */
export const EDITS_PATTERN = /^(?:[0-9a-f]{8}(?: [0-9a-f]{8}){0,23})?$/;

/** The edit that made a content. */
export function ownEdit({ id, edits }: EditedVersion): string {
  return (edits === "" ? id : edits).slice(0, EDIT_LENGTH);
}

/** Whether the content of `other` is one that those who made `edits` had, or made. */
export function includesEditOf(edits: Edits, other: EditedVersion): boolean {
  return edits.includes(ownEdit(other));
}

/**
 * The edits of what somebody put in place of `old`. Of too many those in the middle are left out: the central may know one
 * of the first, when it could not be heard any more, or one of the last.
 */
export function withEdit(old: EditedVersion, edit: string): Edits {
  const all = [edit, ...(old.edits || ownEdit(old)).split(" ")];
  return (
    all.length <= MAX_EDITS ? all : [...all.slice(0, MAX_NUMBERED_EDITS), ...all.slice(MAX_NUMBERED_EDITS - MAX_EDITS)]
  ).join(" ");
}

/** The edits of a version that the central has numbered: the newest are enough. */
export function newestEdits(edits: Edits): Edits {
  return edits.slice(0, MAX_NUMBERED_EDITS * (EDIT_LENGTH + 1) - 1);
}

/** The edits of a version, and among them that by which a secondary knows it: very many may have put the same. */
export function editsIncluding(edits: Edits, other: EditedVersion): Edits {
  if (edits === other.edits || includesEditOf(edits, other)) return edits;
  return [...edits.split(" ").slice(0, MAX_NUMBERED_EDITS - 1), ownEdit(other)].join(" ").trimStart();
}

/** The edits of a content that came about in two ways. */
export function mergeEdits(one: EditedVersion, other: EditedVersion): Edits {
  if (one.edits === other.edits) return one.edits;
  // Where nobody knows the one, the other is how it came about.
  const [first, second] = one.edits === "" ? [other, one] : [one, other];
  const [, ...rest] = first.edits.split(" ");
  return newestEdits(
    [...new Set([ownEdit(first), ...(second.edits || ownEdit(second)).split(" "), ...rest])].join(" "),
  );
}
