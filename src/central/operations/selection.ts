import { chunksOf } from "../../platform/chunks.ts";
import { type Clock, delay } from "../../platform/clock.ts";
import { createHasher, hex } from "../../platform/hash.ts";
import { folderStart, type NamePattern, namePattern } from "../../protocol/names/name-pattern.ts";
import type { CatalogueView } from "../registry/catalogue.ts";

/** Names checked without a pause: this takes some milliseconds. */
const NAMES_PER_STEP = 5_000;
/** Milliseconds after which there is one all the same: there are patterns of which one name takes as long as thousands. */
const MAX_STEP_MS = 5;

/** The files among which a selection is made. */
export type SelectableFiles = Pick<CatalogueView, "get" | "after" | "from">;

export interface SelectedNames {
  readonly names: readonly string[];
  /** Bytes of these files together. */
  readonly bytes: number;
}

/**
 * The files that `text` means: the file of that name; else all in the folder of that name, with or without a slash at its
 * end; else all whose names match it as a pattern of a shell, where `**` goes through folders. Lets others work meanwhile.
 */
export async function select(files: SelectableFiles, text: string, clock: Clock): Promise<SelectedNames> {
  const entry = files.get(text);
  if (entry) return { names: [text], bytes: entry.size };
  const within = await selectFolder(files, text, clock);
  const pattern = within.names.length > 0 ? null : namePattern(text);
  return pattern ? collectNames(files, clock, pattern) : within;
}

/** All files in a folder, at any depth. `folder`: its path, with or without a slash at its end. */
export function selectFolder(files: SelectableFiles, folder: string, clock: Clock): Promise<SelectedNames> {
  return collectNames(files, clock, { start: folderStart(folder), matches: () => true });
}

async function collectNames(
  files: SelectableFiles,
  clock: Clock,
  { start, matches }: NamePattern,
): Promise<SelectedNames> {
  const names: string[] = [];
  let bytes = 0;
  let last: string | null = null;
  for (let checked = NAMES_PER_STEP; checked === NAMES_PER_STEP; await delay(clock, 0)) {
    checked = 0;
    const until = clock.now() + MAX_STEP_MS;
    for (const { name, size } of last === null ? files.from(start) : files.after(last)) {
      if (!name.startsWith(start)) return { names, bytes };
      last = name;
      checked += 1;
      if (matches(name)) {
        names.push(name);
        bytes += size;
      }
      if (clock.now() >= until) checked = NAMES_PER_STEP;
      if (checked === NAMES_PER_STEP) break;
    }
  }
  return { names, bytes };
}

/** Tells one list of names from another, as `carried-out` does. Lets others work meanwhile. */
export async function hashOfNames(names: readonly string[], clock: Clock): Promise<string> {
  const hasher = createHasher();
  for (const some of chunksOf(names, NAMES_PER_STEP)) {
    hasher.update(Buffer.from(`${some.join("\n")}\n`));
    await delay(clock, 0);
  }
  return hex(hasher.digest());
}
