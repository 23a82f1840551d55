import { isName } from "../../protocol/name.ts";

/** Sorts behind everything that follows a beginning: names are in the order of their UTF-16 units. */
const LAST = "\uffff";

/** Gives pages of names in their order, those after one; null: from the first on. */
export type NamesAfter = (after: string | null) => AsyncIterable<readonly string[]>;

/**
 * What can follow `typed`: names of files, and folders with a slash at the end, as shells complete paths. Calls `found` for
 * each, so that what has come in time is known. What is in a folder is skipped, however much it is. Where there are more than
 * `most`, some of those behind are given too: shells write what all that they are given begin with.
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
        const next = stepOf(name, typed);
        if (given.has(next)) continue;
        given.add(next);
        found(next);
        if (given.size >= most) return othersBehind(namesAfter, typed, commonStart([...given]), found);
      }
      behind = behindFolderOf(page.at(-1) ?? "", typed);
      if (behind !== null) break;
    }
    if (behind === null) return;
    after = behind;
  }
}

/** Gives names behind all that begin with `common`, until what they all begin with is what all names there begin with. */
async function othersBehind(
  namesAfter: NamesAfter,
  typed: string,
  common: string,
  found: (name: string) => void,
): Promise<void> {
  for (let start = common; start.length > typed.length; ) {
    const behind = start + LAST;
    const name = isName(behind) ? await firstAfter(namesAfter, behind) : null;
    if (name === null || !name.startsWith(typed)) return;
    const next = stepOf(name, typed);
    found(next);
    start = commonStart([start, next]);
  }
}

async function firstAfter(namesAfter: NamesAfter, after: string): Promise<string | null> {
  for await (const [name] of namesAfter(after)) if (name !== undefined) return name;
  return null;
}

/** The name, or the folder below what is typed in which it is. */
function stepOf(name: string, typed: string): string {
  const slash = name.indexOf("/", typed.length);
  return slash < 0 ? name : name.slice(0, slash + 1);
}

/** What all of them begin with, in whole characters. */
function commonStart([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) {
    length = Math.min(length, other.length);
    for (let at = 0; at < length; at++) if (first[at] !== other[at]) length = at;
  }
  const start = first.slice(0, length);
  return start.isWellFormed() ? start : start.slice(0, -1);
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
