import type { Moved } from "../../protocol/messages/secondary.ts";
import { modifiedOf } from "../folder/fingerprint.ts";
import { newDescent } from "../index/descent.ts";
import type { FileRecord, PlannedInstall } from "../index/file-record.ts";
import { newNamesOf } from "./move-steps.ts";
import type { StagedFile } from "./staged-file.ts";

/** What is planned of a copy that is about to get its name. */
export function plannedInstallOf({ name, version, vector, edits, modified }: StagedFile): PlannedInstall {
  return { name, id: version.id, vector, edits, modified };
}

/** The same of a file that is to have another name, for each that it may get. */
export function plannedMovesOf(
  file: { readonly id: string; readonly moved: Moved | null },
  known: FileRecord | undefined,
): PlannedInstall[] {
  if (!file.moved || known?.id !== file.id) return [];
  const planned = { ...newDescent(known.id, file.moved.edit), modified: modifiedOf(known) };
  return newNamesOf(file).map((name) => ({ ...planned, name }));
}
