import pMap from "p-map";
import type { ListedFile } from "../../protocol/messages/client.ts";
import { nameFault } from "../../protocol/name.ts";
import { folderStart, type NamePattern, namePattern } from "../../protocol/names/name-pattern.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { type CataloguePages, catalogueOf, filesFrom } from "./name-range.ts";

/**
 * What somebody asks for: the whole catalogue; what some texts mean, each a name, a folder or a pattern; or what was typed in
 * a line, which may be one such text with spaces, or several words.
 */
export type SelectionQuery =
  | { readonly kind: "all" }
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "line"; readonly line: string; readonly words: readonly string[] };

/** The files that were meant. */
export interface Selection {
  /** Each once, in the order in which they were asked for. */
  readonly files: readonly ListedFile[];
  /** Texts that mean no file. */
  readonly unmatched: readonly string[];
}

/** Texts that are looked up at once: more would have the central refuse some. */
const LOOKUPS_AT_ONCE = 4;
/** Texts from which on the whole catalogue is asked for once: each alone takes a page of some hundred files. */
const MANY_TEXTS = 64;

const EVERY_FILE: NamePattern = { start: "", matches: () => true };

/** Whether a text can be nothing but the name of a file or a folder. */
export function isPlain(text: string): boolean {
  return namePattern(text) === null && !text.endsWith("/");
}

/**
 * The files that a text means: the file of that name; else all in the folder of that name, with or without a slash at its
 * end; else all whose names match it as a pattern. So a name with brackets is always that file. Rejects as
 * `CentralSession.list` does.
 */
export async function lookUp(catalogue: CataloguePages, text: string): Promise<readonly ListedFile[]> {
  if (nameFault(text) === null) {
    for await (const file of filesFrom(catalogue, text)) {
      if (file.name === text) return [file];
      // It would have been the first.
      break;
    }
  }
  const within = await collectFiles(catalogue, { start: folderStart(text), matches: () => true });
  const pattern = within.length > 0 ? null : namePattern(text);
  return pattern ? collectFiles(catalogue, pattern) : within;
}

/** The text that may be the name of a single file; null where there are several. */
export function singleText(wanted: SelectionQuery): string | null {
  if (wanted.kind === "line") return wanted.line;
  return wanted.kind === "texts" && wanted.texts.length === 1 ? (wanted.texts[0] ?? null) : null;
}

/** The files that are wanted. Rejects as `CentralSession.list` does. */
export async function select(catalogue: CataloguePages, wanted: SelectionQuery): Promise<Selection> {
  switch (wanted.kind) {
    case "all":
      return { files: await collectFiles(catalogue, EVERY_FILE), unmatched: [] };
    case "texts":
      return selectTexts(catalogue, wanted.texts);
    case "line": {
      const files = await lookUp(catalogue, wanted.line);
      if (files.length > 0) return { files, unmatched: [] };
      const selection = await selectTexts(catalogue, wanted.words);
      // Where none of its words means anything, the line may have been meant as one name.
      return selection.files.length > 0 ? selection : { files: [], unmatched: [wanted.line] };
    }
  }
}

async function selectTexts(asked: CataloguePages, texts: readonly string[]): Promise<Selection> {
  const catalogue = texts.length < MANY_TEXTS ? asked : catalogueOf(await collectFiles(asked, EVERY_FILE));
  const found = await pMap(texts, async (text) => ({ text, files: await lookUp(catalogue, text) }), {
    concurrency: LOOKUPS_AT_ONCE,
  });
  const files = new Map(found.flatMap(({ files }) => files.map((file) => [file.name, file] as const)));
  return {
    files: [...files.values()],
    unmatched: found.filter(({ files }) => files.length === 0).map(({ text }) => text),
  };
}

async function collectFiles(catalogue: CataloguePages, { start, matches }: NamePattern): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for await (const file of filesFrom(catalogue, start)) if (matches(file.name)) files.push(file);
  return files;
}

/** Whether all files are wanted, and there are none. */
export function isEmpty(wanted: SelectionQuery, files: readonly ListedFile[]): boolean {
  return wanted.kind === "all" && files.length === 0;
}

/** Why a text means no file. */
export function unmatchedTold(text: string): Sentence {
  return namePattern(text)
    ? say("there is no file {text}, and none that it matches (** goes into folders)", { text })
    : say("there is no file {text}, and no folder of that name", { text });
}

/** The same, for people. */
export function unmatchedText(text: string): string {
  return shown(unmatchedTold(text));
}
