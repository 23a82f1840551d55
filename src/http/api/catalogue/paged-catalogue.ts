import type { ListedFile } from "../central-answers.ts";

/** What a file must have to be looked for and ordered. */
export interface PagedFile {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

/** Files in the order of their names, which may be other ones a moment later. */
export interface PagedCatalogue<File extends PagedFile> {
  readonly size: number;
  /** Those that come after a name; null: all. */
  after(name: string | null): Iterable<File>;
  /** How many secondaries hold a file. */
  countHolders(file: File): number;
  /** A file as it is shown. */
  listed(file: File): ListedFile;
}
