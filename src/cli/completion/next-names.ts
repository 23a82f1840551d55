import { isName } from "../../protocol/name.ts";

/** Sorts behind everything that follows a beginning: names are in the order of their UTF-16 units. */
const LAST = "\uffff";

/** Gives pages of names in their order, those after one; null: from the first on. */
export type NamesAfter = (after: string | null) => AsyncIterable<readonly string[]>;

/**
 * What can follow `typed`: names of files, and folders with a slash at the end, as shells complete paths. Calls `found` for
 * each, `most` times at most, so that what has come in time is known. What is in a folder is skipped, however much it is.
 */
export async function nextNames(
  namesAfter: NamesAfter,
  typed: string,
  most: number,
  found: (name: string) => void,
): Promise<void> {
  const given = new Set<string>();
  let after = justBefore(typed);
  for (;;) {
    let behind: string | null = null;
    for await (const page of namesAfter(after)) {
      for (const name of page) {
        if (!name.startsWith(typed)) {
          if (name > typed) return;
          continue;
        }
        const slash = name.indexOf("/", typed.length);
        const next = slash < 0 ? name : name.slice(0, slash + 1);
        if (given.has(next)) continue;
        given.add(next);
        found(next);
        if (given.size >= most) return;
      }
      behind = behindFolderOf(page.at(-1) ?? "", typed);
      if (behind !== null) break;
    }
    if (behind === null) return;
    after = behind;
  }
}

/** A name before all that begin with `typed`, and as near to them as there is one; null where there is none. */
function justBefore(typed: string): string | null {
  const last = typed.charCodeAt(typed.length - 1);
  const nearest = Number.isNaN(last) ? "" : typed.slice(0, -1) + String.fromCharCode(last - 1) + LAST;
  const folder = typed.slice(0, Math.max(0, typed.lastIndexOf("/")));
  return [nearest, folder].find(isName) ?? null;
}

/** A name behind all of the folder below what is typed in which `name` is; null where it is in none, or none is behind it. */
function behindFolderOf(name: string, typed: string): string | null {
  const slash = name.indexOf("/", typed.length);
  if (slash < 0 || !name.startsWith(typed)) return null;
  const behind = name.slice(0, slash + 1) + LAST;
  return isName(behind) && behind > name ? behind : null;
}
