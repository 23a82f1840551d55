import type { ListedFileAnswer } from "../central-answers.ts";

/** What a file must have to be looked for and ordered. */
export interface PagedFile {
  readonly name: string;
  readonly size: number;
  readonly modified: number;
}

/** Files in the order of their names, which may be other ones a moment later. */
export interface PagedCatalogue<File extends PagedFile> {
  readonly size: number;
  /** What it is made of now: as long as each of these is the same, so are the files and who holds them. */
  state(): readonly unknown[];
  /** Those that come after a name; null: all. */
  after(name: string | null): Iterable<File>;
  /** How many secondaries hold a file. */
  countHolders(file: File): number;
  /** A file as it is shown. */
  listed(file: File): ListedFileAnswer;
}
