/** Longest name of a file, in bytes of UTF-8. */
export const NAME_BYTES = 1024;

/** Whether a text may be shown on a terminal and put into a path: whole characters, none of them a control character. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Why `name` cannot be the name of a shared file, or null when it can. A name is a path relative to the shared folder,
 * with `/` between its segments. Segments that begin with a dot are hidden and not shared.
 */
export function nameFault(name: string): string | null {
  if (name === "") return "it is empty";
  if (Buffer.byteLength(name) > NAME_BYTES) return `it is longer than ${NAME_BYTES} bytes`;
  if (UNPRINTABLE.test(name)) return "it contains a control character";
  for (const segment of name.split("/")) {
    if (segment === "") return "it has an empty segment";
    if (segment.startsWith(".")) return "a segment begins with a dot";
  }
  return null;
}

/** Whether `name` can be the name of a shared file. */
export function isName(name: string): boolean {
  return nameFault(name) === null;
}

/** The name under which a second, different file `name` is kept: `a/b.bin` → `a/b.conflict-1234abcd.bin`. */
export function conflictName(name: string, id: string): string {
  const slash = name.lastIndexOf("/") + 1;
  const dot = name.lastIndexOf(".");
  const stem = dot > slash ? name.slice(0, dot) : name;
  const extension = dot > slash ? name.slice(dot) : "";
  const mark = `.conflict-${id.slice(0, 8)}`;
  return `${shorten(stem, NAME_BYTES - Buffer.byteLength(mark + extension))}${mark}${extension}`;
}

/** Drops characters from the end until at most `limit` bytes are left. */
function shorten(text: string, limit: number): string {
  let short = text;
  while (Buffer.byteLength(short) > limit) short = [...short].slice(0, -1).join("");
  return short;
}
