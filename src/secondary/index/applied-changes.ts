import { type FileRecord, type IndexChange, sameVersion } from "./file-record.ts";
import type { FileTable } from "./file-table.ts";

/** Has the table follow what was stored, and gives what others are to hear of it. `scan`: the number of the last scan. */
export function applyToTable(
  table: Pick<FileTable, "delete" | "get" | "share">,
  records: readonly FileRecord[],
  drop: readonly string[],
  scan: number,
): IndexChange[] {
  const changes: IndexChange[] = [];
  for (const name of drop) {
    table.delete(name);
    changes.push({ kind: "gone", name, excluded: false });
  }
  for (const record of records) {
    const old = table.get(record.name);
    table.share(record, scan);
    // The central is to hear also which of its versions a changed file descends from, and who has put it there again.
    const rebased = record.changed && (record.vector !== old?.vector || record.edits !== old.edits);
    if (!old || !sameVersion(old, record) || rebased) changes.push({ kind: "present", file: record });
    else if (old.sha256 !== record.sha256) changes.push({ kind: "digested", file: record });
  }
  return changes;
}
