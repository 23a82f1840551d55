import type { ListingEntry } from "./folder-page.ts";
import { isoTime, type ListingFile } from "./listed-file.ts";

/** What is in a folder, as JSON: `{"folder": "a/b/", "entries": [...]}`, one entry on each line. */
export function jsonStart(folder: string): string {
  return `{"folder":${JSON.stringify(folder)},"entries":[`;
}

export function jsonRows(
  { entries }: { readonly entries: readonly ListingEntry<ListingFile>[] },
  isFirst: boolean,
): string {
  const rows = entries.map((entry) => JSON.stringify(jsonEntry(entry))).join(",\n");
  return rows === "" ? "" : `${isFirst ? "" : ","}\n${rows}`;
}

export function jsonEnd(): string {
  return "\n]}\n";
}

function jsonEntry(entry: ListingEntry<ListingFile>): unknown {
  if (entry.kind === "folder") return { type: "folder", name: entry.name };
  const { id, size, modified, sha256, sources } = entry.file;
  return { type: "file", name: entry.name, size, modified: isoTime(modified), id, sha256, sources };
}
