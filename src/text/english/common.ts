import { plural } from "../plural.ts";

type Count = number | string;

export const commonText = {
  /** A number as `1.5`, with the sign that the language has before the decimals. */
  decimal: (number: string) => number,
  /** A phrase behind a word: Spanish draws some of them together. */
  contracted: (word: string, phrase: string) => word + phrase,
  files: (count: Count) => `${count} ${plural(Number(count), "file", "files")}`,
  secondaries: (count: Count) => `${count} ${plural(Number(count), "secondary", "secondaries")}`,
  downloads: (count: Count) => `${count} ${plural(Number(count), "download", "downloads")}`,
  sources: (count: Count) => `${count} ${plural(Number(count), "source", "sources")}`,
  error: (what: string) => `error: ${what}`,
  someOf: (some: Count, all: string) => `${some} of ${all}`,
  moreFiles: (count: Count) => `… and ${count} ${plural(Number(count), "file", "files")} more`,
  columns: {
    file: "file",
    size: "size",
    secondaries: "secondaries",
    secondary: "secondary",
    client: "client",
    downloads: "downloads",
    number: "number",
    address: "address",
    state: "state",
    files: "files",
    changed: "changed",
    accused: "accused",
    done: "done",
    since: "since",
    why: "why",
    rate: "rate",
    left: "left",
  },
  noFiles: "no files yet",
  noFilesYet: "no files yet: those that are put into the folder of a secondary come here",
  whyKept: { replaced: "replaced", removed: "removed", conflict: "conflict" },
  nothingKept: "nothing is kept",
  notAName: (name: string) => `${name} cannot be the name of a file`,
  notANameWhy: (name: string, why: string) => `${name} cannot be the name of a file: ${why}`,
};
