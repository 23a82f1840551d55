import type { PagedCatalogue } from "../../../http/api/catalogue/paged-catalogue.ts";
import type {
  DetailedFileAnswer,
  DownloadAnswer,
  ListedFileAnswer as ListedAnswer,
  SecondaryAnswer,
} from "../../../http/api/central-answers.ts";
import { phaseOf, progressOf } from "../../../http/api/figures/download-progress.ts";
import type { ListedFile, SecondaryStatus } from "../../../protocol/messages/client.ts";
import { pieceCount, pieceSize } from "../../../protocol/versions/version.ts";
import type { StreamView } from "../../streaming/stream.ts";
import type { FileOfPage } from "../file-page.ts";
import type { ServedCatalogue } from "../served-catalogue.ts";

/** What a client knows, in the form in which programs are told of it. */

export function secondaryAnswerOf(secondary: SecondaryStatus): SecondaryAnswer {
  const { number, address, state, reason, files, obstacles, obstacle, accusations, room, left } = secondary;
  const { files: pending, bytes, seconds } = left;
  return {
    ...{ number, address, http: null, state, reason: reason || null, files, accusations, room },
    copies: { pending, bytes, seconds, obstructed: obstacles, obstacle: obstacle || null },
    // The central tells clients the sums alone.
    ...{ rates: null, repairs: null },
  };
}

export function listedFileOf({ name, size, modified, id, blake3, sha256, sources }: ListedFile): ListedAnswer {
  return { name, size, modified, id, blake3, sha256, holders: sources, heldBy: [] };
}

/** The catalogue of which pages are made. */
export function pagedCatalogue(catalogue: Pick<ServedCatalogue, "files" | "after">): PagedCatalogue<FileOfPage> {
  return {
    get size() {
      return catalogue.files.length;
    },
    state: () => [catalogue.files],
    after: (name) => catalogue.after(name),
    countHolders: ({ sources }) => sources,
    listed: listedFileOf,
  };
}

export function detailedFileOf(file: ListedFile): DetailedFileAnswer {
  const { size } = file;
  const pieces = { pieceSize: pieceSize(size), pieces: pieceCount(size) };
  return { ...listedFileOf(file), ...pieces, version: null, sources: null };
}

/** Null while it is not known which version it is. `listed`: the file of its name in the catalogue. */
export function downloadAnswerOf(
  { download, name, version, bytes, rate, sources, openedAt }: StreamView,
  client: string,
  listed: Pick<ListedFile, "id" | "size"> | null,
  now: number,
): DownloadAnswer | null {
  const shown = version ?? listed;
  if (!shown) return null;
  const { id, size } = shown;
  return {
    ...{ download, client, name, id, size },
    ...progressOf({ size, bytes, rate, sources }),
    ...phaseOf(openedAt, now),
    position: null,
    estimate: null,
  };
}
