/**
 * How the content of a file came about lately: ids of what people put under its name, separated by spaces, the content's
 * own first. An id is 8 hexadecimal digits, of one edit of a name and no other. Whoever made an edit knows it before the
 * central has numbered it, and also when the central's word was lost. "" where nobody knows.
 */
export type Edits = string;

/** Characters in the id of an edit. */
const EDIT = 8;
/** Most edits that are named of a version that the central has numbered. */
const NEWEST = 8;
/** Most edits that are named of a file at all. */
export const MAX_EDITS = 24;

/** What they look like on the wire. */
export const EDITS_PATTERN = /^(?:[0-9a-f]{8}(?: [0-9a-f]{8}){0,23})?$/;

/** The edits of a version that was found without history: the same wherever it is found. */
export function foundEdits(version: string): Edits {
  return version.slice(0, EDIT);
}

/** Whether the content of `other` is one that those who made `edits` had, or made. */
export function knows(edits: Edits, other: Edits): boolean {
  return other !== "" && edits.includes(other.slice(0, EDIT));
}

/**
 * Another edit after `edits`. Of too many those in the middle are left out: the central may know one of the first, when it
 * could not be heard any more, or one of the last.
 */
export function withEdit(edits: Edits, id: string): Edits {
  const all = edits === "" ? [id] : [id, ...edits.split(" ")];
  return (all.length <= MAX_EDITS ? all : [...all.slice(0, NEWEST), ...all.slice(NEWEST - MAX_EDITS)]).join(" ");
}

/** The edits of a version that the central has numbered: the newest are enough. */
export function newestOf(edits: Edits): Edits {
  return edits.slice(0, NEWEST * (EDIT + 1) - 1);
}

/** The edits of a content that came about twice. */
export function mergeEdits(edits: Edits, others: Edits): Edits {
  if (edits === others || others === "" || edits === "") return edits || others;
  const [own = "", ...rest] = edits.split(" ");
  return newestOf([...new Set([own, ...others.split(" "), ...rest])].join(" "));
}
