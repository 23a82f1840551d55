import type { ListedFile } from "../../protocol/messages/client.ts";
import { isName } from "../../protocol/name.ts";
import type { CentralSession } from "../central-session.ts";

/** What is asked about names: the catalogue. */
export type CataloguePages = Pick<CentralSession, "pages">;

/** Files in a page of a catalogue that is here: nearly all who look something up need only a few. */
const PAGE_FILES = 64;

/** A catalogue that is here already. `files`: in the order of their names. */
export function catalogueOf(files: readonly ListedFile[]): CataloguePages {
  return {
    async *pages(after = null) {
      for (let start = firstAfter(files, after); start < files.length; start += PAGE_FILES)
        yield files.slice(start, start + PAGE_FILES);
    },
  };
}

/** The place of the first file whose name comes after one; null: of the first. `files`: in the order of their names. */
export function firstAfter(files: readonly ListedFile[], name: string | null): number {
  if (name === null) return 0;
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const file = files[middle];
    if (file && file.name <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Nothing that a name has sorts behind it, but for what is outside of the basic plane of Unicode. */
const LAST = "\uffff";

/**
 * The files whose names begin with `start`, in their order. Asks for the pages alone in which they are. Rejects as
 * `CentralSession.list` does.
 */
export async function* filesFrom(catalogue: CataloguePages, start: string): AsyncGenerator<ListedFile, void> {
  for await (const page of catalogue.pages(nameBefore(start))) {
    for (const file of page) {
      if (file.name.startsWith(start)) yield file;
      else if (file.name > start) return;
    }
  }
}

/**
 * A name before all that begin with `start`, and behind nearly all that come before them; null: there is no such name, and
 * the first of all names is near.
 */
export function nameBefore(start: string): string | null {
  for (let length = start.length; length > 0; length--) {
    const before = `${start.slice(0, length - 1)}${String.fromCharCode(start.charCodeAt(length - 1) - 1)}${LAST}`;
    if (isName(before)) return before;
  }
  return null;
}
