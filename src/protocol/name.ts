import { type Sentence, say } from "../sentences/sentence.ts";
/** Longest name of a file, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 1024;
/** Longest segment of a path, in bytes, that file systems accept. */
export const MAX_SEGMENT_BYTES = 255;
/** Longest extension, in bytes, that a changed name keeps at its end. */
const MAX_EXTENSION_BYTES = 32;

/** Characters that must not be in a name: control characters, lone surrogates and line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
/** A name in ASCII without a fault, if it is not too long: nearly all are, and are tested ten times as fast by this. */
const FAULTLESS = /^(?!\.)[ -.0-~]+(?:\/(?!\.)[ -.0-~]+)*$/;

/**
 * Why `name` cannot be the name of a shared file, or null when it can. A name is a path relative to the shared folder,
 * with `/` between its segments. Segments that begin with a dot are hidden and not shared.
 */
export function nameFault(name: string): Sentence | null {
  if (name.length <= MAX_NAME_BYTES && FAULTLESS.test(name)) return null;
  if (name === "") return say("it is empty");
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return say("it is longer than {most} bytes", { most: MAX_NAME_BYTES });
  if (UNPRINTABLE.test(name)) return say("it contains a control character");
  for (const segment of name.split("/")) {
    if (segment === "") return say("it has an empty segment");
    if (segment.startsWith(".")) return say("a segment begins with a dot");
  }
  return null;
}

/** Whether `name` can be the name of a shared file. */
export function isName(name: string): boolean {
  return nameFault(name) === null;
}

/** The new name of a file whose name another version has taken: `a/b.bin` → `a/b.conflict-1234abcd.bin`. */
export function conflictName(name: string, id: string): string {
  const slash = name.lastIndexOf("/") + 1;
  const base = name.slice(slash);
  const dot = base.lastIndexOf(".");
  const lastPart = dot > 0 ? base.slice(dot) : "";
  // A longer part after the last dot is not an extension.
  const extension = Buffer.byteLength(lastPart) <= MAX_EXTENSION_BYTES ? lastPart : "";
  const stem = base.slice(0, base.length - extension.length);
  const suffix = `.conflict-${id.slice(0, 8)}${extension}`;
  const folder = name.slice(0, slash);
  const room = Math.min(MAX_SEGMENT_BYTES, MAX_NAME_BYTES - Buffer.byteLength(folder)) - Buffer.byteLength(suffix);
  // The path of the folder leaves no room for the name: the file moves to the shared folder itself.
  if (room < 4) return conflictName(base, id);
  return `${folder}${truncateUtf8(stem, room)}${suffix}`;
}

/** One more name, where that one is taken too: in a long one there is no room for a second part of the id. */
export function nextConflictName(taken: string, id: string): string {
  const next = conflictName(taken, id);
  return next === taken ? conflictName(taken, id.slice(8)) : next;
}

/** The longest beginning of a text that takes at most `limit` bytes and ends with a whole character. */
function truncateUtf8(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(limit, bytes.length);
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
