import type { PagedCatalogue } from "../../../http/api/catalogue/paged-catalogue.ts";
import type { DetailedFileAnswer, ListedFileAnswer } from "../../../http/api/central-answers.ts";
import { pieceCount, pieceSize } from "../../../protocol/versions/version.ts";
import { numberOf } from "../../../protocol/versions/version-vector.ts";
import type { FileSources } from "../../registry/file-sources.ts";
import type { Registry } from "../../registry/registry.ts";
import type { FileVersion } from "../../versions/file-version.ts";

/** Most holders of a file that are named: a page of files has to stay short, however many secondaries there are. */
const MAX_NAMED_HOLDERS = 32;

/** A file of the catalogue as a list shows it. */
export function listedFileOf(file: FileVersion, sources: Pick<FileSources, "holdersOf">): ListedFileAnswer {
  const { name, size, modified, id, blake3, sha256 } = file;
  const holders = sources.holdersOf(file).map(({ number }) => number);
  const heldBy = holders.sort((one, other) => one - other).slice(0, MAX_NAMED_HOLDERS);
  return { name, size, modified, id, blake3, sha256, holders: holders.length, heldBy };
}

/** The same with everything that is known of it. */
export function detailedFileOf(file: FileVersion, sources: Pick<FileSources, "holdersOf" | "of">): DetailedFileAnswer {
  const { name, id, size, vector } = file;
  return {
    ...listedFileOf(file, sources),
    version: numberOf(vector),
    pieceSize: pieceSize(size),
    pieces: pieceCount(size),
    sources: sources.of(name, id).map(({ number, partial }) => ({ number, partial })),
  };
}

/** The catalogue of which pages are made. */
export function pagedCatalogue({
  catalogue,
  sources,
  secondaries,
}: Pick<Registry, "catalogue" | "sources" | "secondaries">): PagedCatalogue<FileVersion> {
  return {
    get size() {
      return catalogue.size;
    },
    // A secondary that registers again has another record.
    state: () => [
      catalogue.changes,
      ...secondaries.sorted().flatMap((secondary) => [secondary, secondary.changes, secondary.isPresent]),
    ],
    after: (name) => catalogue.after(name),
    countHolders: (file) => sources.countHolders(file),
    listed: (file) => listedFileOf(file, sources),
  };
}
