import type { FileAnswer, ListedFile } from "../../../http/api/central-answers.ts";
import { pieceCount, pieceSize } from "../../../protocol/versions/version.ts";
import { numberOf } from "../../../protocol/versions/version-vector.ts";
import type { FileSources } from "../../registry/file-sources.ts";
import type { FileVersion } from "../../versions/file-version.ts";

/** A file of the catalogue as a list shows it. */
export function listedFileOf(file: FileVersion, sources: Pick<FileSources, "countHolders">): ListedFile {
  const { name, size, modified, id, blake3, sha256 } = file;
  return { name, size, modified, id, blake3, sha256, holders: sources.countHolders(file) };
}

/** The same with everything that is known of it. */
export function detailedFileOf(file: FileVersion, sources: Pick<FileSources, "countHolders" | "of">): FileAnswer {
  const { name, id, size, vector } = file;
  return {
    ...listedFileOf(file, sources),
    version: numberOf(vector),
    pieceSize: pieceSize(size),
    pieces: pieceCount(size),
    sources: sources.of(name, id).map(({ number, partial }) => ({ number, partial })),
  };
}
