import { type Clock, delay } from "../../platform/clock.ts";
import type { CatalogueView } from "../registry/catalogue.ts";

/** Names checked without a pause: this takes some milliseconds. */
const NAMES_PER_STEP = 5_000;

/** The files among which a selection is made. */
export type SelectableFiles = Pick<CatalogueView, "get" | "after">;

export interface Selection {
  readonly names: readonly string[];
  /** Bytes of these files together. */
  readonly bytes: number;
}

/**
 * The files that `text` means: the file of that name; else all in the folder of that name, with or without a slash at its
 * end; else all whose names match it as a pattern of a shell, where `**` goes through folders. Lets others work meanwhile.
 */
export async function select(files: SelectableFiles, text: string, clock: Clock): Promise<Selection> {
  const entry = files.get(text);
  if (entry) return { names: [text], bytes: entry.size };
  const within = await selectFolder(files, text, clock);
  if (within.names.length > 0 || !/[*?[{]/.test(text)) return within;
  // Without negation: one character must not remove all files but a few.
  const pattern = new Bun.Glob(text.replace(/^!/, "\\!"));
  // All matches begin with what comes before the first special character.
  const start = text.slice(0, text.search(/[*?[{\\!]/));
  return gather(files, clock, {
    after: start === "" ? null : start,
    within: (name) => name.startsWith(start),
    matches: (name) => pattern.match(name),
  });
}

/** All files in a folder, at any depth. `folder`: its path, with or without a slash at its end. */
export function selectFolder(files: SelectableFiles, folder: string, clock: Clock): Promise<Selection> {
  const prefix = `${folder.replace(/\/+$/, "")}/`;
  return gather(files, clock, { after: prefix, within: (name) => name.startsWith(prefix) });
}

interface NameRange {
  readonly after: string | null;
  /** Called with the names after `after`, in order. The first name for which it is false ends the search. */
  within(name: string): boolean;
  matches?(name: string): boolean;
}

async function gather(files: SelectableFiles, clock: Clock, { after, within, matches }: NameRange): Promise<Selection> {
  const names: string[] = [];
  let bytes = 0;
  let last = after;
  for (let checked = NAMES_PER_STEP; checked === NAMES_PER_STEP; await delay(clock, 0)) {
    checked = 0;
    for (const { name, size } of files.after(last)) {
      if (!within(name)) return { names, bytes };
      last = name;
      checked += 1;
      if (!matches || matches(name)) {
        names.push(name);
        bytes += size;
      }
      if (checked === NAMES_PER_STEP) break;
    }
  }
  return { names, bytes };
}
